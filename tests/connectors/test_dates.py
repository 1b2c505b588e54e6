"""Dates as strangers write them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from connectors.dates import moment_in

PIECES = some.sampled_from(
    [
        "Fri,",
        "31",
        "Feb",
        "Dec",
        "0",
        "2027",
        "99999999999",
        "23:59:60",
        "::",
        "+9999",
        "-0000",
        "GMT",
        "\u0661",
    ]
)


@pytest.mark.parametrize(
    "text",
    ["Fri, 13 Mar 2026 08:00:00 GMT", "Fri, 13 Mar 2026 09:00:00 +0100", "13 Mar 2026 03:00 EST"],
)
def test_a_date_is_a_moment(text: str) -> None:
    assert moment_in(text) == datetime(2026, 3, 13, 8, tzinfo=UTC)


@pytest.mark.parametrize("text", ["Fri Mar 13 08:00:00 2026", "Fri, 13 Mar 2026 08:00:00 -0000"])
def test_a_date_without_a_zone_is_one_only_where_the_zone_is_known(text: str) -> None:
    assert moment_in(text) is None
    assert moment_in(text, UTC) == datetime(2026, 3, 13, 8, tzinfo=UTC)


@given(some.text() | some.lists(PIECES).map(" ".join))
def test_whatever_stands_there_it_is_a_moment_or_none(text: str) -> None:
    found = moment_in(text, UTC)
    assert found is None or found.utcoffset() is not None


@pytest.mark.parametrize(
    "text", ["Fri, 01 Jan 99999999999 00:00:00 GMT", "1 Jan 2027 00:00 +99999999999999999999"]
)
def test_numbers_that_no_date_can_have_are_none(text: str) -> None:
    assert moment_in(text) is None


def test_a_moment_keeps_its_zone() -> None:
    found = moment_in("Fri, 13 Mar 2026 09:00:00 +0100")
    assert found is not None
    assert found.utcoffset() == timedelta(hours=1)
