"""Excluding somebody: they stay known, get no mail, and are never handed over."""

from uuid import UUID

from bridge.flow.unit import Unit
from bridge.store import outbox, profiles


def exclude_person(unit: Unit, profile_id: UUID) -> None:
    """Exclude somebody, and take back what has not left yet. Raises UnknownProfile."""
    profiles.lock_one(unit.connection, profile_id)
    profiles.change(unit.connection, profile_id, excluded=True)
    outbox.withdraw(unit.connection, profile_id, ["consent", "request"], unit.now, "excluded")


def include_person(unit: Unit, profile_id: UUID) -> None:
    """Take that back; what had been taken back stays so. Raises UnknownProfile."""
    profiles.lock_one(unit.connection, profile_id)
    profiles.change(unit.connection, profile_id, excluded=False)
    unit.to_score.add(profile_id)
