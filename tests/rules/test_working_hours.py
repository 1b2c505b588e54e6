"""An answer is asked for in working hours, and whoever is silent is reminded in working days."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.program.desk import Hours
from bridge.qualification.working_hours import (
    days_after,
    days_before,
    due_after,
    end_of_day,
    end_of_week,
    is_open,
)

BERLIN = ZoneInfo("Europe/Berlin")
BAVARIA = Hours(holidays="DE-BY")
SHORT = Hours(time(8, 30), time(12), "DE")


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def shown(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        ("2026-03-12 09:00", "2026-03-12 17:00"),  # a Thursday
        ("2026-03-12 14:00", "2026-03-13 14:00"),
        ("2026-03-12 23:30", "2026-03-13 17:00"),
        ("2026-03-13 16:00", "2026-03-16 16:00"),  # over the weekend
        ("2026-03-14 11:00", "2026-03-16 17:00"),
        ("2026-03-27 16:00", "2026-03-30 16:00"),  # over the change to summer time
    ],
)
def test_eight_working_hours_later(asked: str, due: str) -> None:
    assert shown(due_after(moment(asked).astimezone(UTC), 8, BERLIN)) == due


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        ("2026-01-05 14:00", "2026-01-07 14:00"),  # Epiphany is a holiday in Bavaria
        ("2026-04-02 16:00", "2026-04-07 16:00"),  # Easter, from Friday to Monday
        ("2026-12-24 12:00", "2026-12-28 12:00"),  # Christmas Eve is none, the two days after it are
    ],
)
def test_holidays_are_no_working_days(asked: str, due: str) -> None:
    assert shown(due_after(moment(asked), 8, BERLIN, BAVARIA)) == due


def test_the_programme_says_when_work_begins_and_ends() -> None:
    assert shown(due_after(moment("2026-03-12 11:00"), 8, BERLIN, SHORT)) == "2026-03-16 12:00"
    assert shown(due_after(moment("2026-01-05 11:00"), 2, BERLIN, SHORT)) == "2026-01-06 09:30"


@pytest.mark.parametrize(
    ("since", "days", "due"),
    [
        ("2026-03-12 14:00", 1, "2026-03-13 14:00"),
        ("2026-03-13 16:00", 1, "2026-03-16 16:00"),  # the same time, over the weekend
        ("2026-03-14 11:00", 1, "2026-03-17 09:00"),  # what comes on a Saturday begins on Monday
        ("2026-03-13 18:00", 1, "2026-03-17 09:00"),
        ("2026-03-27 10:00", 2, "2026-03-31 10:00"),  # over the change to summer time
        ("2026-10-23 10:00", 2, "2026-10-27 10:00"),  # and back
        ("2026-04-02 16:00", 2, "2026-04-08 16:00"),  # over Easter
        ("2026-03-12 14:00", 10, "2026-03-26 14:00"),
    ],
)
def test_working_days_later(since: str, days: int, due: str) -> None:
    assert shown(days_after(moment(since).astimezone(UTC), days, BERLIN, BAVARIA)) == due


MINUTES = st.integers(0, 60 * 24 * 420).map(
    lambda minutes: datetime(2025, 12, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(MINUTES, MINUTES, st.integers(0, 12), st.sampled_from([Hours(), BAVARIA, SHORT]))
def test_what_is_looked_up_by_a_moment_is_what_each_would_say(
    since: datetime, now: datetime, days: int, week: Hours
) -> None:
    open_at = days_after(now, 0, BERLIN, week)
    assert is_open(open_at, BERLIN, week)
    is_due = days_after(since, days, BERLIN, week) <= open_at
    assert is_due == (since <= days_before(open_at, days, BERLIN, week))


@pytest.mark.parametrize(
    ("at", "is_it"),
    [
        ("2026-03-12 08:59", False),
        ("2026-03-12 09:00", True),
        ("2026-03-12 17:00", False),
        ("2026-03-14 12:00", False),
        ("2026-01-06 12:00", False),
    ],
)
def test_nobody_works_by_night_or_on_holidays(at: str, is_it: bool) -> None:
    assert is_open(moment(at), BERLIN, BAVARIA) == is_it


@pytest.mark.parametrize(
    ("at", "today", "this_week"),
    [
        ("2026-03-09 10:00", "2026-03-09 17:00", "2026-03-13 17:00"),
        ("2026-03-12 16:59", "2026-03-12 17:00", "2026-03-13 17:00"),
        ("2026-03-12 17:00", "2026-03-13 17:00", "2026-03-20 17:00"),  # on the last day of a week: the next
        ("2026-03-14 10:00", "2026-03-16 17:00", "2026-03-20 17:00"),
        ("2026-04-01 10:00", "2026-04-01 17:00", "2026-04-02 17:00"),  # Good Friday is no working day
        ("2026-12-31 10:00", "2026-12-31 17:00", "2027-01-08 17:00"),  # over the year
    ],
)
def test_today_and_this_week_end_when_work_does(at: str, today: str, this_week: str) -> None:
    assert shown(end_of_day(moment(at), BERLIN, BAVARIA)) == today
    assert shown(end_of_week(moment(at), BERLIN, BAVARIA)) == this_week
