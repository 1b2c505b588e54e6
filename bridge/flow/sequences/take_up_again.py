"""Somebody wants mail (again): their series go on where they had to end without consent."""

from collections.abc import Iterable
from uuid import UUID

from bridge.flow.unit import Unit
from bridge.nurture.interests import starts_by_interest
from bridge.store import enrolments


def take_up_again(unit: Unit, profile_ids: Iterable[UUID]) -> None:
    """Take up these people's series; of several follow-ups that interest began the newest alone.

    The caller holds the locks on the profiles' rows.
    """
    by_interest = [one.id for one in unit.program.sequences.values() if starts_by_interest(one)]
    enrolments.revive(unit.connection, profile_ids, unit.now, by_interest)
