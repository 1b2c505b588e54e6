"""Ask feeds for news: several at a time, each in its own time, and none that fails holds up another."""

import logging
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue
from typing import Protocol

from bridge.errors import LeadbridgeError
from bridge.flow.unit import Opened, Unit
from bridge.ids import derived_id
from bridge.program.feeds import Feed
from bridge.store import articles, feeds
from bridge.store.articles import ArticleRow
from bridge.store.feeds import FeedRow

log = logging.getLogger(__name__)

AT_ONCE = 4
EVERY = timedelta(minutes=14)
"""A little less than cron's fifteen, so that it comes round each time."""
LONGEST_PAUSE = timedelta(days=1)
LONGEST_ASKED_FOR = timedelta(days=7)
GONE_FOR = timedelta(days=30)
"""Who says 410 is asked again after so long, should somebody have been mistaken."""
KEPT = timedelta(days=180)


class Entry(Protocol):
    """An article as its feed tells it: words without markup, a web address. key: unique within the feed."""

    @property
    def key(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def summary(self) -> str: ...
    @property
    def published(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class Content:
    """What a feed has now. etag, last_modified: to be shown to its server next time."""

    entries: Sequence[Entry]
    etag: str | None = None
    last_modified: str | None = None


@dataclass
class NotFetched(LeadbridgeError):
    """A feed that could not be had or read; why, in words an operator understands.

    after: the pause that its server asked for. gone: it wants to be asked no more.
    """

    words: str
    after: timedelta | None = None
    gone: bool = False

    def __str__(self) -> str:
        return self.words


Told = Content | None | NotFetched
Fetch = Callable[[FeedRow], Content | None]
"""A feed's content; None when it has not changed. Called from several threads. Raises NotFetched."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a feed. new: articles that were not known. failure: "" when all is well."""

    feed: str
    new: int = 0
    failure: str = ""


def fetch_feeds(
    opened: Opened, known: Mapping[str, Feed], fetch: Fetch, only: Collection[str] | None = None
) -> Iterator[Outcome]:
    """Ask the feeds that are due, and tell of each as it comes in; each is written down by itself.

    only: ask these, due or not. Whoever stops in between has lost nothing. Raises the database when it is away.
    """
    with opened() as unit:
        due, begun = _due(unit, known, only), unit.now
    for row, told in _asked(due, fetch):
        with opened() as unit:
            outcome = _take(unit, known[row.id], row, told, begun)
        yield outcome


def _asked(due: Sequence[FeedRow], fetch: Fetch) -> Iterator[tuple[FeedRow, Told]]:
    """What each says, as it comes in. Nobody who leaves waits for those that are still being asked."""
    waiting: SimpleQueue[FeedRow] = SimpleQueue()
    answers: SimpleQueue[tuple[FeedRow, Told]] = SimpleQueue()
    for row in due:
        waiting.put(row)

    def ask() -> None:
        with suppress(Empty):
            while True:
                row = waiting.get_nowait()
                answers.put((row, _ask(fetch, row)))

    for _ in range(min(AT_ONCE, len(due))):
        threading.Thread(target=ask, daemon=True, name="feeds").start()
    for _ in due:
        yield answers.get()


def _due(unit: Unit, known: Mapping[str, Feed], only: Collection[str] | None) -> list[FeedRow]:
    """Feeds to be asked, after what is not wanted any more was forgotten."""
    articles.forget(unit.connection, known, unit.now - KEPT)
    feeds.forget_others(unit.connection, known)
    articles.leave_behind(unit.connection, feeds.moved(unit.connection, known.values()))
    articles.relabel(unit.connection, known.values())
    rows = feeds.rows_of(unit.connection, known.values())
    all_of_them = [rows.get(feed.id) or FeedRow(feed.id, feed.url) for feed in known.values()]
    if only is not None:
        return [row for row in all_of_them if row.id in only]
    return [row for row in all_of_them if row.next_at is None or row.next_at <= unit.now]


def _ask(fetch: Fetch, row: FeedRow) -> Told:
    try:
        return fetch(row)
    except NotFetched as failure:
        return failure
    except Exception as error:  # whatever a feed makes us do wrong, the others go on
        log.exception("a feed broke us", extra={"feed": row.id})
        return NotFetched(f"it broke us: {type(error).__name__}")


def _take(unit: Unit, feed: Feed, row: FeedRow, told: Told, begun: datetime) -> Outcome:
    if isinstance(told, NotFetched):
        feeds.put(unit.connection, _failed(row, told, unit.now))
        return Outcome(feed.id, failure=str(told))
    works = FeedRow(row.id, row.url, row.etag, row.last_modified, unit.now, begun + EVERY)
    if told is None:
        feeds.put(unit.connection, works)
        return Outcome(feed.id)
    new = articles.put(unit.connection, list(_articles(feed, told.entries, unit.now)))
    feeds.put(unit.connection, replace(works, etag=told.etag, last_modified=told.last_modified))
    return Outcome(feed.id, new)


def _articles(feed: Feed, entries: Iterable[Entry], now: datetime) -> Iterator[ArticleRow]:
    """What is not too old to be kept; a date to come is none."""
    for entry in entries:
        published = entry.published if entry.published and entry.published <= now else None
        if published is None or published >= now - KEPT:
            yield ArticleRow(
                derived_id("article", feed.id, entry.key),
                feed.id,
                entry.url,
                entry.title,
                entry.summary,
                feed.language,
                feed.topics,
                published,
                now,
            )


def _failed(row: FeedRow, failure: NotFetched, now: datetime) -> FeedRow:
    return replace(
        row,
        failing_since=row.failing_since or now,
        failures=row.failures + 1,
        error=str(failure),
        next_at=now + pause_after(row.failures + 1, failure),
    )


def pause_after(failures: int, failure: NotFetched) -> timedelta:
    """Until a feed is asked again that failed so often in a row: twice as long each time, up to a day.

    A server that asks for a longer pause gets it, up to a week.
    """
    if failure.gone:
        return GONE_FOR
    growing = min(EVERY * (1 << min(failures - 1, 10)), LONGEST_PAUSE)
    return max(growing, min(failure.after or growing, LONGEST_ASKED_FOR))
