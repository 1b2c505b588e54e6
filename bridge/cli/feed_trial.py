"""Feeds of a programme, asked once: what each tells, or why it tells nothing."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime

from bridge.cli.links import ALL_SECONDS, AT_ONCE, GONE
from bridge.errors import Mistake
from bridge.program.feeds import Feed
from bridge.program.model import Program
from bridge.settings.reach import Reach
from connectors.feeds import FeedReader, Known, Unavailable, UnreadableFeed, fetch_feed


@dataclass(frozen=True, slots=True)
class Told:
    """What a feed tells now. title: its own, "" for none."""

    feed: str
    title: str
    entries: int

    def __str__(self) -> str:
        count = f"{self.entries} entr{'y' if self.entries == 1 else 'ies'}"
        return f"feed {self.feed}: {f'“{self.title}”' if self.title else 'without a title'}, {count}"


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of asking. gone: where nothing is. doubts: what cannot be read now, or tells nothing."""

    told: list[Told]
    gone: list[Mistake]
    doubts: list[Mistake]


def ask_feeds(program: Program, reach: Reach, now: datetime) -> Tried:
    """Ask each feed once, several at a time; after a minute nobody is waited for any more."""
    pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="feed")
    answers = {pool.submit(_ask, feed, reach, now): feed for feed in program.feeds.values()}
    wait(answers, timeout=ALL_SECONDS)
    pool.shutdown(wait=False, cancel_futures=True)
    found = Tried([], [], [])
    for answer, feed in answers.items():
        for told in _outcome(answer, feed):
            _sort(found, told)
    return found


def _ask(feed: Feed, reach: Reach, now: datetime) -> Told:
    guard, address = reach.way_to(feed.url)
    reader = FeedReader()
    try:
        fetched = fetch_feed(guard, address, Known(), now)
        if fetched is None:
            raise Unavailable("its server says that nothing changed, to somebody who knows nothing yet")
        title, entries = reader.read_titled(fetched)
    finally:
        reader.close()
    return Told(feed.id, title, len(entries))


def _outcome(answer: Future[Told], feed: Feed) -> Iterator[Told | tuple[Mistake, bool]]:
    """What it tells; or what is wrong with it, and whether that is certain."""
    place = f"feeds[{feed.id}].url"
    if not answer.done() or answer.cancelled():
        yield Mistake(place, None, "the feed did not answer in time"), False
        return
    try:
        told = answer.result()
    except Unavailable as error:
        yield Mistake(place, None, f"the feed cannot be had: {error}"), error.status in GONE
    except UnreadableFeed as error:
        expected = "the address of an RSS or Atom feed, not of the page that it belongs to"
        yield Mistake(place, None, f"the feed cannot be read: {error}", expected), False
    else:
        yield told
        if not told.entries:
            said = "the feed has no entry with a title and a web address, so no mail takes any"
            yield Mistake(place, None, said), False


def _sort(found: Tried, told: Told | tuple[Mistake, bool]) -> None:
    if isinstance(told, Told):
        found.told.append(told)
    else:
        mistake, is_certain = told
        (found.gone if is_certain else found.doubts).append(mistake)
