"""Move a profile to another stage, with its history."""

from dataclasses import replace
from uuid import UUID

from bridge.flow.sending.announce import announce
from bridge.flow.unit import Unit
from bridge.ids import derived_id
from bridge.store import handovers, profiles
from bridge.store.handovers import StageChange
from bridge.store.profiles import ProfileRow


def move(unit: Unit, profile: ProfileRow, stage: str, cause: str, because_of: UUID) -> ProfileRow:
    """Set the stage and write the change down. because_of: the event or hand-over behind it."""
    if profile.stage == stage:
        return profile
    change_id = derived_id("stage", profile.id, stage, because_of)
    change = StageChange(change_id, profile.id, profile.stage, stage, unit.now, cause)
    handovers.add_stage_changes(unit.connection, [change])
    profiles.change(unit.connection, profile.id, stage=stage)
    moved = replace(profile, stage=stage)
    announce(unit, "lead.stage_changed", moved, change_id, was=profile.stage, cause=cause)
    return moved
