"""What measuring came to: ratios of ours over baselines, and single figures with a goal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from benchmarks.histogram import Histogram


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of several rounds, and the least and the most."""

    middle: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        """Of at least one value."""
        return cls(median(values), min(values), max(values))


@dataclass(frozen=True, slots=True)
class Ratio:
    """Ours over a baseline, round by round. goal: what the median has to reach; None: only for comparison."""

    baseline: str
    spread: Spread
    goal: float | None

    @property
    def held(self) -> bool | None:
        """Whether the median reaches the goal; None without one."""
        return None if self.goal is None else self.spread.middle >= self.goal


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a contest came to. rates: contestant → things per second; latencies: contestant → of all rounds."""

    promise: str
    what: str
    unit: str
    rates: Mapping[str, Spread]
    ratios: Sequence[Ratio]
    latencies: Mapping[str, Histogram] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """A figure that is compared with nothing but its goal.

    promise: such as "P10". goal: what the median of the rounds has to stay within, or to reach if `at_least`; None:
    only for information. latencies: where the figure is a quantile of them.
    """

    promise: str
    what: str
    unit: str
    figure: Spread
    goal: float | None = None
    at_least: bool = False
    latencies: Histogram | None = None

    @property
    def held(self) -> bool | None:
        """Whether the goal is kept; None without one."""
        if self.goal is None:
            return None
        middle = self.figure.middle
        return middle >= self.goal if self.at_least else middle <= self.goal
