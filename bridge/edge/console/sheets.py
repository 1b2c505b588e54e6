"""The figures of tables and pictures as rows for spreadsheets.

Headings are names of figures, for programs, too; money has two decimals, times are seconds.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from bridge.flow.results import show_overview, show_paces, show_targets, show_trends
from bridge.flow.results.row_titles import team_title
from bridge.flow.results.show_overview import Overview
from bridge.flow.results.show_tables import Breakdown
from bridge.flow.unit import Unit
from bridge.program.figure_titles import TURNOVER
from bridge.program.periods import Span, Stretch
from bridge.program.standing import Amount

Sheet = tuple[Sequence[str], Iterable[Sequence[object]]]
"""Headings and rows."""


def breakdown_sheet(table: Breakdown) -> Sheet:
    """Every row of a table. Turnover is that of deals in euros."""
    rows = (
        (row.key, row.title, *(_amount(column, row.of(column)) for column in table.columns))
        for row in table.rows
    )
    return (table.dimension, "title", *table.columns), rows


def _funnel(unit: Unit, period: Stretch, today: date, language: str) -> Sheet:
    found = show_overview.overview(unit.connection, period, today)
    headings = ("figure", "first", "last", "count", "compared_first", "compared_last", "before")
    first, second = _days(found.span), _days(found.compared)
    lines = [(line.figure, line.count, line.before) for line in found.lines.values()]
    return headings, (
        (
            figure,
            *first,
            _amount(figure, count),
            *second,
            _amount(figure, before) if found.compared else None,
        )
        for figure, count, before in (*lines, *_turnover_elsewhere(found))
    )


def _days(span: Span | None) -> tuple[str, str]:
    """The first and the last; of none nothing."""
    return (span.first.isoformat(), span.last.isoformat()) if span else ("", "")


def _turnover_elsewhere(found: Overview) -> Iterator[tuple[str, Decimal, Decimal]]:
    """A line for each other currency: what it is called, and how much there was of it now and before."""
    now, before = (
        {one.currency: one.amount for one in deals} for deals in (found.elsewhere, found.elsewhere_before)
    )
    for currency in sorted({*now, *before}):
        yield f"turnover_{currency}", now.get(currency, Decimal(0)), before.get(currency, Decimal(0))


def _targets(unit: Unit, period: Stretch, today: date, language: str) -> Sheet:
    found = show_targets.aims(unit.connection, unit.program, period.until(today).last)
    return ("figure", "per", "first", "count", "at_least"), (
        (
            one.figure,
            one.period.per,
            one.period.first.isoformat(),
            _amount(one.figure, one.count),
            _amount(one.figure, one.at_least),
        )
        for one in found
    )


def _trends(unit: Unit, period: Stretch, today: date, language: str) -> Sheet:
    found = show_trends.trends(unit.connection, period, today)
    rows = zip(*(one.counts for one in found), strict=True)
    return ("first", *(one.figure for one in found)), (
        (row[0][0].first.isoformat(), *(count for _, count in row)) for row in rows
    )


def _cohorts(unit: Unit, period: Stretch, today: date, language: str) -> Sheet:
    found = show_trends.cohort_months(unit.connection, unit.program, unit.now)
    return ("month", "marketing_qualified", "handed_over_within_120_days", "is_over"), (
        (one.cohort.month.isoformat(), one.cohort.people, one.cohort.in_time, int(one.is_over))
        for one in found
    )


def _paces(unit: Unit, period: Stretch, today: date, language: str) -> Sheet:
    found = show_paces.paces(unit.connection, unit.program, period.until(today))
    names = ("team", "title", "handed_over", "accepted", "rejected", "expired", "open", "answered")
    return (*names, "median_seconds_to_hand_over", "median_seconds_to_first_reaction"), (
        (
            "all" if one.team is None else one.team,
            team_title(unit.program, one.team, language),
            one.handed_over,
            one.accepted,
            one.rejected,
            one.expired,
            one.still_open,
            one.reacted,
            _whole(one.after),
            _whole(one.reaction),
        )
        for one in found
    )


SHEETS: Mapping[str, Callable[[Unit, Stretch, date, str], Sheet]] = {
    "funnel": _funnel,
    "targets": _targets,
    "trends": _trends,
    "cohorts": _cohorts,
    "sales": _paces,
}
"""Name → what makes it; beside these each dimension has one."""


def _amount(figure: str, value: Amount) -> Amount:
    """How many, or how much money, to the cent."""
    return Decimal(f"{value:.2f}") if figure.startswith(TURNOVER) else value


def _whole(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds)
