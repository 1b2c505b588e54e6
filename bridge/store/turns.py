"""Rows of mails of sequences that wait for one another, because they go to the same person."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Connection, func, literal, select, update

from bridge.store.outbox import takeable
from bridge.store.sets import among
from bridge.store.tables import mails, outbox


class Turn(NamedTuple):
    """A mail that is due: whose it is, when it was prepared, and as which step of which series."""

    id: UUID
    profile_id: UUID
    created_at: datetime
    sequence: str | None
    step: int | None


def take(connection: Connection, profile_ids: Iterable[UUID]) -> None:
    """Let others who take turns about these people's mails wait until this transaction ends."""
    keys = sorted(int.from_bytes(one.bytes[:8], "big", signed=True) for one in profile_ids)
    each = func.unnest(literal(keys, ARRAY(BigInteger))).column_valued("key")
    connection.execute(select(func.pg_advisory_xact_lock(each)))


def due_to(connection: Connection, profile_ids: Iterable[UUID], template: str, now: datetime) -> list[Turn]:
    """Mails of a template to these people that are due, and that nobody is at; also those that a dead worker left."""
    statement = (
        select(outbox.c.id, outbox.c.profile_id, outbox.c.created_at, mails.c.sequence, mails.c.step)
        .join(mails, mails.c.id == outbox.c.id)
        .where(
            among(outbox.c.profile_id, profile_ids),
            outbox.c.template == template,
            takeable(now),
        )
    )
    return [Turn(*row) for row in connection.execute(statement)]


def bring_on(
    connection: Connection, profile_ids: Iterable[UUID], whys: Iterable[str], now: datetime
) -> list[UUID]:
    """Let what was put off for these reasons be due at once; returns its ids. whys: as they stand in `error`."""
    statement = (
        update(outbox)
        .where(
            among(outbox.c.profile_id, profile_ids),
            outbox.c.state == "due",
            outbox.c.error.in_(list(whys)),
            outbox.c.due_at > now,
        )
        .values(due_at=now)
    )
    return list(connection.scalars(statement.returning(outbox.c.id)))
