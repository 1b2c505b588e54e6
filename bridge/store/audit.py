"""Who saw and did what on the console: rows that are added and never changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Text, cast, func, insert, select, text, tuple_
from sqlalchemy.dialects import postgresql

from bridge.store.rows import values_of
from bridge.store.tables import audit_log


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One deed. who: the account's address, or the name of a command or of a reader. what: such as "person.seen".

    kind, subject: what it was done to, such as "profile" and its id; no word about a lead stands here.
    """

    id: UUID
    at: datetime
    who: str
    what: str
    account_id: UUID | None = None
    kind: str | None = None
    subject: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    ip: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """Which deeds are wanted; None for any. since, until: moments, the second one is not included."""

    who: str | None = None
    what: str | None = None
    subject: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the log."""

    at: datetime
    id: UUID


def note(connection: Connection, row: AuditRow) -> None:
    """Write a deed down."""
    connection.execute(insert(audit_log).values(**values_of(row)))


def note_once(connection: Connection, row: AuditRow) -> None:
    """The same, unless it was done; for what may be tried again."""
    statement = postgresql.insert(audit_log).values(**values_of(row))
    connection.execute(statement.on_conflict_do_nothing(index_elements=["id"]))


def before(connection: Connection, asked: Asked, place: Place | None, limit: int) -> list[AuditRow]:
    """Deeds that are older than a place, the newest first."""
    statement = select(audit_log).where(*_conditions(asked))
    if place:
        statement = statement.where(tuple_(audit_log.c.at, audit_log.c.id) < (place.at, place.id))
    ordered = statement.order_by(audit_log.c.at.desc(), audit_log.c.id.desc()).limit(limit)
    return [AuditRow(**row._mapping) for row in connection.execute(ordered)]


def changed_accounts(connection: Connection, *what: str, who: str | None = None) -> set[str]:
    """Ids of the accounts to which one of these deeds was done, by others or by their owners. who: by whom alone."""
    columns = audit_log.c
    whose = func.coalesce(columns.subject, cast(columns.account_id, Text))
    statement = select(whose).where(columns.what.in_(what), *([columns.who == who] if who else []))
    return {one for one in connection.scalars(statement.distinct()) if one}


def kinds(connection: Connection) -> list[str]:
    """All words for deeds that occur, found by leaps through an index, however long the log is."""
    return list(connection.execute(_KINDS).scalars())


_KINDS = text(
    """
    with recursive found as (
        (select what from audit_log order by what limit 1)
        union all
        select (select what from audit_log where what > found.what order by what limit 1)
        from found where found.what is not null
    )
    select what from found where what is not null
    """
)


def _conditions(asked: Asked) -> list[ColumnElement[bool]]:
    columns = audit_log.c
    named = {columns.who: asked.who, columns.what: asked.what, columns.subject: asked.subject}
    found = [column == value for column, value in named.items() if value is not None]
    if asked.since is not None:
        found.append(columns.at >= asked.since)
    if asked.until is not None:
        found.append(columns.at < asked.until)
    return found
