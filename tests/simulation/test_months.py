"""Months of a market with invented people: what the system does is what one would calculate by hand."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.conftest import empty
from tests.simulation.by_hand import by_hand
from tests.simulation.history import History, Totals, side_by_side
from tests.simulation.market import Market
from tests.simulation.people import KINDS, people
from tests.simulation.programme import programme

each_preset = pytest.mark.parametrize("preset", ["exact", "artegic"])


@each_preset
def test_weeks_of_a_market_come_to_what_one_calculates_by_hand(
    preset: str, engine: Engine, tmp_path: Path
) -> None:
    _compare(_market(preset, engine, tmp_path, 4 * len(KINDS)).walk(63), preset, 63)


@pytest.mark.faults
@each_preset
def test_half_a_year_of_a_thousand_people_comes_to_what_one_calculates_by_hand(
    preset: str, engine: Engine, tmp_path: Path
) -> None:
    _compare(_market(preset, engine, tmp_path, 1000).walk(180), preset, 180)


def test_workers_that_are_killed_in_the_midst_of_it_change_nothing(engine: Engine, tmp_path: Path) -> None:
    market = _market("exact", engine, tmp_path, 2 * len(KINDS), deaths=150).walk(28)
    assert market.killed > 20
    _compare(market, "exact", 28)


@pytest.mark.faults
@each_preset
def test_a_market_in_which_workers_are_killed_comes_to_the_same_as_one_without(
    preset: str, engine: Engine, tmp_path: Path
) -> None:
    told = programme(preset, tmp_path)
    calm = Market(engine, told, people(200)).walk(100)
    empty(engine)
    killed = Market(engine, told, people(200), deaths=100).walk(100)
    assert killed.killed > 200
    assert _words(killed) == _words(calm)


def _market(preset: str, engine: Engine, folder: Path, count: int, deaths: int = 0) -> Market:
    return Market(engine, programme(preset, folder), people(count), deaths)


def _words(market: Market) -> dict[int, dict[str, list[str]]]:
    return {number: history.lines() for number, history in market.histories().items()}


def _compare(market: Market, preset: str, days: int) -> None:
    """Person by person; the first who differs is shown with both histories."""
    found, expected = market.histories(), by_hand(market.people, preset, days)
    wrong = [one for one in market.people if found[one.number].lines() != expected[one.number].lines()]
    if wrong:
        pytest.fail(_difference(market, found, expected, [one.number for one in wrong]), pytrace=False)
    assert Totals.of(found.values()) == Totals.of(expected.values())


def _difference(
    market: Market, found: dict[int, History], expected: dict[int, History], wrong: list[int]
) -> str:
    first = market.people[wrong[0]]
    words = f"{len(wrong)} of {len(market.people)} differ; the first is {first}"
    return f"{words}\n\n{side_by_side(found[first.number], expected[first.number])}"
