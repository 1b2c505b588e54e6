"""Rows of the ledger. They are added and never changed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, and_, exists, insert, select

from bridge.scoring.ledger import Entry
from bridge.store.rows import values_of
from bridge.store.tables import ledger


def add(connection: Connection, profile_id: UUID, entries: Iterable[Entry], program_version: str) -> None:
    """Write entries down. The caller holds the lock on the profile's row."""
    rows = [
        {**values_of(entry), "profile_id": profile_id, "program_version": program_version}
        for entry in entries
    ]
    if rows:
        connection.execute(insert(ledger), rows)


def of_profiles(connection: Connection, profile_ids: Iterable[UUID]) -> dict[UUID, list[Entry]]:
    """All entries of some profiles, in the order they were written."""
    statement = select(ledger).where(ledger.c.profile_id.in_(list(profile_ids))).order_by(ledger.c.seq)
    found: dict[UUID, list[Entry]] = {}
    for row in connection.execute(statement):
        found.setdefault(row.profile_id, []).append(_entry(row))
    return found


def of_profile(connection: Connection, profile_id: UUID) -> list[Entry]:
    """All entries of one profile, in the order they were written."""
    return of_profiles(connection, [profile_id]).get(profile_id, [])


def expired(connection: Connection, now: datetime, limit: int = 500) -> list[tuple[UUID, Entry]]:
    """Entries whose time is over and that nothing took back yet, with their profiles."""
    undo = ledger.alias("undo")
    statement = (
        select(ledger)
        .where(
            ledger.c.expires_at <= now,
            ~exists(select(undo.c.id).where(and_(undo.c.undoes == ledger.c.id))),
        )
        .order_by(ledger.c.expires_at)
        .limit(limit)
    )
    return [(row.profile_id, _entry(row)) for row in connection.execute(statement)]


def _entry(row: Row[Any]) -> Entry:
    values = dict(row._mapping)
    del values["profile_id"], values["program_version"], values["seq"]
    return Entry(**values)
