"""Feeds as strangers write them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Item:
    """An article. published: None for one without a date."""

    title: str
    link: str
    summary: str
    published: datetime | None


def item(
    title: str, *, link: str | None = None, hours: float | None = 0, now: datetime = NOON, summary: str = ""
) -> Item:
    """An article of so many hours ago."""
    published = None if hours is None else now - timedelta(hours=hours)
    address = f"https://blog.example.com/{title}" if link is None else link
    return Item(title, address, summary or f"<p>About <i>{title}</i>.</p>", published)


def rss(*items: Item | bytes) -> bytes:
    """An RSS feed; bytes are put into it as they are."""
    inside = b"".join(one if isinstance(one, bytes) else _rss(one).encode() for one in items)
    head = b'<rss version="2.0"><channel><title>News</title><link>https://blog.example.com</link>'
    return head + inside + b"</channel></rss>"


def _rss(one: Item) -> str:
    date = f"<pubDate>{format_datetime(one.published)}</pubDate>" if one.published else ""
    return (
        f"<item><title>{one.title}</title><link>{one.link}</link><guid isPermaLink='false'>id-{one.title}</guid>"
        f"<description>{escape(one.summary)}</description>{date}</item>"
    )


def atom(*items: Item) -> bytes:
    """An Atom feed."""
    inside = "".join(map(_atom, items))
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title>{inside}</feed>'.encode()


def _atom(one: Item) -> str:
    date = f"<published>{one.published.isoformat()}</published>" if one.published else ""
    return (
        f"<entry><title>{one.title}</title><link href='{one.link}'/><id>id-{one.title}</id>"
        f"<summary type='html'>{escape(one.summary)}</summary>{date}</entry>"
    )
