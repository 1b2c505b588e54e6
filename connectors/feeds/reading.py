"""Reads RSS and Atom, as loosely as feedparser does, and keeps nothing but words and web addresses."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from time import struct_time
from typing import Any
from urllib.parse import urljoin, urlsplit

import feedparser

from connectors.feeds.entries import Entry
from connectors.feeds.plain import plain

MOST_ENTRIES = 200
LONGEST_TITLE, LONGEST_SUMMARY = 160, 300
"""Characters."""
LONGEST_ADDRESS = 2_000
LONGEST_KEY = 1_000


class NoFeed(Exception):
    """What was sent is neither RSS nor Atom."""


def read_titled(body: bytes, address: str, kind: str) -> tuple[str, list[Entry]]:
    """A feed's own title, or "", and its newest entries, newest first, those without a date last. Raises NoFeed.

    address: where it was found; kind: its content type. Entries without a title or a web address are left out.
    A stream and not bytes is handed to feedparser: it takes bytes for the name of a file first.
    """
    said = {"content-type": kind}
    feed = feedparser.parse(
        BytesIO(body), response_headers=said, sanitize_html=False, resolve_relative_uris=False
    )
    if not feed.get("version"):
        raise NoFeed("this is neither RSS nor Atom")
    found = {entry.key: entry for entry in _entries(feed.entries, address)}
    return _words(feed.feed, "title", LONGEST_TITLE), sorted(found.values(), key=_age)[:MOST_ENTRIES]


def _age(entry: Entry) -> float:
    return -entry.published.timestamp() if entry.published else 0.0


def _entries(told: Iterable[Any], address: str) -> Iterator[Entry]:
    for one in told:
        title = _words(one, "title", LONGEST_TITLE)
        url = _address(one, address)
        if title and url:
            key = str(one.get("id") or url)[:LONGEST_KEY]
            yield Entry(key, url, title, _words(one, "summary", LONGEST_SUMMARY), _moment(one))


def _words(entry: Any, name: str, most: int) -> str:
    detail = entry.get(f"{name}_detail") or {}
    return plain(str(entry.get(name) or ""), str(detail.get("type") or "text/html"), most)


def _address(entry: Any, base: str) -> str | None:
    """Its web address; None for one that leads elsewhere, or asks for a login."""
    try:
        url = urljoin(base, str(entry.get("link") or "").strip())
        parts = urlsplit(url)
        named = parts.hostname and parts.username is None and parts.password is None
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not named or url == base:
        return None
    return url if url.isprintable() and " " not in url and len(url) <= LONGEST_ADDRESS else None


def _moment(entry: Any) -> datetime | None:
    for name in ("published_parsed", "updated_parsed"):
        told = entry.get(name)
        if isinstance(told, struct_time):
            try:
                return datetime(*told[:6], tzinfo=UTC)
            except (ValueError, OverflowError):
                continue
    return None
