"""What came of what: the funnel of some days, and the same by where people came from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sqlalchemy import Connection

from bridge.program.figures import FUNNEL, SOURCES, Dimension, Figure
from bridge.store.day_figures import totals_between

NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the funnel. of_before: its share of the step before, None when that has nobody."""

    figure: Figure
    count: int
    of_before: float | None
    turnover: Decimal


@dataclass(frozen=True, slots=True)
class Source:
    """One channel, form, person …: how much of each figure it has. key: "" is unknown, or none."""

    key: str
    counts: Mapping[Figure, int] = field(default_factory=dict)
    turnover: Decimal = NOTHING


def report_funnel(connection: Connection, first: date, last: date) -> list[Step]:
    """From visitors to deals. What happened within these days is counted, whoever it happened to."""
    found = {one.figure: one for one in totals_between(connection, first, last, FUNNEL)}
    counts = [found[figure].count if figure in found else 0 for figure in FUNNEL]
    return [
        Step(
            figure,
            count,
            count / before if before else None,
            found[figure].amount if figure in found else NOTHING,
        )
        for figure, count, before in zip(FUNNEL, counts, [0, *counts], strict=False)
    ]


def report_sources(connection: Connection, first: date, last: date, by: Dimension) -> list[Source]:
    """A line for each key of a dimension of SOURCES: the most turnover first, then the most of the last figures."""
    figures = SOURCES[by]
    counts: dict[str, dict[Figure, int]] = {}
    turnover: dict[str, Decimal] = {}
    for one in totals_between(connection, first, last, figures, by):
        counts.setdefault(one.key, dict.fromkeys(figures, 0))[one.figure] = one.count
        turnover[one.key] = turnover.get(one.key, NOTHING) + one.amount
    lines = [Source(key, known, turnover[key]) for key, known in counts.items()]
    return sorted(lines, key=_best_first)


def _best_first(line: Source) -> tuple[object, ...]:
    return -line.turnover, [-count for count in reversed(list(line.counts.values()))], line.key
