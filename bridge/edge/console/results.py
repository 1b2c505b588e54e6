"""Tables of the results: by form, channel, campaign, mail, series, team, person, reason; and each as a sheet."""

from flask import Response, abort, request

from bridge.edge.console.asked import Asked, asked
from bridge.edge.console.frame import Visit, console, console_page, needs, visit
from bridge.edge.console.sheets import SHEETS, breakdown_sheet
from bridge.edge.console.taken_along import asked_form, table_file
from bridge.edge.presentation import file_response
from bridge.flow.results import show_overview, show_tables
from bridge.flow.results.show_tables import Breakdown
from bridge.flow.sheet_forms import ENDINGS, TYPES
from bridge.program.figure_titles import TABLES, TITLES
from bridge.program.figures import Dimension

results = console("results")

MOST = 100
"""Rows on a page; a sheet has them all."""


@results.get("/console/results/<dimension>")
@needs("results")
def show(dimension: str) -> Response:
    """One table, sorted by what matters most, or by the column that was asked for."""
    known = _dimension(dimension)
    if known is None:
        abort(404)
    with visit() as on:
        period = asked(on)
        table = _table(on, period, known)
        return console_page(
            "console/results.html",
            on,
            asked=period,
            span=period.period.until(period.today),
            table=table,
            to_count=show_overview.waiting(on.unit.connection, on.unit.program, period.today),
            rows=table.rows[:MOST],
            more=max(0, len(table.rows) - MOST),
            dimensions=TABLES,
            titles=TITLES,
        )


@results.get("/console/results/<name>.csv")
@needs("results")
def download(name: str) -> Response:
    """A table or the figures of a picture, for Excel or other programs. Figures name nobody but people in sales."""
    known = _dimension(name)
    if known is None and name not in SHEETS:
        abort(404)
    with visit() as on:
        period = asked(on)
        headings, rows = (
            breakdown_sheet(_table(on, period, known))
            if known
            else SHEETS[name](on.unit, period.period, period.today, on.language)
        )
        form = asked_form()
        content = table_file(on, form, headings, rows)
        return file_response(f"{name}-{period.period.name}{ENDINGS[form]}", content, TYPES[form])


def _dimension(name: str) -> Dimension | None:
    return next((one for one in TABLES if one == name), None)


def _table(on: Visit, period: Asked, dimension: Dimension) -> Breakdown:
    span = period.period.until(period.today)
    by = request.args.get("sort")
    return show_tables.breakdown(on.unit.connection, on.unit.program, dimension, span, on.language, by)
