"""Mails without a reaction become events: nobody opened, followed, fetched or answered anything in time."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from uuid import UUID

from bridge.flow.unit import Opened, Unit
from bridge.ids import derived_id
from bridge.profiles.consent import watched_since
from bridge.store import consents, events, ignored, profiles, watermarks
from bridge.store.events import EventRow
from bridge.store.ignored import Sent

KIND = "mail.ignored"
"""What the event is called, and its watermark: until when sent mails have been looked at."""

BATCH = 1000
"""Mails that are looked at in one transaction; their readers are locked meanwhile."""

ON_THEIR_WAY = timedelta(minutes=10)
"""So long after its time is over, hits of a mail have left the journals and are judged."""

PATIENCE = timedelta(days=1)
"""So long mails with hits that nobody has judged keep others waiting; then such a hit counts as a reaction."""

A_MOMENT = timedelta(microseconds=1)


def notice_ignored(opened: Opened, at_a_time: int = BATCH) -> Iterator[int]:
    """Tell of all mails that were ignored since the last time; yields after each transaction how many that were."""
    may_be_more = True
    while may_be_more:
        with opened() as unit:
            told, may_be_more = _some(unit, at_a_time)
        yield told


def _some(unit: Unit, at_a_time: int) -> tuple[int, bool]:
    """Tell of those among the next mails, and whether there may be more.

    How far it came is written down together with the events: whoever is killed has done both, or nothing.
    """
    done = watermarks.take(unit.connection, KIND)
    over = unit.now - unit.program.mailing.ignored_after - ON_THEIR_WAY
    if done is None or over <= done:
        return 0, False
    sent = ignored.tracked(unit.connection, done, over, at_a_time)
    until = sent[-1].sent_at if len(sent) >= at_a_time else over
    readers = _known_readers(unit, sent)
    back = ignored.reactions(unit.connection, sent, unit.program.mailing.ignored_after)
    if waiting := [one.sent_at for one in sent if one.id in back.unjudged and one.sent_at > over - PATIENCE]:
        until = min(waiting) - A_MOMENT
    quiet = [one for one in sent if one.sent_at <= until and one.id not in back.answered | back.unjudged]
    rows = [_event(unit, one) for one in quiet if one.id in readers]
    new = events.add(unit.connection, rows)
    unit.to_score |= {row.profile_id for row in rows if row.id in new}
    watermarks.move(unit.connection, KIND, until)
    return len(new), len(sent) >= at_a_time and not waiting


def _known_readers(unit: Unit, sent: Sequence[Sent]) -> set[UUID]:
    """Those of the mails whose readers have been known by what they do ever since, and still are; they are locked.

    Of others nobody can say whether they reacted.
    """
    people = profiles.lock_people(unit.connection, {one.profile_id for one in sent})
    answers = consents.on_watching(unit.connection, (one.id for one in people.values() if not one.objected))
    since = {person: watched_since(given) for person, given in answers.items()}
    return {one.id for one in sent if (begins := since.get(one.profile_id)) and begins <= one.sent_at}


def _event(unit: Unit, mail: Sent) -> EventRow:
    """It happened when the time was over, whenever somebody noticed."""
    return EventRow(
        id=derived_id(mail.id, KIND),
        profile_id=mail.profile_id,
        kind=KIND,
        at=mail.sent_at + unit.program.mailing.ignored_after,
        due_at=unit.now,
        mail_id=mail.id,
        data={"subject": mail.subject},
        verdict="human",
    )
