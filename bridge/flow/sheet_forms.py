"""In which forms a table leaves as a file: CSV for other programs, CSV as Excel opens it, lines of JSON."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Any, Literal, Protocol
from uuid import UUID

Format = Literal["csv", "excel", "jsonl"]
FORMATS: tuple[Format, ...] = ("csv", "excel", "jsonl")
TYPES: dict[Format, str] = {"csv": "text/csv", "excel": "text/csv", "jsonl": "application/x-ndjson"}
"""Their content types."""
ENDINGS: dict[Format, str] = {"csv": ".csv", "excel": "-excel.csv", "jsonl": ".jsonl"}
"""How their files' names end: both tables of a day may lie in one folder."""
BYTE_ORDER_MARK = "\ufeff"
"""By which Excel knows UTF-8."""


class Sheet(Protocol):
    """Makes lines of CSV of rows, in which nothing is a formula."""

    def __call__(self, rows: Iterable[Iterable[object]], *, between: str, telephones: bool) -> str:
        """The lines. between: what stands between two cells. telephones: whether their numbers stay as they are."""


@dataclass(frozen=True, slots=True)
class Wording:
    """How a sheet is written. say: a moment, a day, an amount or an id in words. telephones: as in `Sheet`."""

    between: str
    begins: str
    say: Callable[[Any], str]
    telephones: bool = False

    def lines(self, sheet: Sheet, rows: Iterable[Iterable[object]]) -> str:
        """The rows as lines."""
        return sheet(rows, between=self.between, telephones=self.telephones)


def wording(form: Format, language: str, zone: tzinfo) -> Wording:
    """How a sheet of that form is written for who speaks that language.

    "excel" is as Excel opens it by a double click where that is spoken: moments are those of the zone.
    """
    if form != "excel":
        return Wording(",", "", plain, telephones=True)
    is_german = language == "de"

    def say(value: Any) -> str:
        if isinstance(value, datetime):
            return f"{value.astimezone(zone):%Y-%m-%d %H:%M:%S}"
        amount = isinstance(value, Decimal) and is_german
        return str(value).replace(".", ",") if amount else plain(value)

    return Wording(";" if is_german else ",", BYTE_ORDER_MARK, say)


def plain(value: Any) -> str:
    """A moment, a day, an amount or an id as other programs read it. Raises TypeError for anything else."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID | Decimal | str):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no form in a file")
