"""Many rows in one statement: they travel as one array for each column, so that the statement is always the same."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Connection,
    Table,
    TableValuedAlias,
    any_,
    column,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import Insert, insert


def among(one: ColumnElement[Any], values: Iterable[Any]) -> ColumnElement[bool]:
    """Whether a column has one of these values."""
    return one == any_(literal(list(values), ARRAY(one.type)))


def rows_from(columns: Mapping[str, Column[Any]], rows: Iterable[Iterable[Any]]) -> TableValuedAlias:
    """Rows to be selected from, called `given`. columns: name → a column of a table that has that type."""
    arrays = zip(*rows, strict=True)
    bound = [
        literal(list(values), ARRAY(like.type, dimensions=1))
        for like, values in zip(columns.values(), arrays, strict=True)
    ]
    named = [column(name, like.type) for name, like in columns.items()]
    return func.unnest(*bound).table_valued(*named, name="given").render_derived()


def insertion(table: Table, rows: Sequence[Mapping[str, Any]]) -> Insert:
    """An insert of at least one row, to be told what to do about those that are there already."""
    names = list(rows[0])
    given = rows_from({name: table.c[name] for name in names}, (row.values() for row in rows))
    return insert(table).from_select(names, select(given))


def insert_all(connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows that have the same columns; none is there already."""
    if many := list(rows):
        connection.execute(insertion(table, many))
