"""The first page of the console: a period beside the one before, and what stands out in it."""

from flask import Response

from bridge.edge.console.asked import asked
from bridge.edge.console.frame import Visit, console, console_page, needs, visit
from bridge.edge.console.shown import bars, columns_of_cohorts, columns_of_trends
from bridge.flow import show_results
from bridge.flow.show_results import Breakdown
from bridge.program.figure_titles import TABLES
from bridge.program.figures import Dimension
from bridge.program.periods import Span

home = console("home")

STANDS_OUT: tuple[Dimension, ...] = ("form", "channel", "reason")
"""Dimensions whose first line is told on the start page."""


@home.get("/console")
@needs("results")
def show() -> Response:
    """Funnel, targets, mails, trends, cohorts, and how sales answered."""
    with visit() as on:
        connection, program = on.unit.connection, on.unit.program
        period = asked(show_results.today(program, on.unit.now), on.language)
        found = show_results.overview(connection, period.period, period.today)
        trends = show_results.trends(connection, period.period)
        months = show_results.cohort_months(connection, program, on.unit.now)
        return console_page(
            "console/home.html",
            on,
            asked=period,
            found=found,
            aims=show_results.aims(connection, program, found.span.last),
            bars=bars(found, on.language),
            best=_best(on, found.span),
            dimensions=TABLES,
            trends=[(one, columns_of_trends(one, period, on.language)) for one in trends],
            months=months,
            cohorts_picture=columns_of_cohorts(months, on.language),
            reference=show_results.REFERENCE,
            paces=show_results.paces(connection, program, found.span),
        )


def _best(on: Visit, span: Span) -> list[Breakdown]:
    """The tables of which the first line is told; those that have none are left out."""
    tables = [
        show_results.breakdown(on.unit.connection, on.unit.program, dimension, span, on.language)
        for dimension in STANDS_OUT
    ]
    return [one for one in tables if one.best]
