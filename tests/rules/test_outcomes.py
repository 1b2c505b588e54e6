"""What sales can answer, and when nurturing goes on."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bridge.qualification.outcomes import POSSIBLE, nurture_resumes
from tests import make

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("reason", "resumes"),
    [
        ("only-informing", datetime(2026, 3, 12, 12, tzinfo=UTC)),
        ("not-reached", datetime(2026, 4, 12, 12, tzinfo=UTC)),
        ("no-need", datetime(2026, 9, 12, 12, tzinfo=UTC)),
        ("no-budget", datetime(2026, 12, 12, 12, tzinfo=UTC)),
        ("other-supplier", datetime(2027, 9, 12, 12, tzinfo=UTC)),
    ],
)
def test_nurturing_resumes_after_the_months_of_the_reason(reason: str, resumes: datetime) -> None:
    assert nurture_resumes(make.program().reasons[reason], None, make.NOON, BERLIN) == resumes


def test_a_month_after_the_last_of_january_is_the_last_of_february() -> None:
    now = datetime(2026, 1, 31, 12, tzinfo=UTC)
    not_reached = make.program().reasons["not-reached"]
    assert nurture_resumes(not_reached, None, now, BERLIN) == datetime(2026, 2, 28, 12, tzinfo=UTC)


def test_with_a_date_nurturing_resumes_six_weeks_before_in_the_morning() -> None:
    later = make.program().reasons["later"]
    resumes = nurture_resumes(later, date(2026, 12, 1), make.NOON, BERLIN)
    assert resumes == datetime(2026, 10, 20, 8, tzinfo=BERLIN)


def test_a_date_that_is_near_lets_nurturing_go_on_at_once() -> None:
    later = make.program().reasons["later"]
    near = (make.NOON + timedelta(weeks=5)).date()
    assert nurture_resumes(later, near, make.NOON, BERLIN) == make.NOON


def test_an_open_hand_over_is_neither_won_nor_lost_before_it_is_accepted() -> None:
    always = {"not_reached", "come_back", "note", "forwarded", "rejected"}
    assert POSSIBLE["open"] == always | {"accepted"}
    assert POSSIBLE["accepted"] == always | {"won", "lost"}


@pytest.mark.parametrize("state", ["rejected", "lost", "withdrawn", "expired"])
def test_a_hand_over_that_is_over_waits_for_no_answer(state: str) -> None:
    assert state not in POSSIBLE


def test_an_order_can_only_be_corrected() -> None:
    assert POSSIBLE["won"] == {"corrected"}
