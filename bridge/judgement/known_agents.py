"""Agents that are known by name: our own dated list, then the package `crawler-user-agents`."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import groupby
from typing import Any, Literal

KnownKind = Literal["machine", "image-proxy", "privacy-proxy", "mail"]


@dataclass(frozen=True, slots=True)
class _Known:
    pattern: re.Pattern[str]
    kind: KnownKind
    name: str


def kind_of(text: str) -> tuple[KnownKind, str] | None:
    """Say what a user agent is known as, and its name; None when nobody knows it."""
    for known in _own():
        if known.pattern.search(text):
            return known.kind, known.name
    crawler = _crawler(text)
    return ("machine", crawler) if crawler else None


@cache
def own_list() -> dict[str, Any]:
    """Our own list, as it stands in the file."""
    return tomllib.loads((resources.files(__package__) / "data" / "agents.toml").read_text("utf-8"))


@cache
def _own() -> tuple[_Known, ...]:
    return tuple(
        _Known(re.compile(entry["pattern"]), entry["kind"], entry["name"]) for entry in own_list()["agents"]
    )


def _crawler(text: str) -> str:
    for group, patterns in _crawlers():
        if group.search(text):
            return next(name for pattern, name in patterns if re.search(pattern, text))
    return ""


@cache
def _crawlers() -> tuple[tuple[re.Pattern[str], tuple[tuple[str, str], ...]], ...]:
    """Grouped by their first character, a search that finds nothing is five times faster than in any order."""
    from crawleruseragents import CRAWLER_USER_AGENTS_DATA  # reads half a megabyte

    people = {entry["pattern"] for entry in own_list()["people"]}
    patterns = sorted(one["pattern"] for one in CRAWLER_USER_AGENTS_DATA if one["pattern"] not in people)
    return tuple(_group(group) for _, group in groupby(patterns, key=lambda pattern: pattern[0]))


def _group(patterns: Iterable[str]) -> tuple[re.Pattern[str], tuple[tuple[str, str], ...]]:
    listed = tuple(patterns)
    named = tuple((pattern, re.sub(r"\\(.)", r"\1", pattern).strip("^$/ ")) for pattern in listed)
    return re.compile("|".join(listed)), named
