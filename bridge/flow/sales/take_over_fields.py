"""Sales takes over what somebody also gave."""

from uuid import UUID

from bridge.flow.unit import Unit
from bridge.profiles.fields import take_over
from bridge.store import profiles


def take_over_fields(unit: Unit, profile_id: UUID, names: set[str]) -> None:
    """Sales says that values somebody also gave are right."""
    profile = profiles.lock_one(unit.connection, profile_id)
    merged = take_over(profile.fields, profile.also_given, names)
    profiles.change(unit.connection, profile_id, fields=merged.fields, also_given=merged.also_given)
    unit.to_score.add(profile_id)
