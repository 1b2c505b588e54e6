"""Lists that are read page by page, by the place at which the page before ended: no page is slower than the first."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Select, literal, tuple_

T = TypeVar("T")


class Place(NamedTuple):
    """Where a page ended: the moment by which a list is sorted, and the id of the row that stood there."""

    at: datetime
    id: UUID


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows of a list. further: where they end, when more of them follow."""

    rows: tuple[T, ...] = ()
    further: Place | None = None


def page_of(
    connection: Connection,
    statement: Select[Any],
    moment: ColumnElement[datetime],
    identity: ColumnElement[UUID],
    read: Callable[[Row[Any]], T],
    *,
    limit: int,
    after: Place | None = None,
    newest_first: bool = False,
) -> Page[T]:
    """The page of a list that begins behind a place. The statement selects both columns by their own names."""
    asked = page_from(statement, moment, identity, limit=limit, after=after, newest_first=newest_first)
    rows = list(connection.execute(asked))
    return Page(_read(rows[:limit], read), _end(rows, limit, moment, identity))


def page_from(
    statement: Select[Any],
    moment: ColumnElement[datetime],
    identity: ColumnElement[UUID],
    *,
    limit: int,
    after: Place | None = None,
    newest_first: bool = False,
) -> Select[Any]:
    """The rows of such a page, and one more: whether there is one says whether more of them follow."""
    if after is not None:
        here, there = tuple_(moment, identity), tuple_(literal(after.at), literal(after.id))
        statement = statement.where(here < there if newest_first else here > there)
    order = (moment.desc(), identity.desc()) if newest_first else (moment, identity)
    return statement.order_by(*order).limit(limit + 1)


def _read(rows: Iterable[Row[Any]], read: Callable[[Row[Any]], T]) -> tuple[T, ...]:
    return tuple(read(row) for row in rows)


def _end(
    rows: list[Row[Any]], limit: int, moment: ColumnElement[datetime], identity: ColumnElement[UUID]
) -> Place | None:
    if len(rows) <= limit:
        return None
    last = rows[limit - 1]._mapping
    return Place(last[moment], last[identity])
