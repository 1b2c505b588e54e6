"""How far work has come that goes through rows in the order of their time."""

from datetime import UTC, datetime

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from bridge.store.tables import watermarks

BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
"""Where work begins of which nothing is done yet."""

_LOCKS = 0x7761
"""Apart from other advisory locks, which have one number."""


def take(connection: Connection, name: str) -> datetime | None:
    """Until when it is done; nobody else takes it until this transaction ends. None: somebody else is at it."""
    lock = func.pg_try_advisory_xact_lock(_LOCKS, func.hashtext(name))
    if not connection.scalar(select(lock)):
        return None
    return since(connection, name) or BEGINNING


def move(connection: Connection, name: str, until: datetime) -> None:
    """Note until when it is done. The caller has taken it."""
    mark = insert(watermarks).values(name=name, until=until)
    connection.execute(mark.on_conflict_do_update(index_elements=["name"], set_={"until": until}))


def since(connection: Connection, name: str) -> datetime | None:
    """The moment that was noted; None when none was."""
    return connection.scalar(select(watermarks.c.until).where(watermarks.c.name == name))


def note_alone(connection: Connection, family: str, name: str, now: datetime) -> None:
    """Note since when something is so, unless it was so before; all else of its family is so no more."""
    whole = f"{family} {name}"
    others = watermarks.c.name.startswith(f"{family} ", autoescape=True)
    connection.execute(delete(watermarks).where(others, watermarks.c.name != whole))
    mark = insert(watermarks).values(name=whole, until=now)
    connection.execute(mark.on_conflict_do_nothing(index_elements=["name"]))
