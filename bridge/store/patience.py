"""Statements that get only so much time, as an attempt: what they find in it counts, else nothing happened."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Row, func, select
from sqlalchemy.exc import OperationalError

ROOM = "32MB"
"""For the rows of a frequent word; with less PostgreSQL remembers pages alone, and reads all that stand on them."""
CANCELLED = "57014"


@contextmanager
def at_most(connection: Connection, milliseconds: int) -> Iterator[list[Row[Any]]]:
    """A list for what is found within that time; it stays empty when the time was too short."""
    found: list[Row[Any]] = []
    connection.exec_driver_sql("savepoint attempt")
    try:
        connection.execute(
            select(
                func.set_config("statement_timeout", str(milliseconds), True),
                func.set_config("work_mem", ROOM, True),
            )
        )
        yield found
    except OperationalError as error:
        if not _is_too_late(error):
            raise
        found.clear()
    finally:
        _take_back(connection)


def _take_back(connection: Connection) -> None:
    """Back to before the attempt, and with it the settings.

    Until then its time is that of every statement, so that on a busy machine even this one may come too late.
    """
    for is_last in (False, False, False, True):
        try:
            connection.exec_driver_sql("rollback to savepoint attempt")
        except OperationalError as error:
            if is_last or not _is_too_late(error):
                raise
        else:
            return


def _is_too_late(error: OperationalError) -> bool:
    return getattr(error.orig, "sqlstate", None) == CANCELLED
