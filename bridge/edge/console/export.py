"""Taking people, events or hand-overs along as a file, whatever their number."""

import json
from collections.abc import Iterator
from datetime import date, datetime, time
from functools import partial

from flask import Response, abort, request

from bridge import i18n
from bridge.edge.console.frame import Visit, console, console_page, needs, visit
from bridge.edge.console.leaving import both_taken, leaving
from bridge.edge.extension import services
from bridge.edge.presentation import file_response
from bridge.flow.export_rows import export_in_looks
from bridge.flow.sheet_forms import ENDINGS, FORMATS, TYPES, Format
from bridge.observe.sheets import sheet
from bridge.store import exports
from bridge.store.exports import WHATS, Wanted, What
from bridge.wiring import Services

export = console("export")


@export.get("/console/export")
@needs("export")
def show() -> Response:
    """Ask what is wanted, from which day on, and in which form."""
    with visit() as on:
        return console_page("console/export.html", on, typed={})


@export.get("/console/export/file")
@needs("export")
def take() -> Response:
    """The file, as it is read, when not too many others are. Who takes it along is noted."""
    what = next((one for one in WHATS if one == request.args.get("what")), None)
    form = next((one for one in FORMATS if one == request.args.get("format")), None)
    with visit() as on:
        if what is None or form is None:
            abort(404)
        try:
            since = _day(request.args.get("since", ""))
        except ValueError:
            return _asked_again(on, "Please enter a date.")
        if since and since > on.unit.now.astimezone(on.unit.program.timezone).date():
            return _asked_again(on, "Please choose today or a day that has been.")
        pieces = leaving(_pieces(services(), what, form, since), _as_line if form == "jsonl" else _as_row)
        if pieces is None:
            return both_taken(on, "/console/export", by_command=True)
        on.note(f"{what}.exported", format=form, since=since.isoformat() if since else None)
        name = f"{what}-{on.unit.now:%Y-%m-%d}{ENDINGS[form]}"
    return file_response(name, pieces, TYPES[form])


def _asked_again(on: Visit, why: str) -> Response:
    """why: what is wrong with the day, in English."""
    say = i18n.translations(on.language).gettext
    return console_page("console/export.html", on, status=422, typed=request.args.to_dict(), why=say(why))


def _pieces(bridge: Services, what: What, form: Format, since: date | None) -> Iterator[str]:
    first = datetime.combine(since, time(), bridge.program.timezone) if since else None
    look = partial(exports.one_look, bridge.engine)
    for piece in export_in_looks(look, bridge.program, what, form, sheet, Wanted(first)):
        yield piece.text


def _as_line(words: str) -> str:
    return json.dumps({"error": words}) + "\n"


def _as_row(words: str) -> str:
    return sheet([[words]])


def _day(typed: str) -> date | None:
    """The day that was typed, if one was. Raises ValueError when it is none."""
    return date.fromisoformat(typed.strip()) if typed.strip() else None
