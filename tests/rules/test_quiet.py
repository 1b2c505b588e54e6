"""Quiet hours: by the clock on the wall, over midnight, and when clocks are put forward and back."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.errors import InvalidProgram
from bridge.nurture.quiet import allowed_from, midnight, monday
from bridge.program.mailing import Mailing, QuietHours
from tests import make

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = QuietHours(time(21), time(7))


def berlin(text: str, fold: int = 0) -> datetime:
    """A moment by the clock on a wall in Berlin."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("moment", "allowed"),
    [
        ("2026-03-12 20:59", "2026-03-12 20:59"),
        ("2026-03-12 21:00", "2026-03-13 07:00"),
        ("2026-03-12 23:59", "2026-03-13 07:00"),
        ("2026-03-13 00:00", "2026-03-13 07:00"),
        ("2026-03-13 06:59", "2026-03-13 07:00"),
        ("2026-03-13 07:00", "2026-03-13 07:00"),
        ("2026-12-31 22:00", "2027-01-01 07:00"),
        ("2026-03-28 22:00", "2026-03-29 07:00"),  # the night that has one hour less
        ("2026-10-24 22:00", "2026-10-25 07:00"),  # the night that has one hour more
    ],
)
def test_quiet_hours_span_midnight(moment: str, allowed: str) -> None:
    assert allowed_from(berlin(moment), NIGHT, BERLIN) == berlin(allowed)


def test_quiet_hours_within_a_day() -> None:
    lunch = QuietHours(time(12), time(13, 30))
    assert allowed_from(berlin("2026-03-12 12:15"), lunch, BERLIN) == berlin("2026-03-12 13:30")
    assert allowed_from(berlin("2026-03-12 13:30"), lunch, BERLIN) == berlin("2026-03-12 13:30")


def test_without_quiet_hours_everything_may_leave() -> None:
    assert allowed_from(berlin("2026-03-12 03:00"), None, BERLIN) == berlin("2026-03-12 03:00")


def test_an_end_that_the_clock_skips_is_an_hour_later() -> None:
    early = QuietHours(time(22), time(2, 30))
    assert allowed_from(berlin("2026-03-29 01:50"), early, BERLIN) == berlin("2026-03-29 03:30")


def test_an_end_that_the_clock_shows_twice_is_the_second_one() -> None:
    early = QuietHours(time(22), time(2, 30))
    end = berlin("2026-10-25 02:30", fold=1)
    assert allowed_from(berlin("2026-10-25 01:50"), early, BERLIN) == end
    assert allowed_from(berlin("2026-10-25 02:10", fold=1), early, BERLIN) == end


@given(
    st.integers(0, 2 * 365 * 24 * 60).map(lambda late: berlin("2026-01-01 00:00") + timedelta(minutes=late)),
    st.times().map(lambda one: one.replace(second=0, microsecond=0, fold=0)),
    st.times().map(lambda one: one.replace(second=0, microsecond=0, fold=0)),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "UTC"]),
)
def test_a_mail_that_is_put_off_may_leave_then_within_a_day(
    moment: datetime, begins: time, ends: time, zone: str
) -> None:
    quiet = QuietHours(begins, ends)
    allowed = allowed_from(moment, quiet, ZoneInfo(zone))
    assert moment <= allowed <= moment + timedelta(hours=25)
    assert begins == ends or allowed_from(allowed, quiet, ZoneInfo(zone)) == allowed


def test_the_programme_says_when_it_is_quiet() -> None:
    said = '[mailing]\nquiet_hours = "21:00-07:00"\nmax_per_day = 2\n'
    assert make.program(make.EXACT + said).mailing == Mailing(NIGHT, 2, rest_at=-6)
    assert make.program(make.EXACT).mailing == Mailing(None, 3, rest_at=-6)


def test_an_hour_may_have_one_digit() -> None:
    assert make.program(f'{make.EXACT}[mailing]\nquiet_hours = "21:00-7:00"\n').mailing.quiet == NIGHT


@pytest.mark.parametrize("hours", ["7:00-07:00", "21-7", "21:00-24:00", "08:00-08:00", "21:00–07:00"])
def test_quiet_hours_that_are_none_are_named(hours: str) -> None:
    with pytest.raises(InvalidProgram) as caught:
        make.program(make.EXACT + f'[mailing]\nquiet_hours = "{hours}"\n')
    assert "not quiet hours; expected two different times" in str(caught.value.mistakes[0])


def test_a_day_begins_at_midnight_by_the_clock_on_the_wall() -> None:
    assert midnight(berlin("2026-03-29 23:00"), BERLIN) == berlin("2026-03-29 00:00")
    assert midnight(berlin("2026-03-29 23:00"), BERLIN, days=1) == berlin("2026-03-30 00:00")
    assert midnight(berlin("2026-03-29 12:00"), BERLIN, days=1) - midnight(
        berlin("2026-03-29 12:00"), BERLIN
    ) == timedelta(hours=23)


@pytest.mark.parametrize("day", ["2026-03-23 00:00", "2026-03-25 12:00", "2026-03-29 23:59"])
def test_a_week_begins_on_monday_by_the_clock_on_the_wall(day: str) -> None:
    assert monday(berlin(day), BERLIN) == berlin("2026-03-23 00:00")
    assert monday(berlin(day), BERLIN, weeks=1) == berlin("2026-03-30 00:00")
