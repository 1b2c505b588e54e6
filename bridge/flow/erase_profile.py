"""Erase a person: everything goes but a keyed hash, where the address must not be mailed again."""

from bridge.flow.unit import Unit
from bridge.ids import new_id
from bridge.profiles.address import Address
from bridge.profiles.consent import standing
from bridge.store import consents, erasure, profiles, suppressions


def erase_profile(unit: Unit, address: Address) -> None:
    """Remove a profile and all that belongs to it. Raises UnknownProfile."""
    profile = profiles.lock_by_key(unit.connection, address.key)
    if standing(consents.of_profile(unit.connection, profile.id)).get("email") == "withdrawn":
        suppressions.suppress(
            unit.connection, profile.email_key, "unsubscribed", unit.now, "kept after erasure"
        )
    erasure.erase(unit.connection, profile.id, address.key)
    for number, hook in enumerate(unit.program.webhooks):
        if "lead.erased" in hook.events:
            body = {"type": "lead.erased", "timestamp": unit.now.isoformat(), "data": {"id": str(profile.id)}}
            unit.send(
                "webhook",
                "lead.erased",
                "contract",
                f"webhook:{number}:lead.erased:{profile.id}",
                profile=None,
                payload={"url": hook.url, "body": body},
                trace=new_id(),
            )
