"""Advertising leaves neither at night nor too often a day; it is put off, never dropped."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID

from bridge.flow.pace import NotYet
from bridge.flow.unit import Unit
from bridge.nurture.quiet import allowed_from, midnight
from bridge.profiles.consent import Answer
from bridge.store import outbox
from bridge.store.mails import MailRow
from bridge.store.outbox import Delivery

AN_ANSWER = timedelta(minutes=15)
"""Whoever pressed a button so recently is awake and waits for what it brings."""


def wait_for_morning(unit: Unit, mail: MailRow, answers: Iterable[Answer]) -> NotYet | None:
    """Why an advertising mail may not leave at this hour, and when it may. answers: its reader's."""
    morning = allowed_from(unit.now, unit.program.mailing.quiet, unit.program.timezone)
    if morning > unit.now and not _answers_confirmation(unit, mail, answers):
        return NotYet(morning, "waits for the end of the quiet hours")
    return None


def wait_for_tomorrow(unit: Unit, deliveries: Sequence[Delivery]) -> dict[UUID, NotYet]:
    """Those of the deliveries whose readers got enough mails today. At most one to each of them, of one template.

    Whoever else asks about one of these people waits until this transaction ends.
    """
    people = {one.id: one.profile_id for one in deliveries if one.profile_id}
    if not people:
        return {}
    mailing, zone = unit.program.mailing, unit.program.timezone
    outbox.take_turns(unit.connection, people.values())
    today, template = midnight(unit.now, zone), deliveries[0].template
    left = outbox.left_since(unit.connection, people.values(), template, unit.now, today, apart_from=people)
    tomorrow = allowed_from(midnight(unit.now, zone, days=1), mailing.quiet, zone)
    return {
        delivery_id: NotYet(tomorrow, "waits for tomorrow, enough mails went to this person today")
        for delivery_id, person in people.items()
        if left.get(person, 0) >= mailing.max_per_day
    }


def _answers_confirmation(unit: Unit, mail: MailRow, answers: Iterable[Answer]) -> bool:
    """Whether it is the first mail after a confirmation, and the confirmation was just now."""
    sequence = unit.program.sequences.get(mail.sequence or "")
    if sequence is None or sequence.starts != "address.confirmed" or mail.step:
        return False
    given = [one.at for one in answers if one.purpose == "email" and one.state == "given"]
    return bool(given) and unit.now - max(given) <= AN_ANSWER
