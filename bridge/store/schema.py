"""The schema's version: where the database is, where it should be, and the way there."""

import time
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

_FOLDER = Path(__file__).parent / "migrations"
_LOCK = 0x1EADB21D6E
_IN_EACH_OTHERS_WAY = {"40P01", "55P03"}
"""SQLSTATE of a deadlock, and of a lock that somebody else held for too long."""
_PAUSES = (0.2, 0.5, 1.0, 2.0, 5.0)


def migrate(engine: Engine) -> str:
    """Bring the schema to the newest version and return its name. Two at once wait for each other."""
    with engine.connect() as connection:
        connection.execute(text("select pg_advisory_lock(:lock)"), {"lock": _LOCK})
        connection.commit()
        try:
            _upgrade(connection)
        finally:
            connection.execute(text("select pg_advisory_unlock(:lock)"), {"lock": _LOCK})
            connection.commit()
    return newest()


def _upgrade(connection: Connection) -> None:
    """All steps in one transaction, which waits for others at work and gives way when they wait for it, too."""
    for pause in (*_PAUSES, None):
        try:
            command.upgrade(config(connection), "head")
            connection.commit()
            return
        except DBAPIError as error:
            if pause is None or getattr(error.orig, "sqlstate", None) not in _IN_EACH_OTHERS_WAY:
                raise
            connection.rollback()
            time.sleep(pause)


def newest() -> str:
    """The version that this code needs."""
    return ScriptDirectory(str(_FOLDER)).get_current_head() or ""


def current(connection: Connection) -> str | None:
    """The version that the database has; None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def config(connection: Connection) -> Config:
    """Alembic's configuration for one connection."""
    settings = Config()
    settings.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    settings.attributes["connection"] = connection
    return settings
