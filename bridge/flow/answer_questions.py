"""Somebody answers what was asked: empty fields are filled, and each answer is an event."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from bridge import i18n
from bridge.flow.prove import prove_by
from bridge.flow.unit import Unit
from bridge.ids import derived_id, new_id
from bridge.intake.records import Request
from bridge.profiles.questions import fresh_answers
from bridge.store import events, profiles
from bridge.store.events import EventRow


def answer_questions(
    unit: Unit, profile_id: UUID, answers: Mapping[str, str], request: Request, mail: UUID | None = None
) -> None:
    """Write down what is not known yet. Raises UnknownProfile.

    answers: field → value, as it was validated. What is known stays as it is, so the same again has no effect. mail:
    the one whose link led to the questions.
    """
    profile = profiles.lock_one(unit.connection, profile_id)
    fresh = fresh_answers(unit.program, profile.fields, answers)
    if fresh:
        profiles.change(unit.connection, profile.id, fields={**profile.fields, **fresh})
    note_answers(unit, profile.id, fresh, mail)
    prove_by(unit, "button", new_id(), profile.id, request, unit.now)


def note_answers(unit: Unit, profile_id: UUID, names: Iterable[str], mail: UUID | None) -> None:
    """Write down that questions were answered, each once for ever, and let the person be scored."""
    asked = [unit.program.fields[name] for name in names]
    rows = [
        EventRow(
            derived_id("question.answered", profile_id, field.id),
            profile_id,
            "question.answered",
            unit.now,
            unit.now,
            mail_id=mail,
            data={"field": field.id, "subject": i18n.pick(field.label, unit.program.language)},
            verdict="human",
        )
        for field in asked
    ]
    events.add(unit.connection, rows)
    if rows:
        unit.to_score.add(profile_id)
