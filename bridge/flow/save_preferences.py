"""Somebody chooses topics, frequency, language and what is allowed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from bridge import i18n
from bridge.flow.adopt_visits import adopt_visits
from bridge.flow.answer_questions import note_answers
from bridge.flow.prove import prove_by
from bridge.flow.sequences.take_up_again import take_up_again
from bridge.flow.unit import Unit
from bridge.flow.unsubscribe import unsubscribe
from bridge.ids import derived_id, new_id
from bridge.intake.records import Request
from bridge.nurture.interests import is_wanted
from bridge.profiles.consent import Consent, State, moment_of, standing
from bridge.profiles.fields import take_over
from bridge.profiles.questions import fresh_answers
from bridge.store import consents, enrolments, events, profiles, suppressions, watching
from bridge.store.events import EventRow
from bridge.store.profiles import ProfileRow


@dataclass(frozen=True, slots=True)
class Preferences:
    """What was chosen. frequency: "normal", "monthly" or "paused" (until `pause_until`).

    allowed: purpose → ticked, for the purposes that the page showed. take: fields whose waiting values are right.
    answers: to the questions that the page asked.
    """

    topics: tuple[str, ...]
    frequency: str
    pause_until: date | None
    language: str
    allowed: Mapping[str, bool]
    take: frozenset[str]
    answers: Mapping[str, str] = field(default_factory=dict)


def save_preferences(
    unit: Unit, profile_id: UUID, wishes: Preferences, request: Request, mail: UUID | None = None
) -> None:
    """Write the wishes down, with proof of what they allow. Raises UnknownProfile.

    mail: the one whose link led to them.
    Whoever opens this page got its link by mail, so saving proves the address as much as confirming does.
    """
    profile = profiles.lock_one(unit.connection, profile_id)
    saving = new_id()
    _save(unit, profile, wishes, mail)
    _change_consents(unit, profile, wishes, request, saving)
    _end_others(unit, profile.id, wishes.topics)
    adopt_visits(unit, [profile.id])
    prove_by(unit, "button", saving, profile.id, request, unit.now)
    titles = [i18n.pick(unit.program.topics[t].title, unit.program.language) for t in wishes.topics]
    data = {"topics": list(wishes.topics), "subject": ", ".join(titles)}
    event_id = derived_id(saving, "preferences.saved")
    events.add(
        unit.connection,
        [
            EventRow(
                event_id, profile.id, "preferences.saved", unit.now, unit.now, mail, data, verdict="human"
            )
        ],
    )
    unit.to_score.add(profile.id)


def _save(unit: Unit, profile: ProfileRow, wishes: Preferences, mail: UUID | None) -> None:
    merged = take_over(profile.fields, profile.also_given, set(wishes.take))
    fresh = fresh_answers(unit.program, merged.fields, wishes.answers)
    note_answers(unit, profile.id, fresh, mail)
    profiles.change(
        unit.connection,
        profile.id,
        fields={**merged.fields, **fresh},
        also_given=merged.also_given,
        interests=list(wishes.topics),
        frequency=wishes.frequency,
        pause_until=wishes.pause_until if wishes.frequency == "paused" else None,
        language=wishes.language,
    )


def _end_others(unit: Unit, profile_id: UUID, topics: tuple[str, ...]) -> None:
    """Follow-ups about other topics are over."""
    others = [one.id for one in unit.program.sequences.values() if not is_wanted(one, topics)]
    if others:
        enrolments.end_unchosen(unit.connection, profile_id, others, unit.now)


def _change_consents(
    unit: Unit, profile: ProfileRow, wishes: Preferences, request: Request, saving: UUID
) -> None:
    answers = consents.of_profile(unit.connection, profile.id)
    states = standing(answers)
    for purpose, ticked in wishes.allowed.items():
        is_given = states.get(purpose) == "given"
        if purpose == "email" and is_given and not ticked:
            unsubscribe(unit, saving, profile.id, None, "preferences", request, unit.now)
        elif ticked != is_given and (ticked or states.get(purpose)):
            state: State = "given" if ticked else "withdrawn"
            at = moment_of(state, purpose, answers, unit.now)
            if purpose == "email" and ticked:
                _take_up_again(unit, profile)
            if purpose == "tracking" and not ticked:
                watching.drop_resting(unit.connection, profile.id)
            consents.add(unit.connection, [_answer(unit, profile, purpose, state, at, request, saving)])


def _take_up_again(unit: Unit, profile: ProfileRow) -> None:
    """Somebody wants mail (again): what ended without consent goes on."""
    suppressions.lift(unit.connection, profile.email_key, "unsubscribed")
    take_up_again(unit, [profile.id])
    profiles.change(unit.connection, profile.id, confirmed_at=profile.confirmed_at or unit.now)


def _answer(
    unit: Unit,
    profile: ProfileRow,
    purpose: str,
    state: State,
    at: datetime,
    request: Request,
    saving: UUID,
) -> Consent:
    return Consent(
        id=derived_id("consent", saving, purpose, state),
        profile_id=profile.id,
        purpose=purpose,
        state=state,
        text=i18n.pick(unit.program.consents[purpose], profile.language),  # as the page was shown
        language=profile.language,
        at=at,
        how="preferences",
        place=unit.world.links.page("preferences"),
        program_version=unit.program.version,
        ip=request.ip,
        user_agent=request.user_agent,
    )
