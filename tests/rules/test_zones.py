"""A person's time zone: what they said, else what their telephone number says without doubt, else the programme's."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.nurture.zones import zone_of

BERLIN = ZoneInfo("Europe/Berlin")
WINTER, SUMMER = datetime(2026, 1, 15, 12, tzinfo=UTC), datetime(2026, 7, 15, 12, tzinfo=UTC)


def zone(now: datetime = WINTER, **fields: str) -> str:
    """The name of the zone of somebody with these fields; the programme's is that of Berlin."""
    return zone_of(fields, now, BERLIN).key


def test_what_somebody_said_goes_before_their_number() -> None:
    assert zone(timezone="Asia/Tokyo", phone="+1 212 555 0100") == "Asia/Tokyo"


@pytest.mark.parametrize(
    "nonsense",
    ["", "Tokyo", "localtime", "Europe", "Europe/", "../../etc/passwd", "/etc/localtime", "Mars/Base\0"],
)
def test_what_is_no_name_of_a_zone_says_nothing(nonsense: str) -> None:
    assert zone(timezone=nonsense, phone="+81 3 1234 5678") == "Asia/Tokyo"


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("+49 (0)30 23125 010", "Europe/Berlin"),
        ("+1 (212) 555-0100", "America/New_York"),
        ("001 415 555 0100", "America/Los_Angeles"),
        ("+43 1 515 00", "Europe/Vienna"),
        ("+61 2 6123 4567", "Australia/Sydney"),
        ("+34 922 123 456", "Atlantic/Canary"),
    ],
)
def test_a_number_of_another_country_or_area_says_where_somebody_is(number: str, expected: str) -> None:
    assert zone(phone=number) == expected


def test_several_zones_that_show_the_same_time_are_one() -> None:
    assert zone(phone="+44 7700 900123") == "Europe/Guernsey"  # as in London, Jersey and on Man
    assert zone_of({"phone": "+44 7700 900123"}, SUMMER, BERLIN).utcoffset(SUMMER) == ZoneInfo(
        "Europe/London"
    ).utcoffset(SUMMER)


@pytest.mark.parametrize(
    "number",
    ["+1 800 555 0100", "+7 999 000 00 00", "+62 811 1234567", "+800 1234 5678", "+", "00", "+999 1"],
)
def test_a_number_that_may_be_of_several_zones_or_of_none_leaves_the_programmes(number: str) -> None:
    assert zone(phone=number) == "Europe/Berlin"


def test_a_number_without_a_country_may_be_of_any() -> None:
    assert zone(phone="0212 5550100") == "Europe/Berlin"


@given(st.dictionaries(st.sampled_from(["timezone", "phone"]), st.text(max_size=40)))
def test_whatever_people_type_there_is_a_zone(fields: dict[str, str]) -> None:
    assert zone_of(fields, WINTER, BERLIN).utcoffset(WINTER) is not None
