"""Rows about feeds: how far each was read, and since when it fails.

A row speaks of one address: when the programme names another one, it says nothing any more.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.postgresql import insert

from bridge.program.feeds import Feed
from bridge.store.rows import values_of
from bridge.store.tables import feeds


@dataclass(frozen=True, slots=True)
class FeedRow:
    """What is known of a feed. etag, last_modified: how its server calls what we have of it.

    fetched_at: when it was asked last with success. next_at: not to be asked before. failing_since, failures, error:
    of a feed that fails.
    """

    id: str
    url: str
    etag: str | None = None
    last_modified: str | None = None
    fetched_at: datetime | None = None
    next_at: datetime | None = None
    failing_since: datetime | None = None
    failures: int = 0
    error: str | None = None


def rows_of(connection: Connection, known: Iterable[Feed]) -> dict[str, FeedRow]:
    """Id → what is known of a feed; nothing of one that was never asked at its present address."""
    urls = {feed.id: feed.url for feed in known}
    if not urls:
        return {}
    statement = select(feeds).where(feeds.c.id.in_(urls))
    rows = (FeedRow(**row._mapping) for row in connection.execute(statement))
    return {row.id: row for row in rows if row.url == urls[row.id]}


def moved(connection: Connection, known: Iterable[Feed]) -> list[str]:
    """Ids of feeds that were asked at another address than their present one."""
    urls = {feed.id: feed.url for feed in known}
    rows = connection.execute(select(feeds.c.id, feeds.c.url))
    return [row.id for row in rows if row.id in urls and row.url != urls[row.id]]


def failing(connection: Connection, known: Iterable[Feed]) -> dict[str, bool]:
    """Id → whether a feed fails."""
    named = list(known)
    rows = rows_of(connection, named)
    return {feed.id: feed.id in rows and rows[feed.id].failing_since is not None for feed in named}


def put(connection: Connection, row: FeedRow) -> None:
    """Write down what is known of a feed."""
    values = values_of(row)
    connection.execute(insert(feeds).values(values).on_conflict_do_update(index_elements=["id"], set_=values))


def forget_others(connection: Connection, ids: Iterable[str]) -> None:
    """Forget the feeds that are not among these."""
    connection.execute(delete(feeds).where(feeds.c.id.not_in(list(ids))))
