"""Rows of the outbox that somebody decides about by hand: tried again together, or dropped."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, Update, func, update

from bridge.store.outbox import WAITING, afresh, finished
from bridge.store.tables import outbox

DROPPED = "dropped by hand"


def retry_dead(connection: Connection, now: datetime) -> list[UUID]:
    """Make every dead delivery due again; returns their ids."""
    statement = update(outbox).where(outbox.c.state == "dead").values(afresh(now)).returning(outbox.c.id)
    return list(connection.scalars(statement))


def drop(connection: Connection, delivery_id: UUID, now: datetime) -> bool:
    """Decide that a delivery that waits or is dead will never be sent; False when it is neither."""
    undecided = outbox.c.state.in_((*WAITING, "dead"))
    return connection.execute(_dropped(now).where(outbox.c.id == delivery_id, undecided)).rowcount == 1


def drop_dead(connection: Connection, now: datetime) -> int:
    """Decide so about every dead delivery; returns how many that were."""
    return connection.execute(_dropped(now).where(outbox.c.state == "dead")).rowcount


def _dropped(now: datetime) -> Update:
    """What was said before stays readable behind our words."""
    words = func.concat_ws("; ", DROPPED, outbox.c.error)
    return update(outbox).values(finished("refused", now, words))
