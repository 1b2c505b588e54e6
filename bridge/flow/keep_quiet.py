"""Advertising leaves neither at night nor too often a day; it is put off, never dropped."""

from datetime import timedelta

from bridge.flow.pace import NotYet
from bridge.flow.unit import Unit
from bridge.nurture.quiet import allowed_from, midnight
from bridge.store import consents, mails, outbox
from bridge.store.outbox import Delivery
from bridge.store.profiles import ProfileRow

AN_ANSWER = timedelta(minutes=15)
"""Whoever pressed a button so recently is awake and waits for what it brings."""


def keep_quiet(unit: Unit, delivery: Delivery, profile: ProfileRow) -> None:
    """Let an advertising mail leave now, or raise NotYet with the next moment at which it may."""
    mailing, zone = unit.program.mailing, unit.program.timezone
    morning = allowed_from(unit.now, mailing.quiet, zone)
    if morning > unit.now and not _answers_confirmation(unit, delivery, profile):
        raise NotYet(morning, "waits for the end of the quiet hours")
    outbox.take_turns(unit.connection, profile.id)
    today = midnight(unit.now, zone)
    if len(outbox.left_times(unit.connection, profile.id, delivery, unit.now, today)) >= mailing.max_per_day:
        tomorrow = allowed_from(midnight(unit.now, zone, days=1), mailing.quiet, zone)
        raise NotYet(tomorrow, "waits for tomorrow, enough mails went to this person today")


def _answers_confirmation(unit: Unit, delivery: Delivery, profile: ProfileRow) -> bool:
    """Whether it is the first mail after a confirmation, and the confirmation was just now."""
    mail = mails.get(unit.connection, [delivery.id]).get(delivery.id)
    sequence = unit.program.sequences.get(mail.sequence or "") if mail else None
    if mail is None or sequence is None or sequence.starts != "address.confirmed" or mail.step:
        return False
    given = [
        one.at
        for one in consents.of_profile(unit.connection, profile.id)
        if one.purpose == "email" and one.state == "given"
    ]
    return bool(given) and unit.now - max(given) <= AN_ANSWER
