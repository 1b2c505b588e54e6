"""Browsers by their user agents: family, version, operating system."""

import re
from dataclasses import dataclass

FAMILIES = (
    ("edge", "Edge", r"Edg(?:e|A|iOS)?/(\d{1,3})"),
    ("opera", "Opera", r"OP(?:R|T|X|iOS)/(\d{1,3})"),
    ("samsung", "Samsung Internet", r"SamsungBrowser/(\d{1,3})"),
    ("vivaldi", "Vivaldi", r"Vivaldi/(\d{1,3})"),
    ("duckduckgo", "DuckDuckGo", r"(?:DuckDuckGo|Ddg)/(\d{1,3})"),
    ("firefox", "Firefox", r"F(?:irefox|xiOS)/(\d{1,3})"),
    ("presto", "Opera (Presto)", r"Presto/(\d{1,3})"),
    ("ie", "Internet Explorer", r"MSIE (\d{1,3})|Trident/.*rv:(\d{1,3})"),
    ("chrome", "Chrome", r"C(?:hrom(?:e|ium)|riOS)/(\d{1,3})"),
    ("android", "Android's old browser", r"Android.*\bVersion/(\d{1,3})[\d.]* (?:Mobile )?Safari/"),
    ("safari", "Safari", r"Version/(\d{1,3})[\d.]* .*\bSafari/"),
    ("webview", "a page inside an app", r"OS (\d{1,3})_[\d_]+ like Mac OS X"),
    (
        "webview",
        "a page inside an app",
        r"\(Macintosh; .*\bAppleWebKit/[\d.]+ \(KHTML, like Gecko\)(?! \w+/)",
    ),
    ("webkit", "a browser", r"AppleWebKit/.*\bSafari/|\) Safari/"),
    ("gecko", "a browser", r"rv:(\d{1,3})[\d.]*\) Gecko/\d"),
)
"""A word for comparing, a name, and how they show themselves; the first that is found decides."""
_FAMILIES = tuple((family, name, re.compile(pattern)) for family, name, pattern in FAMILIES)
_CHROMIUM = re.compile(r"Chrom(?:e|ium)/(\d{1,3})")

SYSTEMS = (
    ("ios", r"iP(?:hone|ad|od)|Outlook-iOS"),
    ("android", r"Android"),
    ("chromeos", r"CrOS"),
    ("windows", r"Windows"),
    ("macos", r"Mac(?:intosh|Outlook| OS)"),
    ("linux", r"Linux|X11"),
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
    if "Mozilla/" not in text and "Opera/" not in text:
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
