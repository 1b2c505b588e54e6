"""Since when the programme is the one that it is."""

from datetime import datetime

from bridge.flow.unit import Unit
from bridge.store import watermarks

FAMILY = "programme"


def note_program(unit: Unit) -> None:
    """Note that this version runs, and since when."""
    watermarks.note_alone(unit.connection, FAMILY, unit.program.version, unit.now)


def runs_since(unit: Unit) -> datetime | None:
    """Since when this version runs; None when that was not noted yet."""
    return watermarks.since(unit.connection, f"{FAMILY} {unit.program.version}")
