"""Targets and the weekly mail in the programme file."""

import pytest

from bridge.errors import InvalidProgram
from bridge.program.desk import Results, Target
from bridge.program.periods import period
from bridge.program.standing import Aim
from tests import make

TARGET = """
[results]
digest = ["kim@example.com"]
[[results.targets]]
figure = "{figure}"
per = "month"
at_least = 40
"""


@pytest.mark.parametrize("figure", ["handed_over", "turnover"])
def test_a_target_names_a_figure_and_a_period(figure: str) -> None:
    known = make.program(make.EXACT + TARGET.format(figure=figure)).results
    assert known == Results((Target(figure, "month", 40),), ("kim@example.com",))


def test_a_figure_that_nobody_counts_is_a_mistake_with_its_place() -> None:
    with pytest.raises(InvalidProgram) as caught:
        make.program(make.EXACT + TARGET.format(figure="happiness"))
    [mistake] = caught.value.mistakes
    assert "results.targets" in mistake.path
    assert "happiness" in mistake.message
    assert "handed_over" in mistake.expected


def test_a_target_that_is_reached_is_at_least_whole() -> None:
    month = period("month", make.NOON.date())
    assert [Aim("leads", month, count, 40).share for count in (0, 20, 40)] == [0, 0.5, 1]
