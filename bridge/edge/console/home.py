"""The first page of the console: a period beside the one before, and what stands out in it."""

from flask import Response

from bridge.edge.console.asked import asked
from bridge.edge.console.frame import console, console_page, needs, visit
from bridge.edge.console.shown import bars, columns_of_cohorts, columns_of_trends
from bridge.flow.results import show_overview, show_paces, show_tables, show_targets, show_trends
from bridge.program.figure_titles import TABLES

home = console("home")


@home.get("/console")
@needs("results")
def show() -> Response:
    """Funnel, targets, mails, trends, cohorts, and how sales answered."""
    with visit() as on:
        connection, program = on.unit.connection, on.unit.program
        period = asked(on)
        found = show_overview.overview(connection, period.period, period.today)
        trends = show_trends.trends(connection, period.period, period.today)
        months = show_trends.cohort_months(connection, program, on.unit.now)
        return console_page(
            "console/home.html",
            on,
            asked=period,
            found=found,
            to_count=show_overview.waiting(connection, program, period.today),
            aims=show_targets.aims(connection, program, found.span.last),
            bars=bars(found, on.language),
            best=show_tables.what_stands_out(connection, program, found.span, on.language),
            dimensions=TABLES,
            trends=[(one, columns_of_trends(one, period, on.language)) for one in trends],
            months=months,
            cohorts_picture=columns_of_cohorts(months, on.language),
            reference=show_trends.REFERENCE,
            paces=show_paces.paces(connection, program, found.span),
        )
