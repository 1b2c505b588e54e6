"""Reading out whole tables: row by row as of one moment, without holding them in memory, or a page at a time."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Engine,
    Row,
    Select,
    Table,
    func,
    literal_column,
    select,
)

from bridge.store.day_facts import WENT_ON
from bridge.store.paging import Page, Place, page_of
from bridge.store.tables import events, handovers, profiles

What = Literal["profiles", "events", "handovers"]
WHATS: tuple[What, ...] = ("profiles", "events", "handovers")

AT_ONCE = 1000
"""Rows that are fetched together."""
LONGEST_LOOK = timedelta(seconds=30)
"""For so many rows, where nobody waits in front of a browser: the file is on its way."""

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
            *("id", "profile_id", "email", "name", "company", "crossing", "state", "went_on", "cause"),
            *("sales_person", "team", "measure", "score", "at", "due_at", "reacted_at", "decided_at"),
            *("reason", "note", "amount", "currency", "decided_on", "submission_id"),
        ),
    ),
}


def _field(name: str) -> ColumnElement[str]:
    return func.nullif(profiles.c.fields[name].astext, "")


_BESIDES: Mapping[str, ColumnElement[Any]] = {
    "email": profiles.c.email,
    "name": func.nullif(func.concat_ws(" ", _field("first_name"), _field("last_name")), ""),
    "company": _field("company"),
    "went_on": literal_column(WENT_ON, Boolean(create_constraint=False)),
}
"""What a hand-over says of its person, and whether a colleague got the lead instead; see docs/export.md."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows; None for any. since, until: when they came or happened, the second is not included.

    kind, profile: of events alone.
    """

    since: datetime | None = None
    until: datetime | None = None
    kind: str | None = None
    profile: UUID | None = None


ALL = Wanted()


def columns_of(what: What) -> tuple[str, ...]:
    """The names of what is read out, in the order of each row."""
    return _TABLES[what][2]


def columns(what: What) -> list[ColumnElement[Any]]:
    """What is read out, by its names: as the tables have it, or made of them."""
    table, _, names = _TABLES[what]
    return [table.c[name] if name in table.c else _BESIDES[name].label(name) for name in names]


@contextmanager
def reading(engine: Engine, patience: timedelta | None = None) -> Iterator[Connection]:
    """A connection that sees one moment, changes nothing, and fetches rows as they are asked for.

    patience: how long whoever takes the rows may rest between two of them; None for as long as is usual.
    """
    with (
        engine.connect().execution_options(**_ONE_MOMENT, yield_per=AT_ONCE) as connection,
        connection.begin(),
    ):
        if patience is not None:
            rests = _timeout("idle_in_transaction_session_timeout", patience)
            connection.execute(rests, execution_options={"stream_results": False})
        yield connection


@contextmanager
def one_look(engine: Engine) -> Iterator[Connection]:
    """A connection for a page of them: it sees one moment, changes nothing, and works at nothing for long."""
    with engine.connect().execution_options(**_ONE_MOMENT) as connection, connection.begin():
        connection.execute(_timeout("statement_timeout", LONGEST_LOOK))
        yield connection


_ONE_MOMENT: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


def _timeout(name: str, patience: timedelta) -> Select[Any]:
    """Set it from here to the end of the transaction."""
    milliseconds = patience // timedelta(milliseconds=1)
    return select(func.set_config(name, str(milliseconds), True))


def count(connection: Connection, what: What, wanted: Wanted = ALL) -> int:
    """How many rows there are."""
    statement = _such(select(func.count()).select_from(_TABLES[what][0]), what, wanted)
    return int(connection.execute(statement, execution_options={"stream_results": False}).scalar_one())


def rows(connection: Connection, what: What, wanted: Wanted = ALL) -> Iterator[Sequence[Row[Any]]]:
    """The rows, the oldest first, so many at once. connection: from `reading`."""
    table, moment, _ = _TABLES[what]
    statement = _such(_rows_of(what), what, wanted).order_by(table.c[moment], table.c.id)
    yield from connection.execute(statement).partitions(AT_ONCE)


def page(
    connection: Connection, what: What, wanted: Wanted, limit: int, after: Place | None
) -> Page[Row[Any]]:
    """So many rows behind a place, the oldest first."""
    table, moment, _ = _TABLES[what]
    statement = _such(_rows_of(what), what, wanted)
    return page_of(connection, statement, table.c[moment], table.c.id, _itself, limit=limit, after=after)


def _itself(row: Row[Any]) -> Row[Any]:
    return row


def _rows_of(what: What) -> Select[Any]:
    table = _TABLES[what][0]
    of_people = table.join(profiles, profiles.c.id == table.c.profile_id) if what == "handovers" else table
    return select(*columns(what)).select_from(of_people)


def _such(statement: Select[Any], what: What, wanted: Wanted) -> Select[Any]:
    table, moment, _ = _TABLES[what]
    if wanted.since is not None:
        statement = statement.where(table.c[moment] >= wanted.since)
    if wanted.until is not None:
        statement = statement.where(table.c[moment] < wanted.until)
    if wanted.kind is not None:
        statement = statement.where(table.c.kind == wanted.kind)
    if wanted.profile is not None:
        statement = statement.where(table.c.profile_id == wanted.profile)
    return statement
