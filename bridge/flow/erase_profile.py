"""Read a person out whole, or erase one: then a keyed hash stays where the address must not be mailed again."""

from typing import Any
from uuid import UUID

from bridge.errors import UnknownProfile
from bridge.flow.unit import Unit
from bridge.ids import new_id
from bridge.profiles.address import Address
from bridge.profiles.consent import standing
from bridge.store import consents, erasure, profiles, suppressions


def erase_profile(unit: Unit, address: Address) -> None:
    """Remove a profile and all that belongs to it, and what was held of that address. Raises UnknownProfile."""
    try:
        profile = profiles.lock_by_key(unit.connection, address.key)
    except UnknownProfile:
        if not erasure.knows(unit.connection, address.key):
            raise
        erasure.erase(unit.connection, None, address.key)
        return
    if standing(consents.of_profile(unit.connection, profile.id)).get("email") == "withdrawn":
        suppressions.suppress(
            unit.connection, profile.email_key, "unsubscribed", unit.now, "kept after erasure"
        )
    erasure.erase(unit.connection, profile.id, address.key)
    _announce(unit, profile.id)


def export_profile(unit: Unit, address: Address) -> dict[str, list[dict[str, Any]]]:
    """Everything stored about a person: table → rows. Raises UnknownProfile."""
    try:
        profile = profiles.by_address(unit.connection, address)
    except UnknownProfile:
        if not erasure.knows(unit.connection, address.key):
            raise
        return erasure.read_out(unit.connection, None, address.key)
    return erasure.read_out(unit.connection, profile.id, address.key)


def _announce(unit: Unit, profile_id: UUID) -> None:
    """Tell who keeps a copy; the id is all that is said."""
    body = {"type": "lead.erased", "timestamp": unit.now.isoformat(), "data": {"id": str(profile_id)}}
    for number, hook in enumerate(unit.program.webhooks):
        if "lead.erased" in hook.events:
            unit.send(
                "webhook",
                "lead.erased",
                "contract",
                f"webhook:{number}:lead.erased:{profile_id}",
                profile=None,
                payload={"url": hook.url, "body": body},
                trace=new_id(),
            )
