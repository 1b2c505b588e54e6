"""Feeds that mails take news from: `[[feeds]]` of the programme."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Feed:
    """An RSS or Atom feed. topics: what all of its articles are about. language: of its articles, None for any."""

    id: str
    url: str
    topics: tuple[str, ...] = ()
    language: str | None = None
