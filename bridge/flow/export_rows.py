"""People, events and hand-overs as lines of a sheet or of JSON, one after the other and whatever their number."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection

from bridge.profiles.consent import standing
from bridge.program.model import Program
from bridge.store import consents, exports
from bridge.store.exports import ALL, Wanted, What
from bridge.store.paging import Page, Place

Format = Literal["csv", "jsonl"]
Sheet = Callable[[Iterable[Iterable[object]]], str]
FORMATS: tuple[Format, ...] = ("csv", "jsonl")
TYPES: dict[Format, str] = {"csv": "text/csv", "jsonl": "application/x-ndjson"}
"""Their content types."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some lines, with their line ends, and how many of them are rows: a head is a line and no row."""

    text: str
    rows: int


def export_rows(
    connection: Connection,
    program: Program,
    what: What,
    form: Format,
    sheet: Sheet,
    wanted: Wanted = ALL,
) -> Iterator[Piece]:
    """Everything of a kind, the oldest first. In CSV a person's fields and consents have columns of their own.

    connection: from `exports.reading`, so that memory stays as it is. sheet: makes lines of CSV of rows.
    JSON is as in https://jsonlines.org.
    """
    head = headings(program, what)
    if form == "csv":
        yield Piece(sheet([head]), 0)
    for found in exports.rows(connection, what, wanted):
        facts = list(_facts(connection, what, [row._mapping for row in found]))
        if form == "csv":
            yield Piece(sheet(_cells(program, head, one) for one in facts), len(facts))
        else:
            yield Piece("".join(_line(one) for one in facts), len(facts))


def export_page(
    connection: Connection, what: What, wanted: Wanted, limit: int, after: Place | None
) -> Page[str]:
    """So many rows behind a place, the oldest first, each as the same line of JSON that `export_rows` writes."""
    found = exports.page(connection, what, wanted, limit, after)
    facts = _facts(connection, what, [row._mapping for row in found.rows])
    return Page(tuple(_line(one) for one in facts), found.further)


def headings(program: Program, what: What) -> list[str]:
    """The columns of a sheet."""
    names = list(exports.columns_of(what))
    if what != "profiles":
        return names
    own = [f"field.{name}" for name in program.fields if name != "email"]
    asked = [f"consent.{purpose}" for purpose in program.consents]
    return [*(name for name in names if name != "fields"), *asked, *own]


def _facts(connection: Connection, what: What, found: Sequence[Any]) -> Iterator[dict[str, Any]]:
    if what != "profiles":
        yield from (dict(row) for row in found)
        return
    answers = consents.of_profiles(connection, [row["id"] for row in found])
    for row in found:
        yield {**row, "consents": standing(answers.get(row["id"], []))}


def _cells(program: Program, head: Sequence[str], one: dict[str, Any]) -> Iterator[object]:
    for name in head:
        kind, _, own = name.partition(".")
        if kind == "field" and own:
            yield one["fields"].get(own)
        elif kind == "consent" and own:
            yield one["consents"].get(own, "")
        else:
            yield _plain_cell(one[name])


def _plain_cell(value: Any) -> object:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=_plain) if value else None
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if value is None or isinstance(value, int) else _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID | Decimal | str):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no form in a file")


def _line(one: dict[str, Any]) -> str:
    return json.dumps(one, ensure_ascii=False, default=_plain) + "\n"
