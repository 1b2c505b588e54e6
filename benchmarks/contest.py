"""Ours against baselines: alternating rounds in one run.

A machine is never as fast in one minute as in the next, so nothing is compared but what was measured beside each
other: each round lets everybody run once, and a ratio is that of one round.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.histogram import Histogram
from benchmarks.outcomes import Outcome, Ratio, Spread

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Scale:
    """How long everything is measured. rounds: of each contest; seconds: of one contestant's turn in a round.

    events: in the largest database of those that are compared with each other.
    """

    rounds: int
    seconds: float
    is_quick: bool
    events: int = 100_000


@dataclass(frozen=True, slots=True)
class Sample:
    """What one round of one contestant came to. rate: things per second; latencies: in seconds, where measured."""

    rate: float
    latencies: Histogram | None = None


@dataclass(frozen=True, slots=True)
class Contestant:
    """Whoever runs. measure: runs once. goal: what ours must reach of its rate; None: only for comparison."""

    name: str
    measure: Callable[[], Sample]
    goal: float | None = None


@dataclass(frozen=True, slots=True)
class Contest:
    """promise: such as "P1". unit: of the rates, such as "clicks/s"."""

    promise: str
    what: str
    unit: str
    ours: Contestant
    baselines: Sequence[Contestant]


def play(contest: Contest, rounds: int, say: Say) -> Outcome:
    """Let everybody run `rounds` times, in turn; the order turns round each time, so that nobody is always first."""
    everybody = [contest.ours, *contest.baselines]
    samples: dict[str, list[Sample]] = {one.name: [] for one in everybody}
    for number in range(rounds):
        for one in everybody if number % 2 == 0 else reversed(everybody):
            say(f"{contest.promise}  round {number + 1} of {rounds}: {one.name}")
            samples[one.name].append(one.measure())
    rates = {name: [sample.rate for sample in of_one] for name, of_one in samples.items()}
    return Outcome(
        contest.promise,
        contest.what,
        contest.unit,
        {name: Spread.of(of_one) for name, of_one in rates.items()},
        [_ratio(one, rates[contest.ours.name], rates[one.name]) for one in contest.baselines],
        _latencies(samples),
    )


def _ratio(baseline: Contestant, ours: Sequence[float], theirs: Sequence[float]) -> Ratio:
    by_round = [mine / other for mine, other in zip(ours, theirs, strict=True)]
    return Ratio(baseline.name, Spread.of(by_round), baseline.goal)


def _latencies(samples: Mapping[str, Sequence[Sample]]) -> dict[str, Histogram]:
    found = {
        name: [sample.latencies for sample in of_one if sample.latencies is not None]
        for name, of_one in samples.items()
    }
    return {name: Histogram.merged(of_one) for name, of_one in found.items() if of_one}
