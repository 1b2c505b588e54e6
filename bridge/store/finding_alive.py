"""Finding people by when they did something last: the index of what people do is walked through from its newest end.

Who is met there for the first time stands next in the list. What is true of so few that none of them is met soon is
looked up by its words, and sorted. Only where that is too much, the walk goes on piece by piece.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, func, literal, select, true, tuple_

from bridge.profiles.finding import Wanted
from bridge.store.finding import (
    AT_A_TIME,
    AT_FIRST,
    PAGE,
    PATIENCE_MS,
    Found,
    FoundRow,
    Place,
    at_most,
    can_be_looked_up,
    conditions,
    counted,
)
from bridge.store.silence import is_sign
from bridge.store.tables import events, profiles

SORTED = 5_000
"""People whose newest sign is looked up one by one."""

_COLUMNS = [profiles.c[name] for name in FoundRow.__slots__]


@dataclass(frozen=True, slots=True)
class _Walk:
    """Those who were met, at most one more than a page, each with when; where it ended short of the end."""

    met: list[tuple[FoundRow, datetime]]
    end: Place | None


def find_alive(connection: Connection, wanted: Wanted, after: Place | None = None) -> Found:
    """The people that are asked for, a page of them. Whoever never gave a sign of life is not among them."""
    walk = _walked(connection, wanted, after, AT_FIRST)
    if len(walk.met) > PAGE or walk.end is None:
        is_all = walk.end is None and after is None and len(walk.met) <= PAGE
        return _page(walk.met, len(walk.met) if is_all else counted(connection, wanted))
    return _looked_up(connection, wanted, after) or _piece(connection, wanted, after)


def _piece(connection: Connection, wanted: Wanted, after: Place | None) -> Found:
    walk = _walked(connection, wanted, after, AT_A_TIME)
    if len(walk.met) > PAGE or walk.end is None:
        return _page(walk.met, None)
    return Found([row for row, _ in walk.met], walk.end, False, None)


def _walked(connection: Connection, wanted: Wanted, after: Place | None, most: int) -> _Walk:
    """Whoever is met among so many signs of life."""
    signs = _signs(after).limit(most).subquery()
    newest = (
        select(signs.c.profile_id, func.max(signs.c.at).label("alive_at"))
        .group_by(signs.c.profile_id)
        .subquery()
    )
    person = (
        select(*_COLUMNS)
        .where(profiles.c.id == newest.c.profile_id, *conditions(wanted, profiles), *_not_yet(after))
        .offset(0)
        .lateral()
    )
    statement = select(*(person.c[one.name] for one in _COLUMNS), newest.c.alive_at).select_from(
        newest.join(person, true())
    )
    found = statement.order_by(newest.c.alive_at.desc(), person.c.id.desc()).limit(PAGE + 1)
    met = [_met(row) for row in connection.execute(found)]
    last = connection.execute(_signs(after).offset(most - 1).limit(1)).first()
    return _Walk(met, Place(0, last.at, last.profile_id) if last else None)


def _signs(after: Place | None) -> Select[tuple[datetime, UUID]]:
    """Signs of life, the newest first; after: only those behind a place."""
    statement = select(events.c.at, events.c.profile_id).where(is_sign(events))
    if after is not None:
        statement = statement.where(_before(events.c.at, events.c.profile_id, after))
    return statement.order_by(events.c.at.desc(), events.c.profile_id.desc())


def _not_yet(after: Place | None) -> list[ColumnElement[bool]]:
    """Whether somebody was not met on an earlier page. The offset keeps PostgreSQL from joining all of events."""
    if after is None:
        return []
    newer = events.alias("newer")
    is_newer = (
        newer.c.profile_id == profiles.c.id,
        newer.c.at >= after.at,
        ~_before(newer.c.at, newer.c.profile_id, after),
        is_sign(newer),
    )
    return [~select(literal(1)).where(*is_newer).correlate(profiles).offset(0).exists()]


def _before(at: ColumnElement[datetime], owner: ColumnElement[UUID], place: Place) -> ColumnElement[bool]:
    """Whether a sign stands behind a place."""
    return tuple_(at, owner) < tuple_(literal(place.at), literal(place.id))


def _looked_up(connection: Connection, wanted: Wanted, after: Place | None) -> Found | None:
    """All of them, by their words, sorted; None where that is too much."""
    if not can_be_looked_up(wanted):
        return None
    every = select(profiles.c.id).where(*conditions(wanted, profiles)).limit(SORTED + 1).cte("every")
    newest = (
        select(events.c.at.label("alive_at"))
        .where(events.c.profile_id == every.c.id, is_sign(events))
        .order_by(events.c.at.desc())
        .limit(1)
        .lateral()
    )
    signs = select(every.c.id, newest.c.alive_at).select_from(every.join(newest, true()))
    if after is not None:
        signs = signs.where(_before(newest.c.alive_at, every.c.id, after))
    page = signs.order_by(newest.c.alive_at.desc(), every.c.id.desc()).limit(PAGE + 1).subquery()
    theirs = select(*_COLUMNS, page.c.alive_at).join(page, profiles.c.id == page.c.id).subquery()
    counting = select(func.count().label("counted")).select_from(every).subquery()
    statement = select(counting.c.counted, theirs).select_from(counting.join(theirs, true(), isouter=True))
    with at_most(connection, PATIENCE_MS) as answered:
        connection.execute(select(func.set_config("enable_seqscan", "off", True)))
        ordered = statement.order_by(theirs.c.alive_at.desc(), theirs.c.id.desc())
        answered += connection.execute(ordered).all()
    if not answered or answered[0].counted > SORTED:
        return None
    return _page([_met(row[1:]) for row in answered if row.id], answered[0].counted)


def _page(met: list[tuple[FoundRow, datetime]], count: int | None) -> Found:
    shown = met[:PAGE]
    after = Place(0, shown[-1][1], shown[-1][0].id) if len(met) > PAGE else None
    return Found([row for row, _ in shown], after, True, count)


def _met(row: Sequence[Any]) -> tuple[FoundRow, datetime]:
    return FoundRow(*row[:-1]), row[-1]
