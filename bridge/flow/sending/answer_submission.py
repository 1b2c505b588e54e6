"""Which mail answers a form: the confirmation, the receipt, both, or none, and when it may leave."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from uuid import UUID

from bridge.flow.sending.pace import CONFIRMATIONS, DAY, RECEIPTS, RECEIPTS_OF_CONFIRMED, slot
from bridge.flow.sent_form import Arrival
from bridge.flow.unit import Unit
from bridge.nurture.announced import announced
from bridge.store import lately, suppressions
from bridge.store.outbox import Delivery
from bridge.store.suppressions import HARD

CONFIRM, RECEIPT = "mail/confirm", "mail/receipt"
Times = Mapping[tuple[UUID, str], Collection[datetime]]


def answer_submissions(unit: Unit, arrivals: Iterable[Arrival]) -> None:
    """Send the confirmation mails, or the receipts of what was asked for."""
    asked = [one for one in arrivals if not one.profile.excluded]
    keys = [one.profile.email_key for one in asked]
    blocked = suppressions.reasons_for(unit.connection, keys) if keys else {}
    mailed = [one for one in asked if blocked.get(one.profile.email_key) not in HARD]
    people = [one.profile.id for one in mailed]
    times = lately.due_times(unit.connection, people, (CONFIRM, RECEIPT), unit.now - DAY) if people else {}
    unit.send([mail for one in mailed for mail in _mails(unit, one, times)])


def _mails(unit: Unit, one: Arrival, times: Times) -> Iterator[Delivery]:
    profile, new = one.profile, one.newly_wanted
    confirmed = times.get((profile.id, CONFIRM), ())
    needs_confirmation = "email" in new or (profile.confirmed and bool(new))
    due_at = slot(confirmed, CONFIRMATIONS, unit.now) if needs_confirmation else None
    if due_at:
        yield _mail(unit, one, CONFIRM, due_at)
    answer_at_once = profile.confirmed or due_at is None or _is_asked_for(unit, one)
    pace = RECEIPTS_OF_CONFIRMED if profile.confirmed else RECEIPTS
    if answer_at_once and slot(times.get((profile.id, RECEIPT), ()), pace, unit.now):
        yield _mail(unit, one, RECEIPT, unit.now)


def _is_asked_for(unit: Unit, one: Arrival) -> bool:
    """Whether the answer cannot wait for a confirmation: a word to sales, or a place at an event with its date."""
    form = one.sent.form
    return form.channel == "sales" or announced(unit.program, form, one.submission.at) is not None


def _mail(unit: Unit, one: Arrival, template: str, due_at: datetime) -> Delivery:
    submission = one.submission.id
    return unit.delivery(
        "mail",
        template,
        "request",
        f"{template}:{submission}",
        profile=one.profile.id,
        payload={"submission": str(submission)},
        trace=submission,
        due_at=due_at,
    )
