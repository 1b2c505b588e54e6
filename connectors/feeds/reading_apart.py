"""Feeds are read in a process of its own; see `connectors.apart`."""

import json
import sys
from dataclasses import asdict
from datetime import datetime
from typing import Any

from connectors import apart
from connectors.feeds.entries import Entry
from connectors.feeds.fetching import Fetched

SECONDS = 10.0
_COMMAND = (sys.executable, "-m", "connectors.feeds")


class UnreadableFeed(Exception):
    """A feed that is none, or that takes too long or too much to read; why, in words."""


class FeedReader:
    """Reads feeds in another process, which is started when it is needed. Close it afterwards.

    command: what to run instead.
    """

    def __init__(self, seconds: float = SECONDS, command: tuple[str, ...] = _COMMAND) -> None:
        self._reader = apart.Apart(seconds, command)

    def read(self, feed: Fetched) -> list[Entry]:
        """The entries of `read_titled`. Raises UnreadableFeed."""
        return self.read_titled(feed)[1]

    def read_titled(self, feed: Fetched) -> tuple[str, list[Entry]]:
        """As of `reading.read_titled`. Raises UnreadableFeed also for what takes too long or ends the process."""
        head = json.dumps({"address": feed.address, "kind": feed.kind})
        try:
            content = self._reader.read(head.encode() + b"\n" + feed.body)
        except apart.Unreadable as error:
            raise UnreadableFeed(str(error)) from error
        return content["title"], [_entry(**one) for one in content["entries"]]

    def close(self) -> None:
        """End the process, if there is one."""
        self._reader.close()


def _entry(published: str | None, **words: str) -> Entry:
    return Entry(**words, published=datetime.fromisoformat(published) if published else None)


def main() -> None:
    """Answer line by line until nothing comes any more."""
    # no other process reads feeds, and none else is to pay for what that takes
    from connectors.feeds.reading import NoFeed, read_titled

    def written(raw: bytes) -> dict[str, Any]:
        head, _, body = raw.partition(b"\n")
        title, entries = read_titled(body, **json.loads(head))
        return {"title": title, "entries": [_plain(one) for one in entries]}

    apart.answer_lines(written, NoFeed, RecursionError)


def _plain(entry: Entry) -> dict[str, str | None]:
    return asdict(entry) | {"published": entry.published and entry.published.isoformat()}
