"""A demo's clock from one start to the next."""

import time
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.clock import faster, read_course
from bridge.settings import COURSE
from bridge.up.course import ShiftedClock, noting, set_course
from tests.house import Clock
from tests.make import NOON


@pytest.fixture
def world() -> Clock:
    """The world's clock."""
    return Clock(NOON)


def live(data: Path, world: Clock, speed: int | None, **span: float) -> None:
    """Start a demo, let it run for so long by the world's clock, and stop it."""
    course = set_course(data, speed, demo=True, real=world)
    with noting(data, course, real=world):
        world.move(**span)


def test_time_goes_on_from_where_it_was_and_stands_while_nothing_runs(tmp_path: Path, world: Clock) -> None:
    live(tmp_path, world, 1440, minutes=10)
    world.move(hours=8)
    course = set_course(tmp_path, 60, demo=True, real=world)
    assert course is not None
    ten_days, margin = timedelta(days=10), timedelta(hours=1)
    assert ten_days <= faster(course, world)() - NOON <= ten_days + margin
    world.move(minutes=1)
    assert faster(course, world)() - course.since_shown == timedelta(hours=1)


def test_it_never_goes_back_however_the_start_before_ended(tmp_path: Path, world: Clock) -> None:
    course = set_course(tmp_path, 1440, demo=True, real=world)
    assert course is not None
    with noting(tmp_path, course, real=world):
        world.move(minutes=3)
        deadline = time.monotonic() + 5
        while read_course(tmp_path / COURSE) == course and time.monotonic() < deadline:
            time.sleep(0.05)
        killed = (tmp_path / COURSE).read_text(encoding="ascii")
        world.move(seconds=1)
        last = faster(course, world)()
    (tmp_path / COURSE).write_text(killed, encoding="ascii")
    again = set_course(tmp_path, None, demo=True, real=world)
    assert again is not None
    assert last <= again.since_shown <= last + timedelta(days=1)


def test_without_a_speed_it_goes_on_as_in_the_world(tmp_path: Path, world: Clock) -> None:
    live(tmp_path, world, 1440, minutes=1)
    course = set_course(tmp_path, None, demo=True, real=world)
    assert course is not None
    assert course.speed == 1
    assert course.since_shown > NOON + timedelta(days=1)


def test_a_usual_demo_has_the_worlds_time(tmp_path: Path, world: Clock) -> None:
    assert set_course(tmp_path, None, demo=True, real=world) is None
    assert set_course(tmp_path, 1, demo=True, real=world) is None
    assert list(tmp_path.iterdir()) == []


def test_real_people_do_not_live_in_the_future(tmp_path: Path, world: Clock) -> None:
    live(tmp_path, world, 1440, minutes=1)
    with pytest.raises(ShiftedClock, match="start it with --demo"):
        set_course(tmp_path, None, demo=False, real=world)
    world.move(days=3)
    assert set_course(tmp_path, None, demo=False, real=world) is None
    assert set_course(tmp_path, None, demo=True, real=world) is None
