"""Advertising leaves neither at night nor too often a day or week; it is put off, never dropped."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from bridge.flow.sending.pace import NotYet
from bridge.flow.unit import Unit
from bridge.nurture.due import end_of_pause
from bridge.nurture.quiet import allowed_from, midnight, monday
from bridge.nurture.zones import zone_of
from bridge.profiles.consent import Answer
from bridge.store import lately, turns
from bridge.store.mails import MailRow
from bridge.store.outbox import Delivery
from bridge.store.profiles import ProfileRow

AN_ANSWER = timedelta(minutes=15)
"""Whoever pressed a button so recently is awake and waits for what it brings."""


A_WHILE = timedelta(hours=1)
"""Who wanted a pause may change their mind."""

TOMORROW = "waits for tomorrow, enough mails went to this person today"
NEXT_WEEK = "waits for Monday, enough mails went to this person this week"


def wait_for_morning(
    unit: Unit, reader: ProfileRow, mail: MailRow, answers: Iterable[Answer]
) -> NotYet | None:
    """Why an advertising mail may not leave at this hour of its reader's, and when it may. answers: the reader's."""
    morning = allowed_from(unit.now, unit.program.mailing.quiet, zone_for(unit, reader))
    if morning > unit.now and not _answers_confirmation(unit, mail, answers):
        return NotYet(morning, "waits for the end of the quiet hours")
    return None


def wait_for_wishes(unit: Unit, reader: ProfileRow) -> NotYet | None:
    """Why nothing may leave while somebody wants a pause, though it was prepared before they said so."""
    if reader.frequency != "paused":
        return None
    ends = end_of_pause(reader.pause_until, zone_for(unit, reader))
    return (
        NotYet(min(ends, unit.now + A_WHILE), "waits for the end of the pause") if ends > unit.now else None
    )


def wait_for_room(unit: Unit, mails: Sequence[tuple[Delivery, ProfileRow]]) -> dict[UUID, NotYet]:
    """Those of the mails whose readers got enough today, or this week. At most one to each of them, of one template.

    Whoever else asks about one of these people waits until this transaction ends.
    """
    if not mails:
        return {}
    zones = {reader.id: zone_for(unit, reader) for _, reader in mails}
    turns.take(unit.connection, zones)
    since = {person: _counts_since(unit, zone) for person, zone in zones.items()}
    apart, template = [one.id for one, _ in mails], mails[0][0].template
    left = lately.left_since(unit.connection, since, template, unit.now, apart_from=apart)
    waiting = {one.id: _full(unit, zones[who.id], left.get(who.id, ())) for one, who in mails}
    return {delivery: why for delivery, why in waiting.items() if why}


def zone_for(unit: Unit, person: ProfileRow) -> ZoneInfo:
    """The time zone of a person, at this moment."""
    return zone_of(person.fields, unit.now, unit.program.timezone)


def _counts_since(unit: Unit, zone: ZoneInfo) -> datetime:
    by_week = unit.program.mailing.max_per_week is not None
    return monday(unit.now, zone) if by_week else midnight(unit.now, zone)


def _full(unit: Unit, zone: ZoneInfo, left: Collection[datetime]) -> NotYet | None:
    """Why nothing more may go to somebody there, the longer wait of two. left: when their mails left since then."""
    mailing, now = unit.program.mailing, unit.now
    today = midnight(now, zone)
    if mailing.max_per_week is not None and len(left) >= mailing.max_per_week:
        return NotYet(allowed_from(monday(now, zone, weeks=1), mailing.quiet, zone), NEXT_WEEK)
    if sum(at >= today for at in left) >= mailing.max_per_day:
        return NotYet(allowed_from(midnight(now, zone, days=1), mailing.quiet, zone), TOMORROW)
    return None


def _answers_confirmation(unit: Unit, mail: MailRow, answers: Iterable[Answer]) -> bool:
    """Whether it is the first mail after a confirmation, and the confirmation was just now."""
    sequence = unit.program.sequences.get(mail.sequence or "")
    if sequence is None or sequence.starts != "address.confirmed" or mail.step:
        return False
    given = [one.at for one in answers if one.purpose == "email" and one.state == "given"]
    return bool(given) and unit.now - max(given) <= unit.world.lasting(AN_ANSWER)
