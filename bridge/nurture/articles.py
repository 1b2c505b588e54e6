"""Which articles of feeds a person gets next: the newest that are new to them, by what interests them most."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from heapq import merge
from itertools import groupby
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from uuid import UUID

OLDEST = timedelta(days=60)
"""What was published longer ago is no news any more."""

_CAMPAIGN = "utm_"


@dataclass(frozen=True, slots=True)
class Article:
    """An article of a feed. topics, language: of its feed; without a language it is for everybody."""

    id: UUID
    url: str
    title: str
    summary: str
    topics: tuple[str, ...]
    language: str | None
    published_at: datetime

    @property
    def page(self) -> str:
        """What it has in common with the same article in another feed."""
        return page_of(self.url)


@lru_cache(maxsize=8192)
def page_of(url: str) -> str:
    """An address without what makes no other page of it: scheme, campaign, fragment, and a slash at its end."""
    parts = urlsplit(url)
    query = [pair for pair in parse_qsl(parts.query, True) if not pair[0].lower().startswith(_CAMPAIGN)]
    return urlunsplit(("", parts.netloc.lower(), parts.path.rstrip("/"), urlencode(query), ""))


@dataclass(frozen=True, slots=True)
class Taste:
    """What is known of a reader. scores: points by topic. interests: topics that were chosen."""

    language: str
    scores: Mapping[str, int] = field(default_factory=dict)
    interests: Collection[str] = ()

    def wants(self, topics: Collection[str]) -> bool:
        """Whether articles about this may be sent: whoever chose topics gets what is about one of them."""
        return not self.interests or any(topic in self.interests for topic in topics)

    def rank(self, topics: Collection[str]) -> tuple[int, bool]:
        """How far behind articles about this come; the smaller, the sooner."""
        strongest = max((self.scores.get(topic, 0) for topic in topics), default=0)
        return -max(0, strongest), not topics


class Shelf:
    """Articles that may go out now, ready to be picked for many people."""

    def __init__(self, articles: Iterable[Article], now: datetime) -> None:
        self._by_kind: dict[tuple[str | None, tuple[str, ...]], list[Article]] = {}
        for one in sorted(articles, key=_newest_first):
            if now - OLDEST <= one.published_at <= now:
                self._by_kind.setdefault((one.language, one.topics), []).append(one)

    def pick(self, taste: Taste, known: Collection[str], most: int) -> list[Article]:
        """At most so many articles, strongest interest first, then newest first.

        known: pages that the person was sent. No page twice.
        """
        picked: dict[str, Article] = {}
        for one in self._in_order(taste):
            if len(picked) >= most:
                break
            if one.page not in known:
                picked.setdefault(one.page, one)
        return list(picked.values())

    def _in_order(self, taste: Taste) -> Iterator[Article]:
        """Kinds of articles by interest; those of equal interest are one stream."""
        fitting = [
            (taste.rank(topics), articles)
            for (language, topics), articles in self._by_kind.items()
            if language in (None, taste.language) and taste.wants(topics)
        ]
        fitting.sort(key=lambda kind: kind[0])
        for _, alike in groupby(fitting, key=lambda kind: kind[0]):
            yield from merge(*(articles for _, articles in alike), key=_newest_first)


def _newest_first(article: Article) -> tuple[float, UUID]:
    return -article.published_at.timestamp(), article.id
