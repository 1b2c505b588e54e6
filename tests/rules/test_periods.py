"""Weeks, months, quarters and years, and what a period that is under way is compared with."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.program.desk import Per
from bridge.program.periods import PERS, Everything, Span, last_periods, period, periods_over

DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    ("per", "first", "last"),
    [
        ("week", date(2026, 2, 23), date(2026, 3, 1)),
        ("month", date(2026, 3, 1), date(2026, 3, 31)),
        ("quarter", date(2026, 1, 1), date(2026, 3, 31)),
        ("year", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_the_first_of_march_lies_in(per: Per, first: date, last: date) -> None:
    assert period(per, date(2026, 3, 1)).whole == Span(first, last)


@given(DAYS, st.sampled_from(PERS))
def test_periods_follow_one_another_without_a_gap(day: date, per: Per) -> None:
    one = period(per, day)
    assert one.whole.first <= day <= one.whole.last
    assert one.after.before == one == one.before.after
    assert one.whole.last + timedelta(days=1) == one.after.first
    assert last_periods(one, 3) == [one.before.before, one.before, one]


@given(DAYS, st.sampled_from(PERS))
def test_what_is_under_way_is_compared_with_no_more_days_than_it_has(day: date, per: Per) -> None:
    one = period(per, day)
    so_far, compared = one.until(day), one.compared(day)
    assert compared.first == one.before.first
    assert compared.last <= one.before.whole.last
    assert compared.days <= so_far.days or day == one.whole.last


def test_a_period_that_is_over_is_compared_with_the_whole_one_before() -> None:
    february = period("month", date(2026, 2, 28))
    assert february.compared(date(2026, 2, 28)) == Span(date(2026, 1, 1), date(2026, 1, 31))
    march = period("month", date(2026, 3, 30))
    assert march.compared(date(2026, 3, 30)) == Span(date(2026, 2, 1), date(2026, 2, 28))


@pytest.mark.parametrize(
    ("first", "per", "how_many"),
    [
        (date(2026, 3, 12), "month", 1),
        (date(2025, 4, 1), "month", 12),
        (date(2025, 3, 31), "quarter", 5),
        (date(2023, 4, 1), "quarter", 12),
        (date(2023, 3, 31), "year", 4),
        (date(2001, 1, 1), "year", 12),
    ],
)
def test_all_time_is_drawn_by_periods_of_which_there_are_few(first: date, per: Per, how_many: int) -> None:
    found = periods_over(Everything(first).until(date(2026, 3, 12)), 12)
    assert {one.per for one in found} == {per}
    assert len(found) == how_many
    assert found[-1] == period(per, date(2026, 3, 12))
