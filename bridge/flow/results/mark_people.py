"""Somebody is told apart by something else than before: all their days are counted anew."""

from collections.abc import Iterable
from uuid import UUID

from bridge.flow.unit import Unit
from bridge.program.model import Program
from bridge.store import stale_days


def mark_people(unit: Unit, people: Iterable[UUID]) -> None:
    """Mark the days on which these people are counted, after another first form or channel is known of them."""
    stale_days.mark_people(unit.connection, people, unit.program.timezone, wake_ups(unit.program))


def wake_ups(program: Program) -> list[str]:
    """The series that wake sleepers: whom sales gets after one of their mails is reactivated."""
    return [one.id for one in program.sequences.values() if one.kind == "wake-up"]
