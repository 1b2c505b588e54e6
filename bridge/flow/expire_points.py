"""Points whose time is over are taken back, each by an entry of its own."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from uuid import UUID

from bridge import i18n
from bridge.flow.unit import Opened, Unit
from bridge.scoring.ledger import SCORE, Entry, reversal
from bridge.store import ledger, profile_changes, profiles
from bridge.store.ledger import Expired

BATCH = 2000
"""Entries that are written in one transaction; their people are locked meanwhile."""

READ_AHEAD = 10
"""Batches that are read at once: to find the first of many costs as much as to find all."""

LATELY = timedelta(days=2)
"""Whoever looks every few minutes looks back so far: what is older was seen, but for what came late."""


def expire_points(opened: Opened, lately: bool = False, at_a_time: int = BATCH) -> Iterator[int]:
    """Write the entries that are due, and yield after each transaction how many. Doing it again changes nothing.

    lately: only for points whose time was over LATELY; else for all, also for those that came late, out of a journal
    that somebody found again. It takes longer, the longer the history is.
    """
    last: Expired | None = None
    while due := _due(opened, lately, last, at_a_time * READ_AHEAD):
        for first in range(0, len(due), at_a_time):
            some = due[first : first + at_a_time]
            with opened() as unit:
                _take_back(unit, some)
            yield len(some)
        last = due[-1]


def _due(opened: Opened, lately: bool, last: Expired | None, limit: int) -> list[Expired]:
    with opened() as unit:
        since = unit.now - LATELY if lately else None
        return ledger.expired(unit.connection, unit.now, since, last, limit)


def _take_back(unit: Unit, due: Sequence[Expired]) -> None:
    """Nothing else of the ledgers is read: a score that is the sum goes down by what is taken from it."""
    people = profiles.lock_people(unit.connection, {one.owner for one in due})
    gone = ledger.undone(unit.connection, [one.entry.id for one in due])
    words = i18n.translations(unit.program.language).gettext("expired: %s")
    undo = [
        (one.owner, reversal(one.entry, unit.now, words % one.entry.reason))
        for one in due
        if one.owner in people and one.entry.id not in gone
    ]
    ledger.add(unit.connection, undo, unit.program.version)
    profile_changes.add_points(unit.connection, _sums(undo))
    unit.to_score |= {owner for owner, _ in undo}


def _sums(entries: Sequence[tuple[UUID, Entry]]) -> Counter[UUID]:
    """Person → what entries come to in the score."""
    sums: Counter[UUID] = Counter()
    for owner, entry in entries:
        if entry.topic == SCORE:
            sums[owner] += entry.points
    return sums
