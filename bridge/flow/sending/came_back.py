"""A mail came back, or its recipient complained: what follows from it for the person and for whoever operates."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from bridge.flow.alarm import alarm
from bridge.flow.sending.suppress import suppress
from bridge.flow.unit import Unit
from bridge.flow.unsubscribe import unsubscribe
from bridge.ids import derived_id
from bridge.intake.records import PROVIDER, Request
from bridge.profiles.address import InvalidAddress, parse_address, without_addresses
from bridge.store import events, mails
from bridge.store.events import EventRow
from bridge.store.outbox import Delivery
from bridge.store.profiles import ProfileRow
from connectors.contract import Notice, Trouble

SOFT_BOUNCES = 3
SOFT_WINDOW = timedelta(days=14)
"""So many different mails that came back within this time for passing reasons: the mailbox is given up."""


FOLLOWS: Mapping[Trouble, str] = {
    "hard": "the address is suppressed at once, if it is the one that we wrote to; else it counts as a soft bounce",
    "soft": f"nothing at first; {SOFT_BOUNCES} different mails within {SOFT_WINDOW.days} days suppress the address",
    "ours": "nobody is suppressed; the operator is told, once a day",
    "complaint": "the address is suppressed at once",
    "unsubscribed": "the person is unsubscribed from advertising",
}
"""What draw_consequences does, in words. Mails to sales that come back suppress nobody: see sales_unreachable."""


@dataclass(frozen=True, slots=True)
class Case:
    """A notice about a mail to somebody.

    delivery: None when only the recipient is known. profile: its row is locked. cause: the notice's id. at: when.
    """

    notice: Notice
    delivery: Delivery | None
    profile: ProfileRow
    cause: UUID
    at: datetime


def draw_consequences(unit: Unit, case: Case) -> None:
    """Write down what happened to the person's mail; suppress the address, or alarm, as the trouble demands."""
    match case.notice.trouble:
        case "ours":
            _refused_for_us(unit, case)
        case "unsubscribed" if not events.exists(unit.connection, derived_id(case.cause, "unsubscribed")):
            mail_id = _mail_id(unit, case.delivery)
            unsubscribe(unit, case.cause, case.profile.id, mail_id, PROVIDER, Request(), case.at)
        case "complaint":
            if _note(unit, case, "mail.complained"):
                _suppress(unit, case, "complained")
        case "hard" | "soft":
            _bounced(unit, case)


def sales_unreachable(unit: Unit, notice: Notice, person: str) -> None:
    """A mail to sales came back: that suppresses nobody, and a lead waits. person: the programme's id, or ""."""
    alarm(
        unit,
        "operator/sales_unreachable",
        f"sales_unreachable:{person}:{_today(unit)}",
        person=person,
        answer=without_addresses(notice.words),
        ours=notice.trouble == "ours",
    )


def _bounced(unit: Unit, case: Case) -> None:
    bounce = "hard" if case.notice.trouble == "hard" and _is_theirs(case) else "soft"
    if not _note(unit, case, "mail.bounced", bounce=bounce):
        return
    since = unit.now - SOFT_WINDOW
    if bounce == "hard" or events.soft_bounces(unit.connection, case.profile.id, since) >= SOFT_BOUNCES:
        _suppress(unit, case, "bounced")


def _is_theirs(case: Case) -> bool:
    """Whether the mailbox that is not there is the person's own, and not one that it forwards to, among others."""
    if case.notice.recipient is None:
        return True
    try:
        return parse_address(case.notice.recipient).key == case.profile.email_key
    except InvalidAddress:
        return False


def _suppress(unit: Unit, case: Case, reason: str) -> None:
    notice = case.notice
    what = notice.trouble if reason == "complained" else notice.status or notice.trouble
    note = f"{notice.source}: {what}"  # words may name somebody, and this outlives them
    suppress(unit, case.profile.email_key, case.profile.id, reason, note)


def _refused_for_us(unit: Unit, case: Case) -> None:
    """The other side objects to us or to what we sent: nobody's address is to blame, and somebody has to look.

    Once a day for each source and class of status: both are few, so nobody can fill the operator's mailbox, and
    what strangers write to the mailbox for bounces hides nothing that a mail server says to us.
    """
    alarm(
        unit,
        "operator/mail_refused",
        f"mail_refused:{case.notice.source}:{_class(case.notice.status)}:{_today(unit)}",
        status=case.notice.status,
        domain=case.profile.email_key.rpartition("@")[2],
        answer=without_addresses(case.notice.words, case.profile.email_key),
    )


def _class(status: str) -> str:
    """What the status is about: "x.5" protocol, "x.6" content, "x.7" policy (RFC 3463), or "other"."""
    subject = status.split(".")[1:2]
    return f"x.{subject[0]}" if subject in (["5"], ["6"], ["7"]) else "other"


def _today(unit: Unit) -> str:
    return unit.now.astimezone(unit.program.timezone).date().isoformat()


def _note(unit: Unit, case: Case, kind: str, **more: Any) -> bool:
    """Write the event down, with the words of the other side, for whoever looks at this person.

    False when it is there: the notice is told again, after its mark was forgotten.
    """
    notice, delivery, mail_id = case.notice, case.delivery, _mail_id(unit, case.delivery)
    data = {"source": notice.source, "status": notice.status, "words": notice.words, **more}
    if delivery:
        data |= {"delivery": str(delivery.id), "template": delivery.template}
    if mail_id:
        data["subject"] = mails.get(unit.connection, [mail_id])[mail_id].subject
    event_id = derived_id(case.cause, kind)
    row = EventRow(event_id, case.profile.id, kind, case.at, unit.now, mail_id, data, verdict="human")
    unit.to_score.add(case.profile.id)
    return bool(events.add(unit.connection, [row]))


def _mail_id(unit: Unit, delivery: Delivery | None) -> UUID | None:
    """The mail of a sequence that a delivery is; confirmations and receipts are not among these."""
    found = mails.get(unit.connection, [delivery.id]) if delivery else {}
    return next(iter(found), None)
