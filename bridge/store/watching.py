"""Whom we may watch, and what watching saw that must not count any more."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Connection, delete, select

from bridge.program.events import WATCHED
from bridge.store import stale_days
from bridge.store.tables import events, profiles


def objecting(connection: Connection, profile_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the people who object to being known by what they do."""
    statement = select(profiles.c.id).where(profiles.c.id.in_(list(profile_ids)), profiles.c.objected)
    return set(connection.scalars(statement))


def drop_resting(connection: Connection, profile_id: UUID) -> None:
    """Forget what was seen of a person and has not counted yet. What counted is part of the ledger and stays."""
    resting = (
        events.c.profile_id == profile_id,
        events.c.kind.in_(WATCHED),
        events.c.scored_at.is_(None),
    )
    gone = connection.execute(delete(events).where(*resting).returning(events.c.kind, events.c.at))
    stale_days.mark(connection, [at for kind, at in gone if kind == "page.visited"])
