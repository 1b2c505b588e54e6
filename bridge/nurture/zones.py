"""Where a person's clock hangs: by what they said, else by their telephone number, else the programme's."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE
from phonenumbers.timezone import time_zones_for_number
from phonenumbers.tzdata import TIMEZONE_DATA

FIELD = "timezone"
"""The field of a profile that names a zone of the IANA's database, such as "Europe/Vienna"."""

_NATIONAL_ZERO = re.compile(r"\(0+\)")
_NO_DIGIT = re.compile(r"\D+")


def zone_of(fields: Mapping[str, str], now: datetime, otherwise: ZoneInfo) -> ZoneInfo:
    """The time zone of somebody with these fields.

    Of a telephone number counts what follows a `+` or `00`: any other may be of any country. Its country or area may
    have several zones; when the same time is shown in all of them now, they are one. otherwise: the programme's zone.
    """
    named = _named(fields[FIELD]) if fields.get(FIELD) else None
    return named or _by_phone(fields.get("phone") or "", now) or otherwise


@lru_cache(maxsize=1024)
def _named(name: str) -> ZoneInfo | None:
    """The zone of that name; None when there is none, or it is only this machine's name for one."""
    if "/" not in name and name != "UTC":
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _by_phone(number: str, now: datetime) -> ZoneInfo | None:
    """Most countries have one zone, which their code tells; others are asked for the area."""
    if not number.startswith(("+", "00")):
        return None
    digits = _NO_DIGIT.sub("", _NATIONAL_ZERO.sub("", number)).lstrip("0")
    return _one_of(_of_country(digits), now) or _one_of(_of_area(digits), now)


def _one_of(zones: Sequence[ZoneInfo], now: datetime) -> ZoneInfo | None:
    """The first of some zones, when all of them are as far from UTC as it is."""
    if not zones:
        return None
    ahead = zones[0].utcoffset(now)
    return zones[0] if all(other.utcoffset(now) == ahead for other in zones[1:]) else None


def _of_country(digits: str) -> tuple[ZoneInfo, ...]:
    codes = (digits[:length] for length in (1, 2, 3))
    code = next((code for code in codes if code and int(code) in COUNTRY_CODE_TO_REGION_CODE), "")
    return _all_named(TIMEZONE_DATA.get(code, ()))


def _of_area(digits: str) -> tuple[ZoneInfo, ...]:
    """Those of the country when the number is of no area, as mobile ones in some.

    Not kept: a number in memory would outlive the person's erasure.
    """
    try:
        return _all_named(time_zones_for_number(phonenumbers.parse(f"+{digits}")))
    except phonenumbers.NumberParseException:
        return ()


@lru_cache(maxsize=1024)
def _all_named(names: tuple[str, ...]) -> tuple[ZoneInfo, ...]:
    """Zones by their names; where one is not known here, nothing can be said."""
    zones = [_named(name) for name in names]
    return tuple(zone for zone in zones if zone) if all(zones) else ()
