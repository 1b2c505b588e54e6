"""Sums of the figures of days, for pages and mails. Written by `day_figures`; nothing here writes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Date, cast, func, literal, select

from bridge.program.desk import Per
from bridge.program.periods import Span
from bridge.store.sets import among
from bridge.store.tables import day_figures as days


@dataclass(frozen=True, slots=True)
class Sum:
    """A figure over some days. key: of the dimension that was asked for, "" when none was. amount: money."""

    figure: str
    key: str
    count: int
    amount: Decimal


def sums(connection: Connection, span: Span, figures: Iterable[str], dimension: str = "") -> list[Sum]:
    """Figures over these days, for each key of a dimension; without one, of everything."""
    statement = (
        select(days.c.figure, days.c.key, _count(), func.sum(days.c.amount))
        .where(
            among(days.c.figure, figures),
            days.c.dimension == dimension,
            days.c.day.between(span.first, span.last),
        )
        .group_by(days.c.figure, days.c.key)
    )
    return [Sum(*row) for row in connection.execute(statement)]


def by_period(
    connection: Connection, per: Per, span: Span, figures: Iterable[str]
) -> dict[str, dict[date, int]]:
    """Figure → first day of the period → how many, over these days."""
    first = cast(func.date_trunc(literal(per), days.c.day), Date)
    statement = (
        select(days.c.figure, first, _count())
        .where(
            days.c.dimension == "",
            days.c.day.between(span.first, span.last),
            among(days.c.figure, figures),
        )
        .group_by(days.c.figure, first)
    )
    found: dict[str, dict[date, int]] = {}
    for figure, begins, count in connection.execute(statement):
        found.setdefault(figure, {})[begins] = count
    return found


def _count() -> Any:
    return cast(func.sum(days.c.count), days.c.count.type)
