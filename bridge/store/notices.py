"""Rows about what was reported of mails that had left: each report once, and nothing that names a person."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.postgresql import insert

from bridge.store.database import was_inserted
from bridge.store.rows import values_of
from bridge.store.tables import notices


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One report. source, trouble, status: as in `Notice`. attributed: whether we know whom or what it is about."""

    id: UUID
    source: str
    trouble: str
    status: str
    attributed: bool
    at: datetime


def add(connection: Connection, row: NoticeRow) -> bool:
    """Write a report down; False when it was told before."""
    statement = insert(notices).values(**values_of(row))
    return was_inserted(connection, statement.on_conflict_do_nothing())


def counts(connection: Connection) -> dict[tuple[str, str, bool], int]:
    """(Source, trouble, attributed) → how many reports are remembered."""
    kinds = (notices.c.source, notices.c.trouble, notices.c.attributed)
    rows = connection.execute(select(*kinds, func.count()).group_by(*kinds))
    return {(source, trouble, attributed): count for source, trouble, attributed, count in rows}
