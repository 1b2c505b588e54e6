"""Rows of the outbox that somebody decides about by hand: tried again together, or dropped."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, Select, Update, func, select, update

from bridge.store.outbox import WAITING, afresh, finished
from bridge.store.tables import outbox

UNDECIDED = (*WAITING, "dead")
DROPPED = "dropped by hand"


def retry_dead(connection: Connection, now: datetime, limit: int | None = None) -> list[UUID]:
    """Make every dead delivery due again, or so many, the oldest first; returns their ids."""
    statement = update(outbox).where(outbox.c.id.in_(_dead(limit))).values(afresh(now))
    return list(connection.scalars(statement.returning(outbox.c.id)))


def drop(connection: Connection, delivery_id: UUID, now: datetime) -> bool:
    """Decide that a delivery that waits or is dead will never be sent; False when it is neither."""
    undecided = outbox.c.state.in_(UNDECIDED)
    return connection.execute(_dropped(now).where(outbox.c.id == delivery_id, undecided)).rowcount == 1


def drop_dead(connection: Connection, now: datetime, limit: int | None = None) -> int:
    """Decide so about every dead delivery, or so many, the oldest first; returns how many that were."""
    return connection.execute(_dropped(now).where(outbox.c.id.in_(_dead(limit)))).rowcount


def _dead(limit: int | None) -> Select[tuple[UUID]]:
    """Those that nobody else is just deciding about."""
    dead = select(outbox.c.id).where(outbox.c.state == "dead")
    return dead.order_by(outbox.c.created_at, outbox.c.id).limit(limit).with_for_update(skip_locked=True)


def _dropped(now: datetime) -> Update:
    """What was said before stays readable behind our words."""
    words = func.concat_ws("; ", DROPPED, outbox.c.error)
    return update(outbox).values(finished("refused", now, words))
