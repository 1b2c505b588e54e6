"""Latencies, counted in classes that grow by a fixed ratio: every quantile is right to three per cent."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

GROWTH = 1.03
SMALLEST = 1e-6
"""Seconds."""
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Histogram:
    """counts: class → how many. A class reaches from SMALLEST * GROWTH ** n to the next one's begin."""

    counts: Mapping[int, int]

    @classmethod
    def of(cls, seconds: Iterable[float]) -> "Histogram":
        """Of single latencies."""
        return cls(Counter(_class_of(one) for one in seconds))

    @classmethod
    def counted(cls, pairs: Iterable[tuple[float, int]]) -> "Histogram":
        """Of latencies with how often each was seen."""
        counts: Counter[int] = Counter()
        for seconds, times in pairs:
            counts[_class_of(seconds)] += times
        return cls(counts)

    @classmethod
    def merged(cls, several: Iterable["Histogram"]) -> "Histogram":
        """Of several runs together."""
        total: Counter[int] = Counter()
        for one in several:
            total.update(one.counts)
        return cls(total)

    @property
    def total(self) -> int:
        """How many latencies it holds."""
        return sum(self.counts.values())

    def tells(self, share: float) -> bool:
        """Whether at least one latency lies beyond that share, so that its quantile is not just the slowest."""
        return self.total * (1 - share) >= 1 - ROUNDING

    def quantile(self, share: float) -> float:
        """The latency in seconds that this share of all does not exceed; 0.0 of none at all."""
        wanted, seen = share * self.total, 0
        for place in sorted(self.counts):
            seen += self.counts[place]
            if seen >= wanted:
                return SMALLEST * GROWTH ** (place + 1)
        return 0.0


def _class_of(seconds: float) -> int:
    return max(0, math.floor(math.log(max(seconds, SMALLEST) / SMALLEST, GROWTH)))
