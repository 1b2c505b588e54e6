"""Ours beside baselines: who runs when, and what is said of it."""

from collections.abc import Callable

import pytest

from benchmarks.contest import Contest, Contestant, Sample, play
from benchmarks.histogram import Histogram
from benchmarks.outcomes import Finding, Outcome, Spread
from benchmarks.report import table


def runs(rates: list[float], seen: list[str], name: str) -> Callable[[], Sample]:
    """A contestant's rounds."""
    left = iter(rates)

    def measure() -> Sample:
        seen.append(name)
        return Sample(next(left), Histogram.of([0.01]))

    return measure


def played(ours: list[float], theirs: list[float], goal: float | None) -> tuple[Outcome, list[str]]:
    """What a contest of two came to, and who ran when."""
    seen: list[str] = []
    contest = Contest(
        "P0",
        "something",
        "things/s",
        Contestant("ours", runs(ours, seen, "ours")),
        [Contestant("base", runs(theirs, seen, "base"), goal)],
    )
    return play(contest, len(ours), lambda _: None), seen


def test_everybody_runs_in_each_round_and_nobody_is_always_first() -> None:
    _, seen = played([1, 1, 1], [1, 1, 1], None)
    assert seen == ["ours", "base", "base", "ours", "ours", "base"]


def test_a_ratio_is_that_of_one_round_so_that_a_slow_minute_spoils_none() -> None:
    outcome, _ = played([300, 30, 250], [100, 10, 100], 3.0)
    [ratio] = outcome.ratios
    assert ratio.spread == Spread(3.0, 2.5, 3.0)
    assert ratio.held
    assert outcome.rates["ours"] == Spread(250, 30, 300)
    assert outcome.latencies["ours"].total == 3


@pytest.mark.parametrize(("goal", "held"), [(2.0, True), (2.1, False), (None, None)])
def test_a_goal_is_for_the_median_of_the_ratios(goal: float | None, held: bool | None) -> None:
    outcome, _ = played([100, 200, 900], [100, 100, 100], goal)
    assert outcome.ratios[0].held is held


@pytest.mark.parametrize(("at_least", "held"), [(False, False), (True, True)])
def test_a_single_figure_stays_within_its_goal_or_reaches_it(at_least: bool, held: bool) -> None:
    found = Finding("P0", "something", "s", Spread.of([6.0, 5.0, 7.0]), goal=5.5, at_least=at_least)
    assert found.held is held


def test_the_table_says_what_was_missed_and_how_long_the_slowest_took() -> None:
    outcome, _ = played([100, 100, 100], [100, 100, 100], 3.0)
    said = table([outcome])
    assert "1.00 (1.00 … 1.00)" in said
    assert "≥ 3" in said
    assert "MISSED" in said
    assert "p50 10." in said
