"""How feeds are fetched and read."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

from bridge.clock import Clock
from bridge.flow.sequences.fetch_feeds import Content, NotFetched
from bridge.settings import Settings
from bridge.settings.reach import Reach
from bridge.store.feeds import FeedRow
from connectors.feeds import FeedReader, Known, Unavailable, UnreadableFeed, fetch_feed


class Feeds:
    """Fetches feeds from public addresses, and from inner ones that the settings allow; the demo reads its own."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock

    @cached_property
    def reach(self) -> Reach:
        """Where feeds may be read."""
        settings = self._settings
        demo = (settings.host, settings.port) if settings.demo else None
        return Reach(settings.outgoing.private_targets, demo)

    @contextmanager
    def open(self) -> Iterator["Round"]:
        """A round of asking, with its readers."""
        made = Round(self)
        try:
            yield made
        finally:
            made.close()

    def fetch(self, row: FeedRow, reader: FeedReader) -> Content | None:
        """A feed's content; None when it has not changed. Raises NotFetched."""
        try:
            known = Known(row.etag, row.last_modified)
            guard, address = self.reach.way_to(row.url)
            fetched = fetch_feed(guard, address, known, self._clock())
            if fetched is None:
                return None
            return Content(reader.read(fetched), fetched.known.etag, fetched.known.last_modified)
        except Unavailable as error:
            raise NotFetched(str(error), error.after, error.gone) from error
        except UnreadableFeed as error:
            raise NotFetched(str(error)) from error


class Round:
    """Asks feeds from several threads, each with a reader of its own: what one feed makes slow is slow for itself."""

    def __init__(self, feeds: Feeds) -> None:
        self._feeds = feeds
        self._mine = threading.local()
        self._readers: list[FeedReader] = []

    def fetch(self, row: FeedRow) -> Content | None:
        """A feed's content; None when it has not changed. Raises NotFetched."""
        reader: FeedReader | None = getattr(self._mine, "reader", None)
        if reader is None:
            reader = self._mine.reader = FeedReader()
            self._readers.append(reader)
        return self._feeds.fetch(row, reader)

    def close(self) -> None:
        """End the readers."""
        for reader in self._readers:
            reader.close()
