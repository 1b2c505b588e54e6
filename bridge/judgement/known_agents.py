"""Agents that are known by name: our own dated list, then the package `crawler-user-agents`, then their own words."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import groupby
from typing import Any, Literal

from bridge.judgement.browsers import browser_of

KnownKind = Literal["machine", "image-proxy", "mail"]

DEVICE = re.compile(r"\(Linux;[^)]*\bAndroid[^)]*\)")
"""Android tells the model of the telephone, and models are called ViewSonic, Cubot and Expanse."""
OWN_WORDS = re.compile(
    r"https?://|\bcompatible; (?!MSIE)|KHTML, like Gecko;"
    r"|(?:(?<![Cc]u)[Bb]ot|[Cc]rawler|[Ss]pider|[Ss]craper|[Ff]etcher|\b[Ss]canner)(?![A-Za-z])"
)
"""No browser gives an address where one may complain, or calls itself a bot."""


@dataclass(frozen=True, slots=True)
class _Known:
    pattern: re.Pattern[str]
    kind: KnownKind
    name: str


@dataclass(frozen=True, slots=True)
class _Crawler:
    pattern: str
    poses_as_browser: bool

    @property
    def name(self) -> str:
        return re.sub(r"\\(.)", r"\1", self.pattern).strip("^$/; ")


@dataclass(frozen=True, slots=True)
class _Group:
    """Patterns that begin with the same character."""

    pattern: re.Pattern[str]
    crawlers: tuple[_Crawler, ...]


def kind_of(text: str, poses_as_browser: bool) -> tuple[KnownKind, str] | None:
    """Say what a user agent is known as, and its name; None when nobody knows it.

    Many patterns of the package are plain words. When an agent looks like a browser's, only those count whose
    agents pose as a browser: the Notion app of a person is not Notion's link preview.
    """
    for known in _own():
        if known.pattern.search(text):
            return known.kind, known.name
    modest = DEVICE.sub("(Linux; Android)", text)
    crawler = _name_of_crawler(modest, poses_as_browser)
    if crawler:
        return "machine", crawler
    return ("machine", "a machine by its own words") if OWN_WORDS.search(modest) else None


@cache
def own_list() -> dict[str, Any]:
    """Our own list, as it stands in the file."""
    return tomllib.loads((resources.files(__package__) / "data" / "agents.toml").read_text("utf-8"))


@cache
def _own() -> tuple[_Known, ...]:
    return tuple(
        _Known(re.compile(entry["pattern"]), entry["kind"], entry["name"]) for entry in own_list()["agents"]
    )


def _name_of_crawler(text: str, poses_as_browser: bool) -> str:
    for group in _groups(poses_as_browser):
        if group.pattern.search(text):
            return next(one.name for one in group.crawlers if re.search(one.pattern, text))
    return ""


@cache
def _groups(only_posing: bool) -> tuple[_Group, ...]:
    """Grouped by their first character, a search that finds nothing is five times faster than in any order."""
    chosen = sorted(
        (one for one in _crawlers() if one.poses_as_browser or not only_posing), key=lambda one: one.pattern
    )
    return tuple(_group(group) for _, group in groupby(chosen, key=lambda one: one.pattern[0]))


def _group(crawlers: Iterable[_Crawler]) -> _Group:
    listed = tuple(crawlers)
    return _Group(re.compile("|".join(one.pattern for one in listed)), listed)


@cache
def _crawlers() -> tuple[_Crawler, ...]:
    from crawleruseragents import CRAWLER_USER_AGENTS_DATA  # reads half a megabyte

    return tuple(_told(CRAWLER_USER_AGENTS_DATA))


def _told(entries: Iterable[dict[str, Any]]) -> Iterator[_Crawler]:
    people = {entry["pattern"] for entry in own_list()["people"]}
    for entry in entries:
        if entry["pattern"] not in people:
            yield _Crawler(entry["pattern"], any(map(browser_of, entry["instances"])))
