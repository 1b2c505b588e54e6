"""The baseline of everything that ends in rows: `COPY` of the very rows, as fast as PostgreSQL takes them."""

from collections.abc import Iterable, Mapping, Sequence
from time import perf_counter
from typing import Any

from psycopg import Cursor, sql
from psycopg.types.json import Jsonb
from sqlalchemy import Column, Engine, Table
from sqlalchemy.dialects.postgresql import JSONB


def copy_rows(engine: Engine, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Fill a table. Every row has the same columns."""
    many = list(rows)
    columns = [column for column in table.c if column.name in many[0]]
    names = sql.SQL(", ").join(sql.Identifier(column.name) for column in columns)
    command = sql.SQL("copy {} ({}) from stdin").format(sql.Identifier(table.name), names)
    with engine.begin() as connection, _cursor(connection) as cursor, cursor.copy(command) as copy:
        for row in many:
            copy.write_row([_stored(one, row[one.name]) for one in columns])


def _stored(column: Column[Any], value: Any) -> Any:
    return Jsonb(value) if isinstance(column.type, JSONB) else value


def rows_of(engine: Engine, tables: Sequence[Table]) -> dict[Table, bytes]:
    """What stands in the tables, as `COPY` writes it."""
    found = {}
    with engine.begin() as connection, _cursor(connection) as cursor:
        for table in tables:
            command = sql.SQL("copy (select * from {}) to stdout").format(sql.Identifier(table.name))
            with cursor.copy(command) as copy:
                found[table] = b"".join(bytes(block) for block in copy)
    return found


def copy_back(engine: Engine, rows: Mapping[Table, bytes]) -> float:
    """Write such rows into the emptied tables, in one transaction; how many seconds that took, with its commit."""
    began = perf_counter()
    with engine.begin() as connection, _cursor(connection) as cursor:
        for table, block in rows.items():
            with cursor.copy(sql.SQL("copy {} from stdin").format(sql.Identifier(table.name))) as copy:
                copy.write(block)
    return perf_counter() - began


def empty(engine: Engine, tables: Iterable[Table]) -> None:
    """Leave nothing in these tables, nor in those that hang on them."""
    names = sql.SQL(", ").join(sql.Identifier(table.name) for table in tables)
    with engine.begin() as connection, _cursor(connection) as cursor:
        cursor.execute(sql.SQL("truncate {} cascade").format(names))


def settle(engine: Engine) -> None:
    """Let PostgreSQL know its tables before anything is measured."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("vacuum analyze")


def _cursor(connection: Any) -> Cursor[Any]:
    """Of the driver, which alone speaks COPY."""
    return connection.connection.cursor()  # type: ignore[no-any-return]
