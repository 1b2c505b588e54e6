"""Whether mail goes to an address, and what stands in its way."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from bridge.errors import UnknownProfile
from bridge.flow.sending.obstacle import obstacle
from bridge.profiles.address import Address
from bridge.profiles.consent import Consent
from bridge.store import consents, events, profiles, suppressions
from bridge.store.events import EventRow
from bridge.store.suppressions import Suppression


@dataclass(frozen=True, slots=True)
class Reach:
    """What is known of an address as a mailbox.

    known: whether somebody is known by it. advertising, answers: why neither advertising nor answers to what the
    person asked for leave; None when they do. answer: the person's last word on advertising mail. paused_until: by
    the person's own wish. suppressions: oldest first. returned: mails that came back or were called spam, newest
    first, with the words of the other side.
    """

    email: str
    known: bool
    advertising: str | None
    answers: str | None
    answer: Consent | None = None
    paused_until: date | None = None
    suppressions: tuple[Suppression, ...] = ()
    returned: tuple[EventRow, ...] = ()


def show_reach(connection: Connection, address: Address) -> Reach:
    """Everything that decides whether mails to an address leave."""
    kept = tuple(suppressions.of_address(connection, address.key))
    try:
        profile = profiles.by_address(connection, address)
    except UnknownProfile:
        nobody = "nobody is known by this address"
        return Reach(address.sending, False, nobody, nobody, suppressions=kept)
    said = [one for one in consents.of_profile(connection, profile.id) if one.purpose == "email"]
    return Reach(
        email=profile.email,
        known=True,
        advertising=obstacle(connection, profile, "consent"),
        answers=obstacle(connection, profile, "request"),
        answer=said[-1] if said else None,
        paused_until=profile.pause_until if profile.frequency == "paused" else None,
        suppressions=kept,
        returned=tuple(events.returned(connection, profile.id)),
    )
