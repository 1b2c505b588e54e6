"""Rows about people's places in series."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Row,
    ScalarSelect,
    Select,
    and_,
    case,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from bridge.nurture.places import Place
from bridge.store.sets import among, insertion, rows_from
from bridge.store.tables import enrolments, mails

MOST_AT_ONCE = 20_000
"""People who are woken at a time; the next look finds the others."""

_COLUMNS = tuple(enrolments.c[name] for name in Place.__slots__)
_MOVING = tuple(name for name in Place.__slots__ if name not in {"profile_id", "sequence"})
"""What changes about a place, with its id."""


@dataclass(frozen=True, slots=True)
class Looks:
    """Which places of some people are to be looked at, besides those that are due.

    always: series of which every active place is; choosing: people of whom all places in `kin` are, also past ones.
    """

    always: Iterable[str] = ()
    choosing: Iterable[UUID] = ()
    kin: Iterable[str] = ()


def begin(connection: Connection, places: Iterable[Place]) -> None:
    """Write down places that start, or start anew. Somebody else's that is as new already stays as it is."""
    many = list(places)
    if not many:
        return
    new = insertion(enrolments, many)
    values = {name: new.excluded[name] for name in _MOVING if name != "id"}
    anew = new.on_conflict_do_update(
        index_elements=["profile_id", "sequence"],
        set_=values,
        where=enrolments.c.round < new.excluded.round,
    )
    connection.execute(anew)


def revive(
    connection: Connection, profile_ids: Iterable[UUID], now: datetime, one_of: Iterable[str] = ()
) -> None:
    """Take up series where they ended for want of consent, none sooner for it, and none of an event that is over.

    one_of: series of which a person is in one at most; the one that ended last goes on, and none while one is active.
    """
    for_an_event = and_(enrolments.c.due_at.is_(None), enrolments.c.waits_for.is_not(None))
    due_at = func.greatest(func.coalesce(enrolments.c.due_at, now), now)
    connection.execute(
        update(enrolments)
        .where(
            among(enrolments.c.profile_id, profile_ids),
            _lacks_consent(enrolments.c),
            or_(~among(enrolments.c.sequence, one_of), enrolments.c.id == _foremost(one_of)),
            or_(enrolments.c.event_at.is_(None), enrolments.c.event_at > now),
        )
        .values(
            state="active",
            due_at=case((for_an_event, None), else_=due_at),
            ended_at=None,
            ended_because=None,
        )
    )


def _lacks_consent(place: ReadOnlyColumnCollection[str, Column[Any]]) -> ColumnElement[bool]:
    """Whether a place ended for want of consent."""
    return and_(place.state == "ended", func.coalesce(place.ended_because, "no consent") == "no consent")


def _foremost(one_of: Iterable[str]) -> ScalarSelect[UUID]:
    """Of a person's places in some series the one that is active, else the one that wants of consent ended last."""
    other = enrolments.alias()
    return (
        select(other.c.id)
        .where(
            other.c.profile_id == enrolments.c.profile_id,
            among(other.c.sequence, one_of),
            or_(other.c.state == "active", _lacks_consent(other.c)),
        )
        .order_by((other.c.state == "active").desc(), other.c.ended_at.desc(), other.c.id)
        .limit(1)
        .correlate(enrolments)
        .scalar_subquery()
    )


def hear(connection: Connection, happened: Iterable[tuple[UUID, str, datetime]], now: datetime) -> None:
    """Let steps be due at once that wait for what happened. happened: (profile, kind of event, when)."""
    columns = {
        "profile_id": enrolments.c.profile_id,
        "kind": enrolments.c.waits_for,
        "at": enrolments.c.started_at,
    }
    heard = rows_from(columns, happened).c
    connection.execute(
        update(enrolments)
        .where(
            enrolments.c.profile_id == heard.profile_id,
            enrolments.c.state == "active",
            enrolments.c.waits_for == heard.kind,
            func.coalesce(enrolments.c.waits_since, enrolments.c.started_at) < heard.at,
        )
        .values(due_at=now, waits_for=None)
    )


def of_series(
    connection: Connection, profile_ids: Iterable[UUID], sequences: Iterable[str]
) -> dict[tuple[UUID, str], Place]:
    """(Person, series) → the place, for those who have one."""
    statement = select(*_COLUMNS).where(
        among(enrolments.c.profile_id, profile_ids), among(enrolments.c.sequence, sequences)
    )
    return {(one.profile_id, one.sequence): one for one in _places(connection.execute(statement).all())}


def to_look_at(
    connection: Connection, profile_ids: Iterable[UUID], now: datetime, besides: Looks
) -> list[Place]:
    """Places of some people that are due, and some besides. The caller holds the locks on the profiles' rows."""
    active = enrolments.c.state == "active"
    which = [and_(active, enrolments.c.due_at <= now)]
    if always := list(besides.always):
        which.append(and_(active, among(enrolments.c.sequence, always)))
    if choosing := list(besides.choosing):
        kin = among(enrolments.c.sequence, besides.kin)
        which.append(and_(among(enrolments.c.profile_id, choosing), kin))
    statement = (
        select(*_COLUMNS)
        .where(among(enrolments.c.profile_id, profile_ids), or_(*which))
        .order_by(enrolments.c.due_at, enrolments.c.id)
    )
    return list(_places(connection.execute(statement).all()))


def _places(rows: Iterable[Row[Any]]) -> Iterator[Place]:
    return (Place(*list(row)) for row in rows)


def profiles_due(connection: Connection, now: datetime, limit: int = MOST_AT_ONCE) -> list[UUID]:
    """Profiles with a step that is due."""
    statement = (
        select(enrolments.c.profile_id)
        .where(enrolments.c.state == "active", enrolments.c.due_at <= now)
        .distinct()
        .limit(limit)
    )
    return list(connection.scalars(statement))


def stranded(
    connection: Connection,
    waits: Iterable[tuple[str, str, str]],
    limit: int | None = None,
    profile_ids: Iterable[UUID] | None = None,
) -> list[Place]:
    """Active places that are never due, and wait for nothing that could bring them on.

    waits: (series, step, kind of event) of steps that wait for an event alone. profile_ids: only of these people.
    """
    columns = {name: enrolments.c[name] for name in ("sequence", "step_id", "waits_for")}
    known = rows_from(columns, waits).c
    waits_well = exists().where(*(known[name] == column for name, column in columns.items()))
    statement = (
        select(*_COLUMNS)
        .where(enrolments.c.state == "active", enrolments.c.due_at.is_(None), ~waits_well)
        .limit(limit)
    )
    if profile_ids is not None:
        statement = statement.where(among(enrolments.c.profile_id, profile_ids))
    return list(_places(connection.execute(statement).all()))


def completed_by(connection: Connection, mail_ids: Iterable[UUID]) -> list[Place]:
    """Places that have nothing behind these mails: each was the last one of its series, in the same round."""
    statement = _of_mails(mail_ids).where(
        enrolments.c.state == "completed", enrolments.c.next_step == mails.c.step + 1
    )
    return list(_places(connection.execute(statement.with_only_columns(*_COLUMNS)).all()))


def ended_of(connection: Connection, mail_ids: Iterable[UUID], causes: Iterable[str]) -> dict[UUID, str]:
    """Mail → why its series has ended, of mails whose series did for one of these causes, in the same round."""
    statement = _of_mails(mail_ids).where(
        enrolments.c.state == "ended", enrolments.c.ended_because.in_(list(causes))
    )
    return {row.id: row.ended_because for row in connection.execute(statement)}


def _of_mails(mail_ids: Iterable[UUID]) -> Select[UUID, str | None]:
    in_it = and_(
        enrolments.c.profile_id == mails.c.profile_id,
        enrolments.c.sequence == mails.c.sequence,
        enrolments.c.round == mails.c.round,
    )
    return (
        select(mails.c.id, enrolments.c.ended_because)
        .join_from(mails, enrolments, in_it)
        .where(among(mails.c.id, mail_ids))
    )


def look_again(connection: Connection, profile_ids: Iterable[UUID], because: str, now: datetime) -> None:
    """Let places be due at once that rest for that reason. The caller holds the locks on the profiles' rows."""
    connection.execute(
        update(enrolments)
        .where(
            among(enrolments.c.profile_id, profile_ids),
            enrolments.c.state == "active",
            enrolments.c.rests_because == because,
            enrolments.c.due_at > now,
        )
        .values(due_at=now)
    )


def put(connection: Connection, places: Iterable[Place]) -> None:
    """Write down how far places are. The caller holds the locks on the profiles' rows."""
    rows = [[getattr(one, name) for name in _MOVING] for one in places]
    if not rows:
        return
    far = rows_from({name: enrolments.c[name] for name in _MOVING}, rows).c
    values = {name: far[name] for name in _MOVING if name != "id"}
    connection.execute(update(enrolments).where(enrolments.c.id == far.id).values(values))


def end_unchosen(connection: Connection, profile_id: UUID, sequences: Iterable[str], now: datetime) -> None:
    """End series about topics that somebody did not choose, also those that consent would take up again."""
    enrolled = enrolments.c
    connection.execute(
        update(enrolments)
        .where(
            enrolled.profile_id == profile_id,
            among(enrolled.sequence, sequences),
            or_(enrolled.state == "active", _lacks_consent(enrolled)),
        )
        .values(
            state="ended",
            rests_because=None,
            ended_at=func.coalesce(enrolled.ended_at, now),
            ended_because="not chosen",
        )
    )


def put_off(connection: Connection, profile_id: UUID, now: datetime, until: datetime) -> None:
    """Let what is due at a person's places come later."""
    connection.execute(
        update(enrolments)
        .where(
            enrolments.c.profile_id == profile_id, enrolments.c.state == "active", enrolments.c.due_at <= now
        )
        .values(due_at=until)
    )


def end_all(connection: Connection, profile_ids: Iterable[UUID], now: datetime) -> None:
    """End every active series of some people for want of consent.

    When the next step was due is kept for those who come back.
    """
    connection.execute(
        update(enrolments)
        .where(among(enrolments.c.profile_id, profile_ids), enrolments.c.state == "active")
        .values(state="ended", rests_because=None, ended_at=now, ended_because="no consent")
    )
