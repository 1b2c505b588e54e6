"""Enrol people in sequences and send the steps that are due."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from bridge.flow.unit import Unit
from bridge.ids import derived_id
from bridge.nurture.due import LOOK_AGAIN, End, Send, Wait, Wishes, next_step
from bridge.profiles.consent import standing
from bridge.program.model import Sequence
from bridge.scoring.facts import Event
from bridge.store import consents, enrolments, events, mails, suppressions
from bridge.store.enrolments import EnrolmentRow
from bridge.store.events import EventRow
from bridge.store.mails import MailRow
from bridge.store.profiles import ProfileRow


def enrol(unit: Unit, counted: Iterable[tuple[UUID, Event]]) -> None:
    """Start the sequences that begin with people's events; each starts once for a person.

    Whoever confirms (again) takes up what had to end without consent. The caller holds the locks on the profiles'
    rows. counted: (profile, event).
    """
    known = list(counted)
    if back := [owner for owner, event in known if event.kind == "address.confirmed"]:
        enrolments.revive(unit.connection, back, unit.now)
    enrolments.enrol(
        unit.connection,
        (
            _place(unit, owner, sequence, event.at)
            for owner, event in known
            for sequence in unit.program.sequences.values()
            if sequence.starts == event.kind
        ),
    )


def _place(unit: Unit, profile_id: UUID, sequence: Sequence, at: datetime) -> EnrolmentRow:
    return EnrolmentRow(
        id=derived_id("enrolment", profile_id, sequence.id),
        profile_id=profile_id,
        sequence=sequence.id,
        started_at=at,
        due_at=max(at, unit.now) + sequence.steps[0].after,
    )


def advance(unit: Unit, people: Iterable[ProfileRow]) -> None:
    """Do what is due in people's sequences. The caller holds the locks on the profiles' rows.

    A number of statements for reading that does not grow with the number of people.
    """
    known = {profile.id: profile for profile in people}
    places = enrolments.due_of(unit.connection, known, unit.now)
    if not places:
        return
    wishes = _wishes(unit, [known[owner] for owner in {place.profile_id for place in places}])
    for place in places:
        if _advance(unit, known[place.profile_id], place, wishes[place.profile_id]):
            wishes[place.profile_id] = replace(wishes[place.profile_id], last_mail=unit.now)


def _advance(unit: Unit, profile: ProfileRow, place: EnrolmentRow, wishes: Wishes) -> bool:
    """Do what is due at one place; whether a mail was prepared."""
    sequence = unit.program.sequences.get(place.sequence)
    match next_step(sequence, place.next_step, wishes, unit.now, unit.program.timezone):
        case Send(mail, next_due) if sequence is not None:
            _send(unit, profile, place, sequence, mail, next_due)
            return True
        case Wait(until):
            # whoever waits may change their mind, so nobody waits longer than a day for the next look
            enrolments.change(unit.connection, place.id, due_at=min(until, unit.now + LOOK_AGAIN))
        case End():
            enrolments.change(unit.connection, place.id, state="ended", due_at=None)
    return False


def _wishes(unit: Unit, people: list[ProfileRow]) -> dict[UUID, Wishes]:
    """What holds over every sequence of these people."""
    connection, ids = unit.connection, [profile.id for profile in people]
    answers = consents.of_profiles(connection, ids)
    suppressed = suppressions.reasons_for(connection, [profile.email_key for profile in people])
    last_mails = mails.last_prepared(connection, ids)
    return {
        profile.id: Wishes(
            stage=profile.stage,
            may_mail=standing(answers.get(profile.id, [])).get("email") == "given"
            and not (profile.excluded or profile.objected or profile.email_key in suppressed),
            frequency=profile.frequency,
            pause_until=profile.pause_until,
            resumes_at=profile.resumes_at,
            last_mail=last_mails.get(profile.id),
        )
        for profile in people
    }


def _send(
    unit: Unit,
    profile: ProfileRow,
    place: EnrolmentRow,
    sequence: Sequence,
    template: str,
    next_due: datetime | None,
) -> None:
    mail_id = derived_id("mail", place.id, place.next_step)
    row = MailRow(
        id=mail_id,
        profile_id=profile.id,
        template=template,
        language=profile.language,
        message_id=unit.world.message_id(mail_id),
        created_at=unit.now,
        sequence=sequence.id,
        step=place.next_step,
    )
    if mails.add(unit.connection, row):
        key = f"mail:{mail_id}"
        unit.send("mail", "mail/nurture", "consent", key, profile=profile.id, delivery_id=mail_id)
    state = "active" if next_due else "completed"
    enrolments.change(unit.connection, place.id, next_step=place.next_step + 1, due_at=next_due, state=state)
    if state == "completed":
        _complete(unit, profile.id, place, sequence)


def _complete(unit: Unit, profile_id: UUID, place: EnrolmentRow, sequence: Sequence) -> None:
    data = {"sequence": sequence.id, "sequence_kind": sequence.kind, "subject": sequence.id}
    event_id = derived_id(place.id, "sequence.completed")
    events.add(
        unit.connection,
        [
            EventRow(
                event_id, profile_id, "sequence.completed", unit.now, unit.now, data=data, verdict="human"
            )
        ],
    )
    unit.to_score.add(profile_id)
