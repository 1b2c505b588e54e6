"""No mail goes to an address any more, and what waits for its person is taken back."""

from uuid import UUID

from bridge.errors import UnknownProfile
from bridge.flow.sending.obstacle import because_suppressed
from bridge.flow.unit import Unit
from bridge.profiles.address import Address
from bridge.store import outbox, profiles, suppressions
from bridge.store.suppressions import BY_HAND


def suppress(unit: Unit, email_key: str, person: UUID | None, reason: str, note: str) -> bool:
    """Suppress an address for one of the reasons of `suppressions.HARD`; False when that was known.

    person: whose address it is, or None when nobody is known by it. note: why, in words without personal data.
    """
    new = suppressions.suppress(unit.connection, email_key, reason, unit.now, note)
    if person is not None:
        why = because_suppressed(reason)
        outbox.withdraw(unit.connection, person, ["consent", "request"], unit.now, why)
    return new


def block_by_hand(unit: Unit, address: Address, because: str) -> bool:
    """Somebody decided that an address gets no mail at all; False when that was known."""
    try:
        person: UUID | None = profiles.by_address(unit.connection, address).id
    except UnknownProfile:
        person = None
    return suppress(unit, address.key, person, BY_HAND, because)
