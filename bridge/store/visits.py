"""Rows about pages that unknown browsers looked at."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, delete, select

from bridge.store import stale_days
from bridge.store.identities import VISITOR
from bridge.store.rows import values_of
from bridge.store.sets import among, insertion
from bridge.store.tables import identities, visits


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A visit as it is stored. id: that of its journal record."""

    id: UUID
    visitor: str
    at: datetime
    page: str
    title: str = ""
    referrer: str | None = None
    utm: Mapping[str, str] = field(default_factory=dict)
    language: str | None = None
    ip: str | None = None
    user_agent: str | None = None


def add(connection: Connection, rows: Iterable[VisitRow]) -> None:
    """Write visits down; one that is there already is left alone."""
    values = [values_of(row) for row in rows]
    if values:
        connection.execute(insertion(visits, values).on_conflict_do_nothing(index_elements=["id"]))


def known(connection: Connection, visitors: Iterable[str]) -> set[str]:
    """Those of the browsers that were here before."""
    return set(
        connection.scalars(select(visits.c.visitor).where(among(visits.c.visitor, visitors)).distinct())
    )


def take(connection: Connection, profile_ids: Iterable[UUID]) -> list[tuple[UUID, VisitRow]]:
    """Take the visits of these people's browsers out of the table, each with its person."""
    statement = delete(visits).where(*_of_browsers(profile_ids)).returning(identities.c.profile_id, *visits.c)
    taken = [dict(row._mapping) for row in connection.execute(statement)]
    return [(row.pop("profile_id"), VisitRow(**row)) for row in taken]


def drop_of_visitors(connection: Connection, visitors: Iterable[str]) -> None:
    """Forget the visits of some browsers, which are not counted any more."""
    gone = delete(visits).where(among(visits.c.visitor, visitors)).returning(visits.c.at)
    stale_days.mark(connection, connection.scalars(gone))


def _of_browsers(profile_ids: Iterable[UUID]) -> tuple[ColumnElement[bool], ...]:
    return (
        visits.c.visitor == identities.c.value,
        identities.c.kind == VISITOR,
        identities.c.profile_id.in_(list(profile_ids)),
    )
