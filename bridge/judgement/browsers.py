"""Browsers by their user agents: family, version, operating system, and from when on a version is outdated."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

LIFE = timedelta(days=4 * 365)
"""How long people stay with a browser that updates itself, counted from the day its successor came out."""
APPLE_LIFE = timedelta(days=6 * 365)
"""The same for Safari, which is as old as the newest system that a telephone or computer can run."""

PACE = {
    "chromium": (109, datetime(2023, 1, 10, tzinfo=UTC), timedelta(days=31)),
    "firefox": (109, datetime(2023, 1, 17, tzinfo=UTC), timedelta(days=28.5)),
}
"""A version, the day it came out, and the time from one to the next, measured over the years after it."""

ALWAYS_OLD = frozenset({"ie", "android", "presto"})

FAMILIES = (
    ("edge", "Edge", r"\bEdg(?:e|A|iOS)?/(\d+)"),
    ("opera", "Opera", r"\b(?:OPR|OPT|OPX|OPiOS)/(\d+)"),
    ("samsung", "Samsung Internet", r"\bSamsungBrowser/(\d+)"),
    ("vivaldi", "Vivaldi", r"\bVivaldi/(\d+)"),
    ("duckduckgo", "DuckDuckGo", r"\b(?:DuckDuckGo|Ddg)/(\d+)"),
    ("firefox", "Firefox", r"\b(?:Firefox|FxiOS|Focus|Klar)/(\d+)"),
    ("presto", "Opera (Presto)", r"\bPresto/(\d+)"),
    ("ie", "Internet Explorer", r"\bMSIE (\d+)|\bTrident/.*\brv:(\d+)"),
    ("chrome", "Chrome", r"\b(?:Chrome|CriOS|Chromium)/(\d+)"),
    ("android", "Android's old browser", r"\bAndroid\b.*\bVersion/(\d+)[\d.]* (?:Mobile )?Safari/"),
    ("safari", "Safari", r"\bVersion/(\d+)[\d.]* .*\bSafari/"),
    (
        "webview",
        "a page inside an app",
        r"\biPhone OS (\d+)_.*\bMobile/|\bOS (\d+)_\d.* like Mac OS X.*\bMobile/",
    ),
    (
        "webview",
        "a page inside an app",
        r"^Mozilla/5\.0 \(Macintosh; .*\) AppleWebKit/[\d.]+ \(KHTML, like Gecko\)()",
    ),
)
_FAMILIES = tuple((family, name, re.compile(pattern)) for family, name, pattern in FAMILIES)
_CHROMIUM = re.compile(r"\bChrom(?:e|ium)/(\d+)")

SYSTEMS = (
    ("ios", r"\biP(?:hone|ad|od)\b|\biOS\b|Outlook-iOS"),
    ("android", r"\bAndroid\b"),
    ("chromeos", r"\bCrOS\b"),
    ("windows", r"\bWindows\b|\bWin64\b"),
    ("macos", r"\bMacintosh\b|\bMac ?OS ?X?\b|\bMacOutlook\b"),
    ("linux", r"\bLinux\b|\bX11\b"),
)
_SYSTEMS = tuple((system, re.compile(pattern)) for system, pattern in SYSTEMS)


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser. family: a word for comparing. name: for people. chromium: what it is built on, if on that."""

    family: str
    name: str
    major: int | None
    chromium: int | None


def browser_of(text: str) -> Browser | None:
    """Read family and version from a user agent; None when it does not look like a browser's."""
    if not text.startswith(("Mozilla/", "Opera/")):
        return None
    for family, name, pattern in _FAMILIES:
        if found := pattern.search(text):
            major = next((int(group) for group in found.groups() if group), None)
            chromium = _CHROMIUM.search(text)
            return Browser(family, name, major, int(chromium[1]) if chromium else None)
    return None


def system_of(text: str) -> str:
    """Read the family of the operating system from a user agent; "" when it does not say."""
    return next((system for system, pattern in _SYSTEMS if pattern.search(text)), "")


def is_outdated(family: str, major: int | None, chromium: int | None, at: datetime) -> bool:
    """Whether the successor of that version has been out for longer than people stay with a version."""
    if family in ALWAYS_OLD:
        return True
    if major is None:
        return False
    if chromium is not None:
        return _superseded("chromium", chromium) < at - LIFE
    if family in PACE:
        return _superseded(family, major) < at - LIFE
    return family in {"safari", "webview"} and _apples_successor(major) < at - APPLE_LIFE


def _superseded(family: str, major: int) -> datetime:
    anchor, day, pace = PACE[family]
    return day + (major + 1 - anchor) * pace


def _apples_successor(major: int) -> datetime:
    """Version 9 came in September 2015, one each year up to 18; then Apple went on with 26, in September 2025."""
    year = 2006 + major if major <= 18 else 1999 + major
    return datetime(min(max(year + 1, 1), 9999), 9, 15, tzinfo=UTC)
