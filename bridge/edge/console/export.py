"""Taking people, events or hand-overs along as a file, whatever their number."""

import json
import logging
from collections.abc import Iterator
from datetime import date, datetime, time

from flask import Response, abort, request
from sqlalchemy.exc import SQLAlchemyError

from bridge.edge.console.frame import console, console_page, needs, visit
from bridge.edge.extension import services
from bridge.edge.presentation import file_response
from bridge.flow.export_rows import ENDINGS, FORMATS, TYPES, Format, export_rows
from bridge.observe.sheets import sheet
from bridge.store import exports
from bridge.store.exports import WHATS, Wanted, What
from bridge.wiring import Services

export = console("export")
log = logging.getLogger(__name__)

BROKEN_OFF = "incomplete: the database was lost, please export again"
"""A server ends an answer whose length nobody knows as if it were whole, so its last line has to say it."""


@export.get("/console/export")
@needs("export")
def show() -> Response:
    """Ask what is wanted, from which day on, and in which form."""
    with visit() as on:
        return console_page("console/export.html", on, typed={})


@export.get("/console/export/file")
@needs("export")
def take() -> Response:
    """The file, as it is read. Who takes it along is noted."""
    what = next((one for one in WHATS if one == request.args.get("what")), None)
    form = next((one for one in FORMATS if one == request.args.get("format")), None)
    with visit() as on:
        if what is None or form is None:
            abort(404)
        try:
            since = _day(request.args.get("since", ""))
        except ValueError:
            return console_page("console/export.html", on, status=422, typed=request.args.to_dict())
        on.note(f"{what}.exported", format=form, since=since.isoformat() if since else None)
        name = f"{what}-{on.unit.now:%Y-%m-%d}.{ENDINGS[form]}"
    return file_response(name, _pieces(services(), what, form, since), TYPES[form])


def _pieces(bridge: Services, what: What, form: Format, since: date | None) -> Iterator[str]:
    first = datetime.combine(since, time(), bridge.program.timezone) if since else None
    try:
        with exports.reading(bridge.engine) as connection:
            for piece in export_rows(connection, bridge.program, what, form, sheet, Wanted(first)):
                yield piece.text
    except SQLAlchemyError as error:
        log.error("an export broke off", extra={"what": what, "reason": type(error).__name__})
        yield json.dumps({"error": BROKEN_OFF}) + "\n" if form == "jsonl" else sheet([[BROKEN_OFF]])


def _day(typed: str) -> date | None:
    """The day that was typed, if one was. Raises ValueError when it is none."""
    return date.fromisoformat(typed.strip()) if typed.strip() else None
