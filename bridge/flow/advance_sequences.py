"""Enrol people in sequences and send the steps that are due."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from bridge.flow.unit import Unit
from bridge.ids import derived_id
from bridge.nurture.due import LOOK_AGAIN, NO_TIME, Send, Wait, Wishes, next_step
from bridge.profiles.consent import standing
from bridge.program.sequences import Sequence
from bridge.scoring.facts import Event
from bridge.store import consents, enrolments, events, mails, suppressions
from bridge.store.enrolments import EnrolmentRow
from bridge.store.events import EventRow
from bridge.store.mails import MailRow
from bridge.store.outbox import Delivery
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
        due_at=max(at, unit.now) + (sequence.steps[0].after or NO_TIME),
    )


@dataclass(frozen=True, slots=True)
class _Advanced:
    """A place as it is to be from now on. mail: what goes out; completed: that it was the last."""

    place: EnrolmentRow
    mail: MailRow | None = None
    completed: EventRow | None = None


def advance(unit: Unit, people: Iterable[ProfileRow]) -> None:
    """Do what is due in people's sequences. The caller holds the locks on the profiles' rows.

    A number of statements that does not grow with the number of people.
    """
    known = {profile.id: profile for profile in people}
    places = enrolments.due_of(unit.connection, known, unit.now)
    if not places:
        return
    wishes = _wishes(unit, [known[owner] for owner in {place.profile_id for place in places}])
    done = []
    for place in places:
        done.append(_advanced(unit, known[place.profile_id], place, wishes[place.profile_id]))
        if done[-1].mail:
            wishes[place.profile_id] = replace(wishes[place.profile_id], last_mail=unit.now)
    _write(unit, done)


def _advanced(unit: Unit, profile: ProfileRow, place: EnrolmentRow, wishes: Wishes) -> _Advanced:
    sequence = unit.program.sequences.get(place.sequence)
    match next_step(sequence, place.next_step, wishes, unit.now, unit.program.timezone):
        case Send(template, next_due) if sequence is not None:
            state = "active" if next_due else "completed"
            after = replace(place, next_step=place.next_step + 1, due_at=next_due, state=state)
            completed = None if next_due else _completed(unit, place, sequence)
            return _Advanced(after, _mail(unit, profile, place, template), completed)
        case Wait(until):
            # whoever waits may change their mind, so nobody waits longer than a day for the next look
            return _Advanced(replace(place, due_at=min(until, unit.now + LOOK_AGAIN)))
    return _Advanced(replace(place, state="ended", due_at=None))


def _write(unit: Unit, done: list[_Advanced]) -> None:
    enrolments.put(unit.connection, [one.place for one in done])
    prepared = [one.mail for one in done if one.mail]
    new = mails.add(unit.connection, prepared)
    unit.send(_delivery(unit, mail) for mail in prepared if mail.id in new)
    completed = [one.completed for one in done if one.completed]
    events.add(unit.connection, completed)
    unit.to_score |= {event.profile_id for event in completed}


def _delivery(unit: Unit, mail: MailRow) -> Delivery:
    key = f"mail:{mail.id}"
    return unit.delivery("mail", "mail/nurture", "consent", key, profile=mail.profile_id, delivery_id=mail.id)


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


def _mail(unit: Unit, profile: ProfileRow, place: EnrolmentRow, template: str) -> MailRow:
    mail_id = derived_id("mail", place.id, place.next_step)
    return MailRow(
        id=mail_id,
        profile_id=profile.id,
        template=template,
        language=profile.language,
        message_id=unit.world.message_id(mail_id),
        created_at=unit.now,
        sequence=place.sequence,
        step=place.next_step,
    )


def _completed(unit: Unit, place: EnrolmentRow, sequence: Sequence) -> EventRow:
    data = {"sequence": sequence.id, "sequence_kind": sequence.kind, "subject": sequence.id}
    event_id = derived_id(place.id, "sequence.completed")
    kind, at = "sequence.completed", unit.now
    return EventRow(event_id, place.profile_id, kind, at, at, data=data, verdict="human")
