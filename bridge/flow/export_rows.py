"""People, events and hand-overs as lines of a sheet or of JSON, one after the other and whatever their number."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from bridge.flow.sheet_forms import Format, Sheet, plain, wording
from bridge.profiles.consent import standing
from bridge.program.model import Program
from bridge.store import consents, exports
from bridge.store.exports import ALL, Wanted, What
from bridge.store.paging import Page, Place

Facts = dict[str, Any]
"""A row, by the names of its columns."""


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
    """Everything of a kind as of one moment, the oldest first; a person's fields and consents are columns of a table.

    connection: from `exports.reading`, so that memory stays as it is. JSON is as in https://jsonlines.org. "excel" is
    CSV as Excel opens it by a double click where the programme's language is spoken.
    """
    found = exports.rows(connection, what, wanted)
    blocks = (_facts(connection, what, block) for block in found)
    return _pieces(blocks, program, what, form, sheet)


def export_in_looks(
    look: Callable[[], AbstractContextManager[Connection]],
    program: Program,
    what: What,
    form: Format,
    sheet: Sheet,
    wanted: Wanted = ALL,
) -> Iterator[Piece]:
    """The same for a reader who may take any time: so many rows at once, and nothing is held between two pieces.

    look: a connection for one of them, such as `exports.one_look`. What comes meanwhile may be among it.
    """
    return _pieces(_looks(look, what, wanted), program, what, form, sheet)


def _looks(
    look: Callable[[], AbstractContextManager[Connection]], what: What, wanted: Wanted
) -> Iterator[list[Facts]]:
    place: Place | None = None
    while True:
        with look() as connection:
            found = exports.page(connection, what, wanted, exports.AT_ONCE, place)
            facts = _facts(connection, what, found.rows)
        if facts:
            yield facts
        place = found.further
        if place is None:
            return


def _pieces(
    blocks: Iterable[list[Facts]], program: Program, what: What, form: Format, sheet: Sheet
) -> Iterator[Piece]:
    head, said = headings(program, what), wording(form, program.language, program.timezone)
    if form != "jsonl":
        yield Piece(said.begins + said.lines(sheet, [head]), 0)
    for facts in blocks:
        if form != "jsonl":
            cells = (_cells(head, one, said.say) for one in facts)
            yield Piece(said.lines(sheet, cells), len(facts))
        else:
            yield Piece("".join(_line(one) for one in facts), len(facts))


def export_page(
    connection: Connection, what: What, wanted: Wanted, limit: int, after: Place | None
) -> Page[str]:
    """So many rows behind a place, the oldest first, each as the same line of JSON that `export_rows` writes."""
    found = exports.page(connection, what, wanted, limit, after)
    facts = _facts(connection, what, found.rows)
    return Page(tuple(_line(one) for one in facts), found.further)


def headings(program: Program, what: What) -> list[str]:
    """The columns of a sheet."""
    names = list(exports.columns_of(what))
    if what != "profiles":
        return names
    own = [f"field.{name}" for name in program.fields if name != "email"]
    asked = [f"consent.{purpose}" for purpose in program.consents]
    return [*(name for name in names if name != "fields"), *asked, *own]


def _facts(connection: Connection, what: What, found: Sequence[Row[Any]]) -> list[Facts]:
    rows = [row._mapping for row in found]
    if what != "profiles":
        return [dict(row) for row in rows]
    answers = consents.of_profiles(connection, [row["id"] for row in rows])
    return [{**row, "consents": standing(answers.get(row["id"], []))} for row in rows]


def _cells(head: Sequence[str], one: dict[str, Any], say: "Callable[[Any], str]") -> Iterator[object]:
    for name in head:
        kind, _, own = name.partition(".")
        if kind == "field" and own:
            yield one["fields"].get(own)
        elif kind == "consent" and own:
            yield one["consents"].get(own, "")
        else:
            yield _plain_cell(one[name], say)


def _plain_cell(value: Any, say: "Callable[[Any], str]") -> object:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=plain) if value else None
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if value is None or isinstance(value, int) else say(value)


def _line(one: dict[str, Any]) -> str:
    return json.dumps(one, ensure_ascii=False, default=plain) + "\n"
