"""Connections to PostgreSQL."""

import msgspec
from sqlalchemy import Connection, Engine, create_engine, func, literal, make_url, select
from sqlalchemy.dialects.postgresql import Insert
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

Unavailable = (OperationalError, InterfaceError, PoolTimeout)
"""What SQLAlchemy raises when the database is away, too slow, or out of connections."""


PASSING = ("08", "40", "42703", "42P01", "53", "55P03", "57")
"""SQLSTATE classes of what passes: connection, rollback, resources, lock not available, operator intervention.

And a column or table that is not there: the schema is just being brought up to date."""


FROZEN_MS = 30_000
"""Whoever does nothing for so long in the midst of a transaction is frozen or unreachable, and loses its locks."""

NOT_FREE = "55P03"

_PROBES = {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3}
"""Seconds, seconds, times: a connection to nowhere is found within eleven seconds by either side."""
_UNHEARD_MS = 10_000
"""The system itself repeats what nobody acknowledged for a quarter of an hour, at ever longer intervals."""


def make_engine(url: str, *, pool_size: int = 5, patience_ms: int | None = None) -> Engine:
    """An engine for a `postgresql://` URL.

    patience_ms: a statement that takes longer is cancelled (for pages); None means no limit.
    """
    address = make_url(url).set(drivername="postgresql+psycopg")
    options = f"-c timezone=UTC -c idle_in_transaction_session_timeout={FROZEN_MS}"
    options += "".join(f" -c tcp_{name}={value}" for name, value in _PROBES.items())
    if patience_ms is None:
        options += " -c lock_timeout=10000"
    else:
        options += f" -c statement_timeout={patience_ms} -c lock_timeout={patience_ms}"
    return create_engine(
        address,
        pool_size=pool_size,
        max_overflow=5,
        pool_timeout=1,
        pool_pre_ping=True,
        hide_parameters=True,
        json_deserializer=msgspec.json.decode,
        connect_args={"connect_timeout": 2, "tcp_user_timeout": _UNHEARD_MS, "options": options, **_PROBES},
    )


def is_unavailable(error: BaseException) -> bool:
    """Whether an error means that the database is away, rather than that the data are wrong."""
    if isinstance(error, PoolTimeout):
        return True
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    if error.connection_invalidated or (state is None and isinstance(error, Unavailable)):
        return True
    return isinstance(state, str) and state.startswith(PASSING)


def is_away(error: BaseException) -> bool:
    """Whether there was no connection at all, or it was lost: of what is_unavailable says, what touches everybody."""
    if not isinstance(error, DBAPIError) or not is_unavailable(error):
        return False
    state = getattr(error.orig, "sqlstate", None)
    return error.connection_invalidated or state is None or state.startswith(("08", "57P"))


def wait_at_most(connection: Connection, milliseconds: int) -> None:
    """From here to the end of this transaction, wait no longer for what somebody else holds; see is_held."""
    connection.execute(select(func.set_config("lock_timeout", f"{milliseconds}ms", True)))


def is_held(error: BaseException) -> bool:
    """Whether an error means that somebody else held something for longer than we wait."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) == NOT_FREE


def was_inserted(connection: Connection, statement: Insert) -> bool:
    """Run an insert of one row that leaves conflicting rows alone; whether the row is new.

    The driver does not count inserted rows reliably, so the row itself has to answer.
    """
    return connection.execute(statement.returning(literal(1))).first() is not None
