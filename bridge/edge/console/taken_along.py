"""Tables of the console as files: CSV for other programs, or as Excel opens it for people, with heads in words."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask import request

from bridge import i18n
from bridge.edge.console.frame import Visit
from bridge.flow.sheet_forms import Format, Wording, wording
from bridge.observe.sheets import sheet
from bridge.program.figure_titles import TABLES, TITLES, TURNOVER

IN_EUROS = "Turnover in euros"
IN_HOURS = "median_seconds_"
"""How columns begin that have seconds for programs, and hours for people."""
HEADS: Mapping[str, str] = {
    **{str(dimension): title for dimension, title in TABLES.items()},
    **TITLES,
    TURNOVER: IN_EUROS,
    "figure": "Figure",
    "first": "From",
    "last": "Until",
    "count": "Count",
    "compared_first": "Compared from",
    "compared_last": "Compared until",
    "before": "Before",
    "per": "Period",
    "at_least": "Target",
    "month": "Month",
    "handed_over_within_120_days": "Handed over within 120 days",
    "is_over": "Is over",
    "team": "Team",
    "open": "Still open",
    "answered": "Answered",
    "median_seconds_to_hand_over": "First form to hand-over, median in hours",
    "median_seconds_to_first_reaction": "First reaction, median in hours",
    "title": "Name",
    "at": "When",
    "who": "Who",
    "what": "Deed",
    "kind": "Kind",
    "subject": "Id",
    "account": "Account",
    "details": "Details",
    "ip": "IP address",
    "in_words": "In words",
}
"""What the columns of tables are called, in English; what is not named here stays as it is."""

_PERS = {"week": "Week", "month": "Month", "quarter": "Quarter", "year": "Year"}
CELLS: Mapping[str, Mapping[Any, str]] = {
    "figure": {**TITLES, TURNOVER: IN_EUROS},
    "per": _PERS,
    "is_over": {1: "yes", 0: "no"},
}
"""Column → what some of its values are called."""


def asked_form() -> Format:
    """In which form a table is wanted; CSV for other programs unless the address says so."""
    return "excel" if request.args.get("format") == "excel" else "csv"


def table_file(on: Visit, form: Format, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A whole table in a form."""
    if form == "csv":
        return sheet([headings, *rows])
    said = reader_wording(on, form)
    told = [_told(headings, row, on.language, said) for row in rows]
    return said.begins + said.lines(sheet, [heads(headings, form, on.language), *told])


def reader_wording(on: Visit, form: Format) -> Wording:
    """How a table is written for whoever asks."""
    return wording(form, on.language, on.unit.program.timezone)


def heads(names: Sequence[str], form: Format, language: str) -> list[str]:
    """What stands above the columns: words for people, names for programs."""
    say = i18n.translations(language).gettext
    return list(names) if form == "csv" else [say(HEADS.get(name, name)) for name in names]


def _told(headings: Sequence[str], row: Sequence[object], language: str, said: Wording) -> list[object]:
    say = i18n.translations(language).gettext
    return [_cell(name, value, say, said) for name, value in zip(headings, row, strict=True)]


def _cell(name: str, value: Any, say: Callable[[str], str], said: Wording) -> object:
    if known := CELLS.get(name, {}).get(value):
        return say(known)
    if name == "figure":  # turnover in another currency
        return say("Turnover in %(currency)s") % {"currency": value.removeprefix(f"{TURNOVER}_")}
    if name.startswith(IN_HOURS) and value is not None:
        value = Decimal(f"{value / 3600:.2f}")
    return said.say(value) if isinstance(value, Decimal) else value
