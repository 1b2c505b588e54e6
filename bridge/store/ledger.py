"""Rows of the ledger. They are added and never changed."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Result, and_, exists, func, select, union_all

from bridge.scoring.ledger import SCORE, Entry
from bridge.store.rows import values_of
from bridge.store.sets import among, insert_all, rows_from
from bridge.store.tables import ledger

_ENTRY = tuple(ledger.c[name] for name in Entry.__slots__)
Entries = dict[UUID, list[Entry]]
"""Profile → entries in the order they were written."""


def add(connection: Connection, entries: Iterable[tuple[UUID, Entry]], program_version: str) -> None:
    """Write entries of some profiles down. The caller holds the locks on the profiles' rows."""
    insert_all(
        connection,
        ledger,
        (
            {**values_of(entry), "profile_id": owner, "program_version": program_version}
            for owner, entry in entries
        ),
    )


def of_profiles(connection: Connection, profile_ids: Iterable[UUID]) -> Entries:
    """All entries of some profiles."""
    statement = select(ledger.c.profile_id, *_ENTRY).where(among(ledger.c.profile_id, profile_ids))
    return _by_profile(connection.execute(statement.order_by(ledger.c.seq)))


def of_profile(connection: Connection, profile_id: UUID) -> list[Entry]:
    """All entries of one profile, in the order they were written."""
    return of_profiles(connection, [profile_id]).get(profile_id, [])


def of_keys(connection: Connection, keys: Iterable[tuple[UUID, str, str]]) -> Entries:
    """Entries of (profile, rule, once key), with what took them back."""
    columns = {name: ledger.c[name] for name in ("profile_id", "rule", "once_key")}
    asked = rows_from(columns, keys)
    given = (
        select(ledger)
        .join(asked, and_(*(column == asked.c[name] for name, column in columns.items())))
        .cte("given")
    )
    undoing = select(ledger).join(given, ledger.c.undoes == given.c.id)
    found = union_all(select(given), undoing).subquery()
    statement = select(found.c.profile_id, *(found.c[name] for name in Entry.__slots__))
    return _by_profile(connection.execute(statement.order_by(found.c.seq)))


def of_rules(connection: Connection, rules: Iterable[tuple[UUID, str]]) -> Entries:
    """All entries of (profile, rule), with what took them back."""
    asked = rows_from({"profile_id": ledger.c.profile_id, "rule": ledger.c.rule}, rules)
    same = and_(ledger.c.profile_id == asked.c.profile_id, ledger.c.rule == asked.c.rule)
    statement = select(ledger.c.profile_id, *_ENTRY).join(asked, same).order_by(ledger.c.seq)
    return _by_profile(connection.execute(statement))


def topic_scores(connection: Connection, profile_ids: Iterable[UUID]) -> dict[UUID, dict[str, int]]:
    """Profile → topic → points."""
    statement = (
        select(ledger.c.profile_id, ledger.c.topic, func.sum(ledger.c.points))
        .where(among(ledger.c.profile_id, profile_ids), ledger.c.topic != SCORE)
        .group_by(ledger.c.profile_id, ledger.c.topic)
    )
    found: dict[UUID, dict[str, int]] = {}
    for profile_id, topic, points in connection.execute(statement):
        found.setdefault(profile_id, {})[topic] = points
    return found


def expired(connection: Connection, now: datetime, limit: int = 500) -> list[tuple[UUID, Entry]]:
    """Entries whose time is over and that nothing took back yet, with their profiles."""
    undo = ledger.alias("undo")
    statement = (
        select(ledger.c.profile_id, *_ENTRY)
        .where(
            ledger.c.expires_at <= now,
            ~exists(select(undo.c.id).where(and_(undo.c.undoes == ledger.c.id))),
        )
        .order_by(ledger.c.expires_at)
        .limit(limit)
    )
    return [(row[0], _entry(row[1:])) for row in connection.execute(statement)]


def _by_profile(result: Result[Any]) -> Entries:
    found: Entries = {}
    for row in result.all():
        found.setdefault(row[0], []).append(_entry(row[1:]))
    return found


def _entry(values: Sequence[Any]) -> Entry:
    return Entry(*values)
