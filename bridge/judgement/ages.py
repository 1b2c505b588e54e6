"""From when on hardly anybody surfs with a version of a browser any more. Scanners like to pretend old ones."""

from datetime import UTC, datetime, timedelta

LIFE = timedelta(days=4 * 365)
"""How long people stay with a browser that updates itself, counted from the day its successor came out."""
APPLE_LIFE = timedelta(days=6 * 365)
"""The same for Safari, which is as old as the newest system that a telephone or a computer can run."""

MILESTONES = {
    "chromium": (
        (94, datetime(2021, 9, 21, tzinfo=UTC)),
        (153, datetime(2026, 9, 8, tzinfo=UTC)),
        timedelta(days=14),
    ),
    "firefox": (
        (92, datetime(2021, 9, 7, tzinfo=UTC)),
        (145, datetime(2025, 11, 11, tzinfo=UTC)),
        timedelta(days=28),
    ),
}
"""Two versions with the days on which they came out, and the pace after the second; noted in November 2026.

Chrome came about every four weeks from version 94 on, and comes every two weeks from 153 on; Edge and the other
browsers built on Chromium follow it. Firefox comes every four weeks.
"""

ALWAYS_OLD = frozenset({"ie", "android", "presto"})
"""Internet Explorer, Android's browser before Chrome, Opera before Chromium."""


def is_outdated(family: str, major: int | None, chromium: int | None, system: str, at: datetime) -> bool:
    """Whether, at that moment, the successor of that version has been out for more than four years (Safari: six).

    The day of a version lies on the straight line through the two milestones, and after the second at
    milestone + (version - its version) * pace. Safari's versions come in September: 9 in 2015 and so on up to 18 in
    2024, then 26 in 2025. False when the version, or the rhythm of the browser, is unknown; browsers on iOS have
    version numbers of their own.
    """
    if family in ALWAYS_OLD:
        return True
    if chromium is not None:
        return _day("chromium", chromium + 1) < at - LIFE
    if major is None:
        return False
    if family in MILESTONES and system != "ios":
        return _day(family, major + 1) < at - LIFE
    return family in {"safari", "webview"} and _september(major + 1) < at - APPLE_LIFE


def _day(family: str, version: int) -> datetime:
    (first, born), (second, then), pace = MILESTONES[family]
    if version < second:
        pace = (then - born) / (second - first)
    return then + (version - second) * pace


def _september(version: int) -> datetime:
    return datetime(2006 + version if version <= 19 else 1999 + version, 9, 15, tzinfo=UTC)
