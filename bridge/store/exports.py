"""Reading out whole tables row by row, as of one moment and without holding them in memory."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Engine, Row, Select, Table, func, select

from bridge.store.tables import events, handovers, profiles

What = Literal["profiles", "events", "handovers"]
WHATS: tuple[What, ...] = ("profiles", "events", "handovers")

AT_ONCE = 1000
"""Rows that are fetched together."""

_TABLES: dict[What, tuple[Table, str, tuple[str, ...]]] = {
    "profiles": (
        profiles,
        "created_at",
        (
            *("id", "email", "company_domain", "language", "stage", "excluded", "objected", "score", "fit"),
            *("interests", "owner", "first_touch", "last_touch", "frequency", "pause_until", "resumes_at"),
            *("confirmed_at", "created_at", "fields"),
        ),
    ),
    "events": (events, "at", ("id", "profile_id", "kind", "at", "verdict", "mail_id", "data")),
    "handovers": (
        handovers,
        "at",
        (
            *("id", "profile_id", "crossing", "state", "cause", "sales_person", "team", "measure", "score"),
            *("at", "due_at", "reacted_at", "decided_at", "reason", "note", "amount", "currency"),
            *("decided_on", "submission_id"),
        ),
    ),
}


def columns_of(what: What) -> tuple[str, ...]:
    """The names of what is read out, in the order of each row."""
    return _TABLES[what][2]


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection that sees one moment, changes nothing, and fetches rows as they are asked for."""
    options: dict[str, Any] = {
        "isolation_level": "REPEATABLE READ",
        "postgresql_readonly": True,
        "yield_per": AT_ONCE,
    }
    with engine.connect().execution_options(**options) as connection, connection.begin():
        yield connection


def count(connection: Connection, what: What, since: datetime | None) -> int:
    """How many rows there are."""
    table, moment, _ = _TABLES[what]
    statement = _since(select(func.count()).select_from(table), table, moment, since)
    return int(connection.execute(statement, execution_options={"stream_results": False}).scalar_one())


def rows(connection: Connection, what: What, since: datetime | None) -> Iterator[Sequence[Row[Any]]]:
    """The rows, the oldest first, so many at once. since: only what was made or happened from then on."""
    table, moment, names = _TABLES[what]
    statement = _since(select(*(table.c[name] for name in names)), table, moment, since)
    yield from connection.execute(statement.order_by(table.c[moment], table.c.id)).partitions(AT_ONCE)


def _since(statement: Select[Any], table: Table, moment: str, since: datetime | None) -> Select[Any]:
    return statement if since is None else statement.where(table.c[moment] >= since)
