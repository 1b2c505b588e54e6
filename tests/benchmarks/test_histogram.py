"""Latencies in classes: what is said of them is right to three per cent."""

import pytest

from benchmarks.histogram import GROWTH, Histogram


@pytest.mark.parametrize(("share", "seconds"), [(0.5, 0.050), (0.95, 0.095), (0.99, 0.099), (1.0, 0.100)])
def test_a_quantile_is_right_to_the_width_of_a_class(share: float, seconds: float) -> None:
    of_all = Histogram.of(n / 1000 for n in range(1, 101))
    assert seconds <= of_all.quantile(share) <= seconds * GROWTH


def test_a_rare_latency_moves_only_the_last_quantiles() -> None:
    found = Histogram.of([0.001] * 999 + [1.0])
    assert found.quantile(0.99) == pytest.approx(0.001, rel=0.03)
    assert found.quantile(0.9999) == pytest.approx(1.0, rel=0.03)


def test_runs_together_are_as_one_run() -> None:
    first, second = [0.001, 0.002, 0.002], [0.5, 0.002]
    assert Histogram.merged([Histogram.of(first), Histogram.of(second)]) == Histogram.of(first + second)


def test_counted_latencies_are_as_single_ones() -> None:
    assert Histogram.counted([(0.001, 3), (0.2, 1)]) == Histogram.of([0.001, 0.2, 0.001, 0.001])
    assert Histogram.counted([(0.001, 3), (0.2, 1)]).total == 4


def test_nothing_and_the_very_short_have_a_quantile() -> None:
    assert Histogram.of([]).quantile(0.99) == 0.0
    assert Histogram.of([0.0]).quantile(0.5) == pytest.approx(1e-6, rel=0.04)
