"""Which of several wordings is better: Bayesian, exact up to the steps of a fine grid, the same on every machine.

A rate of which `good` out of `people` are known has the density Beta(good + 1, people − good + 1): what is known
before is nothing (a uniform prior). Integrals are sums over the angle whose squared sine is the rate: over it every
such density is smooth, about equally wide wherever the rate lies, and zero at both ends, so that the trapezoidal rule
errs by less than a hundredth of a per cent.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import accumulate, pairwise
from math import asin, ceil, cos, exp, lgamma, log, pi, prod, sin, sqrt

DECEIVED = 0.05
"""How many of all comparisons of equal wordings may ever end with a winner, however often and long one looks."""
LEAST_TIME = timedelta(days=7)
"""A week has every day of the week: nothing is decided before."""
_CREDIBLE = 0.95
_FEWEST_POINTS, _MOST_POINTS = 400, 8_000
_WIDTHS = 9
"""How many standard deviations of a density are looked at to either side; beyond lies less than 10 to the −15."""
_HALVINGS = 40
_EXPECTED = 40
"""As if so many clicks had been seen to fall to both alike: large differences are seldom."""


@dataclass(frozen=True, slots=True)
class Count:
    """How one wording did: of so many people so many did what was hoped for."""

    people: int
    good: int

    @property
    def rate(self) -> float:
        """The share, 0 without anybody."""
        return self.good / self.people if self.people else 0.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is known of several wordings.

    best: which leads. certainty: how probable it is that it is the best of all, 0 to 1. next_best: the most probable
    of the others.
    """

    counts: Mapping[str, Count]
    best: str
    next_best: str
    certainty: float


def compare(counts: Mapping[str, Count]) -> Comparison:
    """Compare at least two wordings. Of equal ones the first named leads."""
    angles = _angles(list(counts.values()))
    rates = {name: _Rate.over(angles, count) for name, count in counts.items()}
    certainties = {name: _certainty(name, rates) for name in rates}
    best, next_best, *_ = sorted(counts, key=lambda name: -round(certainties[name], 9))
    return Comparison(counts, best, next_best, certainties[best])


def likely_difference(comparison: Comparison) -> tuple[float, float]:
    """Between which bounds the rate of the best less that of the next best lies, with a probability of 95 %."""
    pair = [comparison.counts[name] for name in (comparison.best, comparison.next_best)]
    best, next_best = (_Rate.over(_angles(pair), count) for count in pair)
    tail = (1 - _CREDIBLE) / 2
    return _difference(best, next_best, tail), _difference(best, next_best, 1 - tail)


def winner_of(comparison: Comparison, at_least: int, lasted: timedelta) -> str | None:
    """The wording that a rule may decide for, None as long as that would be too early.

    at_least: people in each. lasted: how long they were compared. Whoever asks every day is not deceived more often
    than DECEIVED: the probability that is shown means that only for whoever looks once.
    """
    if lasted < LEAST_TIME or min(count.people for count in comparison.counts.values()) < at_least:
        return None
    best = comparison.counts[comparison.best]
    others = [count for name, count in comparison.counts.items() if name != comparison.best]
    needed = log(len(others) / DECEIVED)
    return comparison.best if all(evidence(best, other) >= needed for other in others) else None


def evidence(one: Count, other: Count) -> float:
    """How many times better a difference foretells who clicked than none does, as a natural logarithm.

    If two rates are equal, a click falls to a wording with that wording's share of the people, whatever was clicked
    before. The probability of all clicks under shares that are drawn from a Beta density around it, divided by that
    under the share itself, is then a martingale that begins with 1: it ever reaches 1/α with a probability of α at
    most (Ville 1939; for counts Lindon and Malek 2022, “Anytime-Valid Inference for Multinomial Count Data”).
    """
    if not one.people or not other.people:
        return 0.0
    share = one.people / (one.people + other.people)
    expected, found = (share * _EXPECTED, (1 - share) * _EXPECTED), (one.good, other.good)
    drawn = _log_beta(expected[0] + found[0], expected[1] + found[1]) - _log_beta(*expected)
    return drawn - found[0] * log(share) - found[1] * log(1 - share)


def _log_beta(one: float, other: float) -> float:
    return lgamma(one) + lgamma(other) - lgamma(one + other)


@dataclass(frozen=True, slots=True)
class _Rate:
    """What is known of a rate, over a grid of angles. below: the probability that it lies below each of them."""

    angles: Sequence[float]
    density: Sequence[float]
    below: Sequence[float]

    @classmethod
    def over(cls, angles: Sequence[float], count: Count) -> "_Rate":
        good, bad = count.good + 1, count.people - count.good + 1
        step = angles[1] - angles[0]
        scale = lgamma(good + bad) - lgamma(good) - lgamma(bad) + log(2 * step)
        density = [_density(angle, good, bad, scale) for angle in angles]
        areas = ((one + two) / 2 for one, two in pairwise(density))
        below = list(accumulate(areas, initial=0.0))
        whole = below[-1]
        return cls(angles, [one / whole for one in density], [one / whole for one in below])

    def is_below(self, rate: float) -> float:
        """The probability that it lies below a rate."""
        angle = asin(sqrt(min(max(rate, 0.0), 1.0)))
        step = self.angles[1] - self.angles[0]
        place = (angle - self.angles[0]) / step
        if place <= 0:
            return 0.0
        if place >= len(self.below) - 1:
            return 1.0
        whole = int(place)
        return self.below[whole] + (place - whole) * (self.below[whole + 1] - self.below[whole])


def _density(angle: float, good: int, bad: int, scale: float) -> float:
    sine, cosine = sin(angle), cos(angle)
    if sine <= 0 or cosine <= 0:
        return 0.0
    return exp((2 * good - 1) * log(sine) + (2 * bad - 1) * log(cosine) + scale)


def _angles(counts: Sequence[Count]) -> list[float]:
    """A grid over all that is probable, fine enough for the narrowest of the densities."""
    places = [(_angle_of(count), 1 / (2 * sqrt(count.people + 2))) for count in counts]
    first = max(0.0, min(middle - _WIDTHS * width for middle, width in places))
    last = min(pi / 2, max(middle + _WIDTHS * width for middle, width in places))
    finest = min(width for _, width in places) / 24
    points = min(max(ceil((last - first) / finest), _FEWEST_POINTS), _MOST_POINTS)
    return [first + (last - first) * number / points for number in range(points + 1)]


def _angle_of(count: Count) -> float:
    return asin(sqrt((count.good + 1) / (count.people + 2)))


def _certainty(name: str, rates: Mapping[str, _Rate]) -> float:
    """How probable it is that this rate is the highest."""
    others = [rate.below for other, rate in rates.items() if other != name]
    return sum(
        density * prod(below[place] for below in others) for place, density in enumerate(rates[name].density)
    )


def _difference(one: _Rate, other: _Rate, share: float) -> float:
    """Below which the first rate less the other lies with that probability."""
    rates = [sin(angle) ** 2 for angle in one.angles]

    def is_above(difference: float) -> float:
        return sum(
            density * other.is_below(rate - difference)
            for rate, density in zip(rates, one.density, strict=True)
            if density > 1e-12
        )

    return _halved(lambda difference: 1 - is_above(difference), share)


def _halved(rising: Callable[[float], float], share: float) -> float:
    """Where a rising function between −1 and 1 reaches a share."""
    low, high = -1.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < share else (low, middle)
    return (low + high) / 2
