"""Finding people by when they did something last: the index of what people do is walked through from its newest end.

Who is met there for the first time stands next in the list. What is true of so few that none of them is met soon is
looked up by its words, and sorted. Only where that is too much, the walk goes on piece by piece.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, FromClause, Select, func, literal, select, true, tuple_

from bridge.profiles.finding import Wanted
from bridge.store.finding import (
    PAGE,
    Bounds,
    Found,
    FoundRow,
    Place,
    can_be_looked_up,
    conditions,
    counted,
    plan_anew,
)
from bridge.store.guesses import about_as_many, is_soon_read
from bridge.store.patience import at_most
from bridge.store.silence import is_sign
from bridge.store.tables import events, profiles

SIGNS = Bounds(at_first=1_000, further=1_000, many=2_000, most=2_000)
"""Signs of life that are walked through, and people whose newest sign is looked up one by one."""
PATIENCE_MS = 35
"""For finding out who they are, and for their newest signs."""

_COLUMNS = [profiles.c[name] for name in FoundRow.__slots__]


@dataclass(frozen=True, slots=True)
class _Walk:
    """Those who were met, at most one more than a page, each with when.

    end: where it ended short of a full page and of the last sign.
    """

    met: list[tuple[FoundRow, datetime]]
    end: Place | None


def find_alive(
    connection: Connection, wanted: Wanted, after: Place | None = None, bounds: Bounds = SIGNS
) -> Found:
    """The people that are asked for, a page of them. Whoever never gave a sign of life is not among them."""
    plan_anew(connection)
    walk = _walked(connection, wanted, after, bounds.at_first)
    if walk.end is None:
        is_all = after is None and len(walk.met) <= PAGE
        return _page(walk.met, len(walk.met) if is_all else counted(connection, wanted, bounds))
    passed = _passed(connection, after, bounds.at_first)
    is_many = about_as_many(connection, len(walk.met), passed) > bounds.many
    looked_up = None if is_many else _looked_up(connection, wanted, after, bounds)
    return looked_up or _joined(walk, _walked(connection, wanted, walk.end, bounds.further))


def _joined(first: _Walk, more: _Walk) -> Found:
    """Whoever was met at first and is met on the next stretch, and where to go on."""
    met = [*first.met, *more.met]
    if len(met) > PAGE or more.end is None:
        return _page(met, None)
    return Found([row for row, _ in met], more.end, False, None)


def _walked(connection: Connection, wanted: Wanted, after: Place | None, most: int) -> _Walk:
    """Whoever is met among so many signs of life."""
    signs = _signs(after).limit(most).subquery()
    person = (
        select(*_COLUMNS)
        .where(profiles.c.id == signs.c.profile_id, *conditions(wanted, profiles), _is_newest(signs))
        .offset(0)
        .lateral()
    )
    statement = select(*(person.c[one.name] for one in _COLUMNS), signs.c.at)
    found = statement.select_from(signs.join(person, true()))
    in_order = found.order_by(signs.c.at.desc(), signs.c.profile_id.desc()).limit(PAGE + 1)
    met = [_met(row) for row in connection.execute(in_order)]
    if len(met) > PAGE:
        return _Walk(met, None)
    last = connection.execute(_signs(after).offset(most - 1).limit(1)).first()
    return _Walk(met, Place(0, last.at, last.profile_id) if last else None)


def _passed(connection: Connection, after: Place | None, most: int) -> int:
    """How many people gave the signs that are walked through at first: some give many, one after the other."""
    signs = _signs(after).limit(most).subquery()
    return connection.scalar(select(func.count(signs.c.profile_id.distinct()))) or 1


def _signs(after: Place | None) -> Select[tuple[datetime, UUID]]:
    """Signs of life, the newest first; after: only those behind a place."""
    statement = select(events.c.at, events.c.profile_id).where(is_sign(events)).distinct()
    if after is not None:
        statement = statement.where(_before(events.c.at, events.c.profile_id, after))
    return statement.order_by(events.c.at.desc(), events.c.profile_id.desc())


def _is_newest(signs: FromClause) -> ColumnElement[bool]:
    """Whether it is the person's newest sign, so that nobody is met twice, on whatever page.

    The offset keeps PostgreSQL from joining all of events.
    """
    newer = events.alias("newer")
    is_newer = (newer.c.profile_id == signs.c.profile_id, newer.c.at > signs.c.at, is_sign(newer))
    return ~select(literal(1)).where(*is_newer).correlate(signs).offset(0).exists()


def _before(at: ColumnElement[datetime], owner: ColumnElement[UUID], place: Place) -> ColumnElement[bool]:
    """Whether a sign stands behind a place."""
    return tuple_(at, owner) < tuple_(literal(place.at), literal(place.id))


def _looked_up(connection: Connection, wanted: Wanted, after: Place | None, bounds: Bounds) -> Found | None:
    """All of them, by their words, sorted; None where that is too much."""
    if not (can_be_looked_up(wanted) or wanted.stage) or not is_soon_read(connection, wanted, bounds.read):
        return None
    with at_most(connection, PATIENCE_MS) as answered:
        connection.execute(select(func.set_config("enable_seqscan", "off", True)))
        answered += connection.execute(_sorted(wanted, after, bounds.most)).all()
    if not answered or answered[0].counted > bounds.most:
        return None
    return _page([_met(row[1:]) for row in answered if row.id], answered[0].counted)


def _sorted(wanted: Wanted, after: Place | None, most: int) -> Select[Any]:
    """How many they are, a page of them, and one more, each with their newest sign; nobody where they are more."""
    every = select(profiles.c.id).where(*conditions(wanted, profiles)).limit(most + 1).cte("every")
    counted = select(func.count().label("counted")).select_from(every).subquery()
    newest = (
        select(events.c.at.label("alive_at"))
        .where(events.c.profile_id == every.c.id, is_sign(events))
        .order_by(events.c.at.desc())
        .limit(1)
        .lateral()
    )
    some = select(every.c.id, newest.c.alive_at).select_from(every.join(newest, true()))
    some = some.where(select(counted.c.counted).scalar_subquery() <= most)
    if after is not None:
        some = some.where(_before(newest.c.alive_at, every.c.id, after))
    page = some.order_by(newest.c.alive_at.desc(), every.c.id.desc()).limit(PAGE + 1).subquery()
    theirs = select(*_COLUMNS, page.c.alive_at).join(page, profiles.c.id == page.c.id).subquery()
    return (
        select(counted.c.counted, theirs)
        .select_from(counted.join(theirs, true(), isouter=True))
        .order_by(theirs.c.alive_at.desc(), theirs.c.id.desc())
    )


def _page(met: list[tuple[FoundRow, datetime]], count: int | None) -> Found:
    shown = met[:PAGE]
    after = Place(0, shown[-1][1], shown[-1][0].id) if len(met) > PAGE else None
    return Found([row for row, _ in shown], after, True, count)


def _met(row: Sequence[Any]) -> tuple[FoundRow, datetime]:
    return FoundRow(*row[:-1]), row[-1]
