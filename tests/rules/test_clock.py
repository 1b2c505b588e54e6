"""A clock that runs faster than the world."""

from datetime import timedelta
from pathlib import Path

import pytest

from bridge.clock import Course, faster, read_course, write_course
from tests.house import Clock
from tests.make import NOON

A_DAY_A_MINUTE = Course(1440, NOON, NOON + timedelta(days=30), NOON)


def test_a_day_passes_in_a_minute() -> None:
    world = Clock(NOON)
    clock = faster(A_DAY_A_MINUTE, world)
    assert clock() == NOON + timedelta(days=30)
    world.move(minutes=1)
    assert clock() == NOON + timedelta(days=31)


def test_what_was_written_down_is_read_by_everybody(tmp_path: Path) -> None:
    path = tmp_path / "clock.json"
    write_course(path, A_DAY_A_MINUTE)
    assert read_course(path) == A_DAY_A_MINUTE
    assert [one.name for one in tmp_path.iterdir()] == ["clock.json"]


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"speed": 2, "since_real": "yesterday"}'])
def test_what_makes_no_sense_is_no_course(tmp_path: Path, text: str) -> None:
    path = tmp_path / "clock.json"
    assert read_course(path) is None
    path.write_text(text, encoding="ascii")
    assert read_course(path) is None
