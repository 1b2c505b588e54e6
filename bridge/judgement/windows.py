"""Hits in windows of time: how many different ones, and whether one of a kind was near.

Every function takes hits in any order and costs little more than sorting them, so that somebody who follows a link
a hundred thousand times holds up nobody.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from bridge.judgement.sightings import Sighting
from bridge.program.verdicts import Burst

SECONDS = timedelta(seconds=10)
"""What happens within these is one moment."""
MINUTE = timedelta(seconds=60)
SOON = timedelta(minutes=10)
"""Until then after delivery nearly all scanners have been there."""

Key = Callable[[Sighting], Hashable]


def in_order(hits: Iterable[Sighting]) -> list[Sighting]:
    """Hits by time."""
    return sorted(hits, key=lambda hit: (hit.at, hit.id))


def members(hits: Sequence[Sighting], burst: Burst, key: Key) -> set[UUID]:
    """The hits that lie in any window of the burst's length with as many different keys."""
    found: set[UUID] = set()
    if len(hits) < burst.count:
        return found
    ordered, within, start, marked_to = in_order(hits), Counter[Hashable](), 0, 0
    for end, hit in enumerate(ordered):
        within[key(hit)] += 1
        while hit.at - ordered[start].at > burst.within:
            within = _without(within, key(ordered[start]))
            start += 1
        if len(within) >= burst.count:
            found |= {one.id for one in ordered[max(start, marked_to) : end + 1]}
            marked_to = end + 1
    return found


def _without(counter: Counter[Hashable], key: Hashable) -> Counter[Hashable]:
    counter[key] -= 1
    if not counter[key]:
        del counter[key]
    return counter


def with_others_at_once(hits: Iterable[Sighting], key: Key, within: timedelta) -> set[UUID]:
    """The hits beside which, within that time, one with another key was seen."""
    return members([hit for hit in hits if key(hit)], Burst(2, within), key)


class Moments:
    """When hits with a certain key were seen."""

    def __init__(self, hits: Iterable[Sighting], key: Key) -> None:
        self._times: dict[Hashable, list[datetime]] = defaultdict(list)
        for hit in in_order(hits):
            self._times[key(hit)].append(hit.at)

    def near(self, key: Hashable, at: datetime, within: timedelta) -> bool:
        """Whether one of that key was seen so soon before or after."""
        times = self._times.get(key, [])
        place = bisect_left(times, at - within)
        return place < len(times) and times[place] <= at + within


def link_of(hit: Sighting) -> Hashable:
    """The link, as a key."""
    return hit.link


def age_of(hit: Sighting) -> timedelta:
    """How long after its mail was accepted; endless when nobody knows."""
    return hit.at - hit.accepted_at if hit.accepted_at else timedelta.max
