"""Reading much at once: as of one moment, for so long and no longer, and one reader at a time."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, func, select

from bridge.store.database import wait_at_most
from bridge.store.reactions import take_room

_LONGEST_MS = 30_000
_PATIENCE_MS = 2_000
_ONE_AT_A_TIME = 0x4C425250
"""The number of the lock that whoever reads for a page holds."""


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection that sees the database as it was at one moment, and can change nothing.

    Whoever waits for another reader for two seconds, or reads for thirty, gets an error that says “unavailable”.
    """
    reader = engine.connect().execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with reader as connection, connection.begin():
        connection.execute(select(func.set_config("statement_timeout", str(_LONGEST_MS), True)))
        wait_at_most(connection, _PATIENCE_MS)
        connection.execute(select(func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
        take_room(connection)
        yield connection
