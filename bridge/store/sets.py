"""Many rows in one statement: they travel as one JSON text, so that the statement is always the same.

Of all ways to hand rows over this costs Python the least; arrays are escaped element by element.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any
from uuid import UUID

from msgspec.json import Encoder
from sqlalchemy import (
    ARRAY,
    JSON,
    Column,
    ColumnElement,
    Connection,
    Dialect,
    Table,
    TableValuedAlias,
    Text,
    Uuid,
    any_,
    bindparam,
    cast,
    column,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.types import UserDefinedType

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_AS_JSON = Encoder(enc_hook=dict)


def among(one: ColumnElement[Any], values: Iterable[Any]) -> ColumnElement[bool]:
    """Whether a column has one of these values."""
    return one == any_(literal(list(values), _Ids() if isinstance(one.type, Uuid) else ARRAY(one.type)))


class _Ids(UserDefinedType[list[UUID]]):
    """An array of ids as one text: nothing in them is to be escaped.

    The server reads it once, as the value of the parameter; a text that the statement casts it reads for every row.
    """

    cache_ok = True
    render_bind_cast = True

    def get_col_spec(self, **_: Any) -> str:
        return "UUID[]"

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], str]:
        return lambda ids: f"{{{','.join([one.hex for one in ids])}}}"


def rows_from(columns: Mapping[str, Column[Any]], rows: Iterable[Iterable[Any]]) -> TableValuedAlias:
    """Rows to be selected from, called `given`. columns: name → a column of a table that has that type."""
    named = [dict(zip(columns, row, strict=True)) for row in rows]
    return _given({name: like.type for name, like in columns.items()}, named)


def rows_to_come(columns: Mapping[str, Column[Any]], name: str) -> TableValuedAlias:
    """The same in a statement that is made once and run often: its parameter `name` is what `as_json` gives."""
    return _table_of({name: like.type for name, like in columns.items()}, bindparam(name, type_=Text()))


def as_json(rows: Sequence[object]) -> str:
    """Rows as one text: mappings, or dataclasses whose fields are named after columns."""
    return _AS_JSON.encode(rows).decode()


def insertion(table: Table, rows: "Sequence[Mapping[str, Any] | DataclassInstance]") -> Insert:
    """An insert of at least one row, to be told what to do about those that are there already.

    rows: column → value, all with the same columns; or dataclasses whose fields are named after columns.
    """
    first = rows[0]
    names = list(first) if isinstance(first, Mapping) else [one.name for one in fields(first)]
    given = _given({name: table.c[name].type for name in names}, rows)
    return insert(table).from_select(names, select(given))


def insert_all(
    connection: Connection, table: Table, rows: "Iterable[Mapping[str, Any] | DataclassInstance]"
) -> None:
    """Insert rows that have the same columns; none is there already."""
    if many := list(rows):
        connection.execute(insertion(table, many))


def _given(types: Mapping[str, Any], rows: Sequence[object]) -> TableValuedAlias:
    return _table_of(types, literal(as_json(rows), Text()))


def _table_of(types: Mapping[str, Any], sent: ColumnElement[str]) -> TableValuedAlias:
    named = [column(name, of_type) for name, of_type in types.items()]
    table = func.json_to_recordset(cast(sent, JSON)).table_valued(*named)
    return table.render_derived(name="given", with_types=True)
