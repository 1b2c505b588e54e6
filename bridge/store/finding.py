"""Finding people among a million: every question is answered in a time that does not depend on who asks it.

The newest few thousand are looked through first: what is true of many fills a page there. What is not is looked up by
its words, all of it, and sorted. Only where that is too much, people are looked through piece by piece; so they are
where the first show already that it is true of too many for that.

Steps follow one another in the worst case, so that it is the sum of them for which somebody waits.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    cast,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from bridge.profiles.catchwords import TOP_FROM
from bridge.profiles.finding import Order, Wanted
from bridge.store.guesses import about_as_many, is_soon_read
from bridge.store.patience import at_most
from bridge.store.sets import among
from bridge.store.silence import is_sign
from bridge.store.tables import events, held_leads, profiles

PAGE = 50
COUNTED = 1_000
"""So many are counted exactly."""
PATIENCE_MS, COUNTING_MS = 20, 5


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much one question may cost.

    at_first: so many are looked through before words are looked up; further: so many more when that was too much.
    many: where there are about so many, words are not looked up; most: so many are looked up and sorted.
    read: so many rows an index may have for the beginnings of words (PostgreSQL reads a million in some 200 ms).
    """

    at_first: int
    further: int
    many: int
    most: int
    read: int = 150_000


PEOPLE = Bounds(at_first=2_500, further=2_500, many=4_000, most=50_000)


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


def find(
    connection: Connection, wanted: Wanted, order: Order, after: Place | None = None, bounds: Bounds = PEOPLE
) -> Found:
    """The people that are asked for, a page of them."""
    plan_anew(connection)
    first = _looked_through(connection, wanted, order, after, bounds.at_first)
    if first.end is None:
        is_all = after is None and len(first.rows) <= PAGE
        return _page(first.rows, len(first.rows) if is_all else counted(connection, wanted, bounds))
    is_many = about_as_many(connection, len(first.rows), bounds.at_first) >= bounds.many
    looked_up = None if is_many else _looked_up(connection, wanted, order, after, bounds)
    if looked_up:
        return looked_up
    more = _looked_through(connection, wanted, order, first.end, bounds.further)
    return _joined(first, more, is_begin=after is None)


def plan_anew(connection: Connection) -> None:
    """From here to the end of this transaction, plan each statement for what is asked.

    A plan that PostgreSQL keeps for every stage walks through everybody for one that few are in.
    """
    connection.execute(select(func.set_config("plan_cache_mode", "force_custom_plan", True)))


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


def _looked_up(
    connection: Connection, wanted: Wanted, order: Order, after: Place | None, bounds: Bounds
) -> Found | None:
    """All of them, by their words, sorted; None where that is too much."""
    if not (can_be_looked_up(wanted) and is_soon_read(connection, wanted, bounds.read)):
        return None
    places = (profiles.c.top_score, profiles.c.created_at, profiles.c.id)
    every = select(*places).where(*conditions(wanted, profiles)).limit(bounds.most + 1).cte("every")
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
    if not answered or answered[0].counted > bounds.most:
        return None
    return _page([_found(row[1:]) for row in answered if row.id], answered[0].counted)


def can_be_looked_up(wanted: Wanted) -> bool:
    """Whether an index leads to whomever that is true of."""
    return bool(wanted.query or wanted.held or (wanted.score_from or 0) >= TOP_FROM)


def _joined(first: _Look, more: _Look, is_begin: bool) -> Found:
    """What was found at first and among those who follow, and where to go on."""
    rows = [*first.rows, *more.rows]
    if len(rows) > PAGE or more.end is None:
        return _page(rows, len(rows) if is_begin and len(rows) <= PAGE else None)
    return Found(rows, more.end, False, None)


def counted(connection: Connection, wanted: Wanted, bounds: Bounds) -> int | None:
    """How many there are, up to one more than are counted; None when that takes too long.

    What is true of many is found wherever one looks, what is true of few by its words.
    """
    some = select(profiles.c.id).where(*conditions(wanted, profiles)).limit(COUNTED + 1).subquery()
    for way in ("enable_bitmapscan", "enable_seqscan"):
        if way == "enable_seqscan" and not is_soon_read(connection, wanted, bounds.read):
            return None
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
        fits = of.words.op("@@")(cast(literal(wanted.query), TSQUERY))
        yield or_(fits, among(of.id, wanted.also)) if wanted.also else fits
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


def _found(row: Sequence[Any]) -> FoundRow:
    return FoundRow(*row)
