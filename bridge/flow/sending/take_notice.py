"""What became of a mail after it left, as somebody reports it: it bounced, or its recipient complained."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from bridge.errors import UnknownProfile
from bridge.flow.sending.came_back import Case, draw_consequences, sales_unreachable
from bridge.flow.unit import Unit
from bridge.ids import derived_id
from bridge.profiles.address import InvalidAddress, parse_address
from bridge.store import notices, outbox, profiles
from bridge.store.notices import NoticeRow
from bridge.store.outbox import Delivery
from connectors.contract import Notice

log = logging.getLogger(__name__)

OPEN_TO_ANYBODY = frozenset({"mailbox"})
"""Sources to which anybody can write: what they say of a recipient counts only with a mail of ours that proves it."""

OLDEST = timedelta(days=30)
"""As long as a report is remembered. What a provider tells of before changes nothing, since nobody knows any more
whether it was told; a report in the mailbox that claims so, or comes from the future, is taken as of now."""

TO_STAFF = {
    "operator": "the operator",
    "account": "somebody with an account",
    "digest": "a reader of the weekly mail",
}
"""Kinds of mails to people of ours that speak of no profile, and who gets them."""


@dataclass(frozen=True, slots=True)
class _About:
    """Whom a notice is about: the mail, as far as it is known, and who it went to: a person, or somebody of ours."""

    delivery: Delivery | None = None
    profile_id: UUID | None = None
    staff: bool = False

    @property
    def known(self) -> bool:
        return self.staff or self.profile_id is not None


def take_notice(unit: Unit, notice: Notice, received_at: datetime) -> bool:
    """Write down what is reported, and draw the consequences; the same report again changes nothing.

    False when nobody knows whom it is about, so that it is only counted.
    """
    cause = derived_id("notice", notice.source, notice.key)
    about = _about(unit, notice)
    row = NoticeRow(cause, notice.source, notice.trouble, notice.status, about.known, unit.now)
    if not notices.add(unit.connection, row):
        return about.known
    _log(notice, about)
    if _is_over(unit, notice):
        return about.known
    if about.staff:
        _staff_unreachable(unit, notice, about.delivery)
    elif about.profile_id:
        profile = profiles.lock_one(unit.connection, about.profile_id)
        case = Case(notice, about.delivery, profile, cause, _moment(notice, received_at))
        draw_consequences(unit, case)
    if about.delivery:  # after the profile is locked, as whoever erases it does
        outbox.came_back(unit.connection, about.delivery.id, notice.words)
    return about.known


def _is_over(unit: Unit, notice: Notice) -> bool:
    told = notice.at if notice.source not in OPEN_TO_ANYBODY else None
    return told is not None and told < unit.now - OLDEST


def _about(unit: Unit, notice: Notice) -> _About:
    delivery = outbox.get(unit.connection, notice.delivery) if notice.delivery else None
    if delivery and _may_have_left(delivery):
        addressee = delivery.profile_id if delivery.kind == "mail" else None
        return _About(delivery, addressee, staff=delivery.kind in ("sales", *TO_STAFF))
    if notice.source in OPEN_TO_ANYBODY or not notice.recipient:
        return _About()
    return _by_recipient(unit, notice.recipient)


def _may_have_left(delivery: Delivery) -> bool:
    """What was never tried cannot come back, whatever proves it."""
    return delivery.state == "sent" or delivery.attempts > 0


def _by_recipient(unit: Unit, recipient: str) -> _About:
    try:
        address = parse_address(recipient)
        team = {person.email.lower() for person in unit.program.people.values()}
        if address.key in team:
            return _About(staff=True)
        return _About(profile_id=profiles.by_address(unit.connection, address).id)
    except (InvalidAddress, UnknownProfile):
        return _About()


def _staff_unreachable(unit: Unit, notice: Notice, delivery: Delivery | None) -> None:
    """A mail to the operator that came back is in the log and in the outbox: another one would not arrive either."""
    if delivery and delivery.kind in TO_STAFF:
        who = TO_STAFF[delivery.kind]
        log.error(f"{who} cannot be reached by mail", extra={"status": notice.status})
    else:
        sales_unreachable(unit, notice, str(delivery.payload.get("person", "")) if delivery else "")


def _log(notice: Notice, about: _About) -> None:
    facts = {
        "source": notice.source,
        "trouble": notice.trouble,
        "status": notice.status,
        "delivery": str(notice.delivery),
        "attributed": about.known,
    }
    log.log(logging.INFO if about.known else logging.WARNING, "a mail came back", extra=facts)


def _moment(notice: Notice, received_at: datetime) -> datetime:
    told = notice.at or received_at
    return told if received_at - OLDEST <= told <= received_at else received_at
