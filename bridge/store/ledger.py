"""Rows of the ledger. They are added and never changed."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Result, and_, exists, func, select, tuple_, union_all

from bridge.scoring.ledger import SCORE, Entry
from bridge.store import shown_interests
from bridge.store.rows import values_of
from bridge.store.sets import among, insert_all, rows_from
from bridge.store.tables import ledger

_ENTRY = tuple(ledger.c[name] for name in Entry.__slots__)
Entries = dict[UUID, list[Entry]]
"""Profile → entries in the order they were written."""


def add(connection: Connection, entries: Iterable[tuple[UUID, Entry]], program_version: str) -> None:
    """Write entries of some profiles down, and with them which interests they show.

    The caller holds the locks on the profiles' rows.
    """
    new = list(entries)
    insert_all(
        connection,
        ledger,
        (
            {**values_of(entry), "profile_id": owner, "program_version": program_version}
            for owner, entry in new
        ),
    )
    shown_interests.keep(connection, new)


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


class Expired(NamedTuple):
    """An entry whose time is over. seq: the place in the order of writing."""

    owner: UUID
    seq: int
    expires_at: datetime
    entry: Entry


def expired(
    connection: Connection, now: datetime, since: datetime | None, after: Expired | None, limit: int
) -> list[Expired]:
    """Entries whose time is over and that nothing took back yet, by when it was.

    since: only those for which it was then or later. after: only those behind this one.
    """
    undo, place = ledger.alias("undo"), (ledger.c.expires_at, ledger.c.seq)
    statement = (
        select(ledger.c.profile_id, ledger.c.seq, ledger.c.expires_at, *_ENTRY)
        .where(ledger.c.expires_at <= now, ~exists(select(undo.c.id).where(undo.c.undoes == ledger.c.id)))
        .order_by(*place)
        .limit(limit)
    )
    if since is not None:
        statement = statement.where(ledger.c.expires_at >= since)
    if after is not None:
        statement = statement.where(tuple_(*place) > tuple_(after.expires_at, after.seq))
    found = connection.execute(statement).all()
    return [Expired(owner, seq, at, _entry(entry)) for owner, seq, at, *entry in found]


def undone(connection: Connection, entries: Iterable[UUID]) -> set[UUID]:
    """Those of the entries that were taken back."""
    return set(connection.scalars(select(ledger.c.undoes).where(among(ledger.c.undoes, entries))))


def _by_profile(result: Result[Any]) -> Entries:
    found: Entries = {}
    for row in result.all():
        found.setdefault(row[0], []).append(_entry(row[1:]))
    return found


def _entry(values: Sequence[Any]) -> Entry:
    return Entry(*values)
