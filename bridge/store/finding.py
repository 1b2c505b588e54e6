"""Finding people among a million: every question is answered in a time that does not depend on who asks it.

The newest few thousand are looked through first: what is true of many fills a page there. What is not is looked up by
its words, all of it, and sorted. Only where that is too much, people are looked through piece by piece; so they are
where the first show already that it is true of too many for that.

Steps follow one another in the worst case, so that it is the sum of them for which somebody waits.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Row,
    Select,
    cast,
    func,
    literal,
    select,
    text,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.exc import OperationalError

from bridge.profiles.catchwords import TOP_FROM
from bridge.profiles.finding import Order, Wanted
from bridge.store.sets import among
from bridge.store.silence import is_sign
from bridge.store.tables import events, held_leads, profiles

PAGE = 50
COUNTED = 1_000
"""So many are counted exactly."""
AT_FIRST, FURTHER = 2_500, 2_500
"""People who are looked through before their words are looked up, and how many more when that was too much."""
MANY = 4_000
"""Where there are about so many, words are not looked up.

PostgreSQL reads all that an index has for a frequent beginning of a word before it notices that its time is over.
"""
SORTED = 50_000
PATIENCE_MS, COUNTING_MS = 20, 5
ROOM = "32MB"
"""For the rows of a frequent word; with less PostgreSQL remembers pages alone, and reads all that stand on them."""
CANCELLED = "57014"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended, in the order of the list. at: when they came, or gave their last sign of life."""

    top_score: int
    at: datetime
    id: UUID


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A person in the list."""

    id: UUID
    email: str
    company_domain: str | None
    stage: str
    excluded: bool
    objected: bool
    score: int
    fields: Mapping[str, str]
    first_touch: Mapping[str, Any]
    confirmed_at: datetime | None
    created_at: datetime
    owner: str | None
    top_score: int

    @property
    def place(self) -> Place:
        """Where in the list they are."""
        return Place(self.top_score, self.created_at, self.id)


@dataclass(frozen=True, slots=True)
class Found:
    """A page of the list. after: where the next one begins, if there is one.

    is_whole: everybody was looked at; else only so many, and `after` is where looking goes on.
    count: how many there are in all, up to one more than are counted; None: nobody knows, at least this page.
    """

    rows: list[FoundRow]
    after: Place | None
    is_whole: bool
    count: int | None


@dataclass(frozen=True, slots=True)
class _Look:
    """Those who were found, at most one more than a page; where looking ended short of a full page and of the end."""

    rows: list[FoundRow]
    end: Place | None


_COLUMNS = [profiles.c[name] for name in FoundRow.__slots__]


def find(connection: Connection, wanted: Wanted, order: Order, after: Place | None = None) -> Found:
    """The people that are asked for, a page of them."""
    plan_anew(connection)
    first = _looked_through(connection, wanted, order, after, AT_FIRST)
    if first.end is None:
        is_all = after is None and len(first.rows) <= PAGE
        return _page(first.rows, len(first.rows) if is_all else counted(connection, wanted))
    is_many = about_as_many(connection, len(first.rows), AT_FIRST) >= MANY
    looked_up = None if is_many else _looked_up(connection, wanted, order, after)
    return looked_up or _further(connection, wanted, order, after, first)


def plan_anew(connection: Connection) -> None:
    """From here to the end of this transaction, plan each statement for what is asked.

    A plan that PostgreSQL keeps for every stage walks through everybody for one that few are in.
    """
    connection.execute(select(func.set_config("plan_cache_mode", "force_custom_plan", True)))


def about_as_many(connection: Connection, found: int, looked_at: int) -> float:
    """How many there are in all, if everybody is like those who were looked at, as far as the planner knows."""
    everybody = connection.scalar(text("select reltuples from pg_class where oid = 'profiles'::regclass"))
    return found / looked_at * (everybody or 0)


def signs_of_life(connection: Connection, profile_ids: Iterable[UUID]) -> dict[UUID, datetime]:
    """Person → when they did something last, so far as it is known to be theirs."""
    someone = select(profiles.c.id).where(among(profiles.c.id, profile_ids)).subquery()
    newest = (
        select(events.c.at)
        .where(events.c.profile_id == someone.c.id, is_sign(events))
        .order_by(events.c.at.desc())
        .limit(1)
        .lateral()
    )
    found = connection.execute(select(someone.c.id, newest.c.at).select_from(someone).join(newest, true()))
    return {row.id: row.at for row in found}


def _looked_through(
    connection: Connection, wanted: Wanted, order: Order, after: Place | None, most: int
) -> _Look:
    """Whoever is found among the first so many of the list."""
    some = _listed(select(*_COLUMNS, profiles.c.words), wanted, order, after).limit(most).subquery()
    listed = select(*(some.c[one.name] for one in _COLUMNS)).where(*conditions(wanted, some))
    found = _ordered(listed, some, order, None).limit(PAGE + 1)
    rows = [_found(row) for row in connection.execute(found)]
    return _Look(rows, _end(connection, wanted, order, after, most) if len(rows) <= PAGE else None)


def _end(
    connection: Connection, wanted: Wanted, order: Order, after: Place | None, most: int
) -> Place | None:
    """Where so many people of the list end; None where there are no more than those."""
    places = select(*(profiles.c[name] for name in _names(order)))
    two = connection.execute(_listed(places, wanted, order, after).offset(most - 1).limit(2)).all()
    if len(two) < 2:
        return None
    last = two[0]._mapping
    return Place(last.get("top_score", 0), last["created_at"], last["id"])


def _looked_up(connection: Connection, wanted: Wanted, order: Order, after: Place | None) -> Found | None:
    """All of them, by their words, sorted; None where that is too much."""
    if not can_be_looked_up(wanted):
        return None
    places = (profiles.c.top_score, profiles.c.created_at, profiles.c.id)
    every = select(*places).where(*conditions(wanted, profiles)).limit(SORTED + 1).cte("every")
    counted = select(func.count().label("counted")).select_from(every).subquery()
    page = _ordered(select(every), every, order, after).limit(PAGE + 1).subquery()
    theirs = select(*_COLUMNS).join(page, profiles.c.id == page.c.id).subquery()
    statement = _ordered(
        select(counted.c.counted, theirs).select_from(counted.join(theirs, true(), isouter=True)),
        theirs,
        order,
        None,
    )
    with at_most(connection, PATIENCE_MS) as answered:
        connection.execute(select(func.set_config("enable_seqscan", "off", True)))
        answered += connection.execute(statement).all()
    if not answered or answered[0].counted > SORTED:
        return None
    return _page([_found(row[1:]) for row in answered if row.id], answered[0].counted)


def can_be_looked_up(wanted: Wanted) -> bool:
    """Whether an index leads to whomever that is true of."""
    return bool(wanted.query or wanted.held or (wanted.score_from or 0) >= TOP_FROM)


def _further(
    connection: Connection, wanted: Wanted, order: Order, after: Place | None, first: _Look
) -> Found:
    """What was found at first and is found among the next so many of the list, and where to go on."""
    more = _looked_through(connection, wanted, order, first.end, FURTHER)
    rows = [*first.rows, *more.rows]
    if len(rows) > PAGE or more.end is None:
        return _page(rows, len(rows) if after is None and len(rows) <= PAGE else None)
    return Found(rows, more.end, False, None)


def counted(connection: Connection, wanted: Wanted) -> int | None:
    """How many there are, up to one more than are counted; None when that takes too long.

    What is true of many is found wherever one looks, what is true of few by its words.
    """
    some = select(profiles.c.id).where(*conditions(wanted, profiles)).limit(COUNTED + 1).subquery()
    for way in ("enable_bitmapscan", "enable_seqscan"):
        with at_most(connection, COUNTING_MS) as found:
            connection.execute(select(func.set_config(way, "off", True)))
            found.append(connection.execute(select(func.count()).select_from(some)).one())
        if found:
            return int(found[0][0])
    return None


def _page(rows: list[FoundRow], count: int | None) -> Found:
    shown = rows[:PAGE]
    return Found(shown, shown[-1].place if len(rows) > PAGE else None, True, count)


def conditions(wanted: Wanted, people: FromClause) -> Iterator[ColumnElement[bool]]:
    of = people.c
    if wanted.stage:
        yield of.stage == wanted.stage
    if wanted.query:
        yield of.words.op("@@")(cast(literal(wanted.query), TSQUERY))
    if wanted.score_from is not None:
        yield of.score >= wanted.score_from
    if wanted.score_to is not None:
        yield of.score <= wanted.score_to
    if wanted.held:
        yield of.id.in_(select(held_leads.c.profile_id).where(held_leads.c.decided_at.is_(None)))
    yield from _kept_in_order(wanted, people)


def _kept_in_order(wanted: Wanted, people: FromClause) -> Iterator[ColumnElement[bool]]:
    """What the points that are asked for say of those by which people are kept in order."""
    if wanted.score_from is not None and wanted.score_from >= TOP_FROM:
        yield people.c.top_score >= wanted.score_from
    if wanted.score_to is not None:
        yield people.c.top_score <= (wanted.score_to if wanted.score_to >= TOP_FROM else 0)


def _listed(statement: Select[Any], wanted: Wanted, order: Order, after: Place | None) -> Select[Any]:
    """The list that is looked through: everybody, or all of a stage, or of so many points, as an index has them."""
    if wanted.stage:
        statement = statement.where(profiles.c.stage == wanted.stage)
    if order == "score":
        statement = statement.where(*_kept_in_order(wanted, profiles))
    return _ordered(statement, profiles, order, after)


def _ordered(statement: Select[Any], people: FromClause, order: Order, after: Place | None) -> Select[Any]:
    """The statement in the order of the list; after: only what follows there."""
    names = _names(order)
    columns = [people.c[name] for name in names]
    if after is not None:
        types = [profiles.c[name].type for name in names]
        place = {"top_score": after.top_score, "created_at": after.at, "id": after.id}
        values = [literal(place[name], of) for name, of in zip(names, types, strict=True)]
        statement = statement.where(tuple_(*columns) < tuple_(*values))
    return statement.order_by(*(column.desc() for column in columns))


def _names(order: Order) -> tuple[str, ...]:
    """Columns by which the list is sorted, and which an index has."""
    return ("top_score", "created_at", "id") if order == "score" else ("created_at", "id")


@contextmanager
def at_most(connection: Connection, milliseconds: int) -> Iterator[list[Row[Any]]]:
    """A list for what is found within that time; it stays empty when the time was too short."""
    found: list[Row[Any]] = []
    connection.exec_driver_sql("savepoint attempt")
    try:
        connection.execute(
            select(
                func.set_config("statement_timeout", str(milliseconds), True),
                func.set_config("work_mem", ROOM, True),
            )
        )
        yield found
    except OperationalError as error:
        if not _is_too_late(error):
            raise
        found.clear()
    finally:
        _take_back(connection)


def _take_back(connection: Connection) -> None:
    """Back to before the attempt, and with it the settings.

    Until then its time is that of every statement, so that on a busy machine even this one may come too late.
    """
    for is_last in (False, False, False, True):
        try:
            connection.exec_driver_sql("rollback to savepoint attempt")
        except OperationalError as error:
            if is_last or not _is_too_late(error):
                raise
        else:
            return


def _is_too_late(error: OperationalError) -> bool:
    return getattr(error.orig, "sqlstate", None) == CANCELLED


def _found(row: Sequence[Any]) -> FoundRow:
    return FoundRow(*row)
