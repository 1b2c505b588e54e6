"""Rows about articles of feeds, and about who was sent which of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Row, delete, exists, func, or_, select, update

from bridge.nurture.articles import Article, page_of
from bridge.program.feeds import Feed
from bridge.store.sets import among, insert_all, insertion, rows_from
from bridge.store.tables import articles, sent_articles

NO_FEED = ""
_LABELS = ("language", "topics")
_TOLD = ("feed", "url", "title", "summary", "published_at", *_LABELS)


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """An article as its feed has it. published_at: None when the feed names no moment, or one to come."""

    id: UUID
    feed: str
    url: str
    title: str
    summary: str
    language: str | None
    topics: Sequence[str]
    published_at: datetime | None
    fetched_at: datetime


class Sent(NamedTuple):
    """An article of a mail. position: where it stands in it."""

    profile_id: UUID
    article_id: UUID
    mail_id: UUID
    position: int


def put(connection: Connection, rows: Sequence[ArticleRow]) -> int:
    """Write articles down, and what changed in those that are known; returns how many are new.

    An article without a moment keeps the one at which it came first. rows: no two of the same id.
    """
    if not rows:
        return 0
    known = _published(connection, [row.id for row in rows])
    dated = (replace(row, published_at=row.published_at or known.get(row.id, row.fetched_at)) for row in rows)
    new = insertion(articles, list(dated))
    told = {name: new.excluded[name] for name in (*_TOLD, "fetched_at")}
    differs = or_(*(articles.c[name].is_distinct_from(new.excluded[name]) for name in _TOLD))
    connection.execute(new.on_conflict_do_update(index_elements=["id"], set_=told, where=differs))
    return len(rows) - len(known)


def _published(connection: Connection, ids: Iterable[UUID]) -> dict[UUID, datetime]:
    statement = select(articles.c.id, articles.c.published_at).where(among(articles.c.id, ids))
    return {row[0]: row[1] for row in connection.execute(statement)}


def relabel(connection: Connection, feeds: Iterable[Feed]) -> None:
    """Give all articles the topics and the language that the programme names now."""
    columns = {"feed": articles.c.feed, "language": articles.c.language, "topics": articles.c.topics}
    rows = [(feed.id, feed.language, list(feed.topics)) for feed in feeds]
    if not rows:
        return
    named = rows_from(columns, rows).c
    differs = or_(*(articles.c[name].is_distinct_from(named[name]) for name in _LABELS))
    labels = {name: named[name] for name in _LABELS}
    connection.execute(update(articles).where(articles.c.feed == named.feed, differs).values(labels))


def leave_behind(connection: Connection, feed_ids: Collection[str]) -> None:
    """Let articles belong to no feed any more, until theirs tells of them again: nobody else gets them."""
    if feed_ids:
        connection.execute(update(articles).where(articles.c.feed.in_(feed_ids)).values(feed=NO_FEED))


def forget(connection: Connection, feed_ids: Iterable[str], before: datetime) -> int:
    """Remove articles that nobody was sent: old ones, and those of feeds that are not among these."""
    was_sent = exists().where(sent_articles.c.article_id == articles.c.id)
    goes = or_(articles.c.published_at < before, articles.c.feed.not_in(list(feed_ids)))
    return connection.execute(delete(articles).where(goes, ~was_sent)).rowcount


def published_since(connection: Connection, feed_ids: Iterable[str], since: datetime) -> list[Article]:
    """Articles of these feeds."""
    statement = select(articles).where(articles.c.published_at >= since, articles.c.feed.in_(list(feed_ids)))
    return [_article(row) for row in connection.execute(statement)]


def sent_pages(connection: Connection, profile_ids: Iterable[UUID]) -> dict[UUID, set[str]]:
    """Profile → pages that a person was sent."""
    statement = (
        select(sent_articles.c.profile_id, articles.c.url)
        .join(articles, articles.c.id == sent_articles.c.article_id)
        .where(among(sent_articles.c.profile_id, profile_ids))
    )
    found: dict[UUID, set[str]] = {}
    for profile_id, url in connection.execute(statement):
        found.setdefault(profile_id, set()).add(page_of(url))
    return found


def note_sent(connection: Connection, rows: Iterable[Sent]) -> None:
    """Note which articles go out with which mail. An article goes to a person once."""
    insert_all(connection, sent_articles, (row._asdict() for row in rows))


def of_mails(connection: Connection, mail_ids: Iterable[UUID]) -> Mapping[UUID, Sequence[Article]]:
    """Mail → its articles in their order, for mails that have any."""
    statement = (
        select(sent_articles.c.mail_id, articles)
        .join(articles, articles.c.id == sent_articles.c.article_id)
        .where(among(sent_articles.c.mail_id, mail_ids))
        .order_by(sent_articles.c.mail_id, sent_articles.c.position)
    )
    found: dict[UUID, list[Article]] = {}
    for row in connection.execute(statement):
        found.setdefault(row.mail_id, []).append(_article(row))
    return found


def count_by_feed(connection: Connection) -> dict[str, int]:
    """Feed → number of articles that are kept."""
    statement = select(articles.c.feed, func.count()).group_by(articles.c.feed)
    return {row[0]: row[1] for row in connection.execute(statement)}


def _article(row: Row[Any]) -> Article:
    return Article(row.id, row.url, row.title, row.summary, tuple(row.topics), row.language, row.published_at)
