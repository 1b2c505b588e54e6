"""Figures by day, as they were rolled up: to be read, and to be written a whole day at a time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    DateTime,
    cast,
    delete,
    func,
    literal,
    select,
    text,
)

from bridge.program.desk import Per
from bridge.program.figures import FIGURES, MOST, OTHERS, Dimension, Figure
from bridge.store.day_facts import OF_A_DAY, facts
from bridge.store.reactions import take_room
from bridge.store.sets import among
from bridge.store.tables import day_figures

_LOCKS = 0x6461
"""Apart from other advisory locks; the other number is the day's."""


@dataclass(frozen=True, slots=True)
class DayFigure:
    """How much of a figure there was on a day. key: of the dimension that was asked for; "" is all, or unknown."""

    day: date
    figure: Figure
    key: str
    count: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Total:
    """The same of several days together."""

    figure: Figure
    key: str
    count: int
    amount: Decimal


def figures_between(
    connection: Connection,
    first: date,
    last: date,
    figures: Iterable[Figure] = FIGURES,
    dimension: Dimension = "",
) -> list[DayFigure]:
    """What there was on each day from `first` to `last`, both included, by day, figure and key.

    Days, figures and keys without any are left out. One statement, which reads an index.
    """
    columns = tuple(day_figures.c[name] for name in DayFigure.__slots__)
    wanted = select(*columns).where(*_between(first, last, figures, dimension)).order_by(*columns[:3])
    return [DayFigure(*row) for row in connection.execute(wanted).all()]


def counts_by(
    connection: Connection, per: Per, first: date, last: date, figures: Iterable[Figure]
) -> dict[tuple[Figure, date], int]:
    """How many there were on these days: by figure and the first day of each week, month, quarter or year of theirs.

    It is added up where it lies: some years are thousands of days.
    """
    begins = cast(func.date_trunc(per, cast(day_figures.c.day, DateTime)), Date)
    wanted = (
        select(day_figures.c.figure, begins, func.sum(day_figures.c["count"]))
        .where(*_between(first, last, figures, ""))
        .group_by(day_figures.c.figure, begins)
    )
    return {(figure, day): int(count) for figure, day, count in connection.execute(wanted)}


def is_known(connection: Connection, first: date, last: date) -> bool:
    """Whether there was anything at all on these days."""
    found = select(literal(1)).where(day_figures.c.day.between(first, last)).limit(1)
    return connection.scalar(found) is not None


def first_rolled(connection: Connection) -> date | None:
    """The first day that has figures; None when none has. An index says it."""
    first: date | None = connection.scalar(select(func.min(day_figures.c.day)))
    return first


def totals_between(
    connection: Connection,
    first: date,
    last: date,
    figures: Iterable[Figure] = FIGURES,
    dimension: Dimension = "",
) -> list[Total]:
    """The same, all days together: by figure, then the most of it first."""
    count, amount = func.sum(day_figures.c["count"]), func.sum(day_figures.c.amount)
    figure, key = day_figures.c.figure, day_figures.c.key
    wanted = (
        select(figure, key, count, amount)
        .where(*_between(first, last, figures, dimension))
        .group_by(figure, key)
        .order_by(figure, count.desc(), key)
    )
    return [Total(row[0], row[1], int(row[2]), row[3]) for row in connection.execute(wanted).all()]


def most_between(
    connection: Connection, first: date, last: date, figure: Figure, dimension: Dimension
) -> tuple[Total, int] | None:
    """The key with the most of a figure on all these days together, and how many have as much, with itself."""
    count, amount = func.sum(day_figures.c["count"]), func.sum(day_figures.c.amount)
    key = day_figures.c.key
    wanted = (
        select(key, count, amount, func.count().over(partition_by=count))
        .where(*_between(first, last, [figure], dimension))
        .group_by(key)
        .order_by(count.desc(), amount.desc(), key)
        .limit(1)
    )
    row = connection.execute(wanted).first()
    return (Total(figure, row[0], int(row[1]), row[2]), row[3]) if row else None


def _between(
    first: date, last: date, figures: Iterable[str], dimension: str
) -> tuple[ColumnElement[bool], ...]:
    return (
        among(day_figures.c.figure, figures),
        day_figures.c.dimension == dimension,
        day_figures.c.day.between(first, last),
    )


def take_free(connection: Connection, days: Iterable[date]) -> list[date]:
    """Let nobody else roll these days up until this transaction ends; those that nobody is just rolling up."""
    asked = (
        "select day from unnest(cast(:days as int[])) as day where pg_try_advisory_xact_lock(:family, day)"
    )
    free = connection.scalars(text(asked), {"family": _LOCKS, "days": [day.toordinal() for day in days]})
    return [date.fromordinal(day) for day in free]


def take_all(connection: Connection, days: Iterable[date]) -> None:
    """The same, and wait for whoever is at one of them. Nobody takes several in another order, or in two goes."""
    asked = "select pg_advisory_xact_lock(:family, day) from unnest(cast(:days as int[])) as day"
    connection.execute(text(asked), {"family": _LOCKS, "days": sorted(day.toordinal() for day in days)})


def roll(
    connection: Connection, day: date, zone: ZoneInfo, wake_ups: Iterable[str], *, is_closed: bool = False
) -> int:
    """Count a day anew, whole; returns how many rows that made. The caller has taken it.

    zone: whose days are meant. wake_ups: the series that wake sleepers. is_closed: visits of that day are forgotten
    by now, so visitors stay as they were counted, if they were. A number of statements that is always the same.
    """
    take_room(connection)
    kept = ["visitors"] if is_closed and _has_visitors(connection, day) else []
    forgotten = delete(day_figures).where(day_figures.c.day == day, day_figures.c.figure.not_in(kept))
    connection.execute(forgotten)
    since, until = (datetime.combine(one, time(), zone) for one in (day, day + timedelta(days=1)))
    given = {"day": day, "since": since, "until": until, "zone": zone.key}
    rolled = connection.execute(text(_ROLL), given | {"wake_ups": list(wake_ups), "kept": kept})
    return rolled.rowcount


def _has_visitors(connection: Connection, day: date) -> bool:
    found = select(literal(1)).where(day_figures.c.day == day, day_figures.c.figure == "visitors").limit(1)
    return connection.scalar(found) is not None


_ROLL = f"""
    insert into day_figures (figure, dimension, day, key, count, amount)
    select figure, dimension, day, case when place <= {MOST} then key else '{OTHERS}' end, sum(count), sum(amount)
    from (
        select *, row_number() over (partition by figure, dimension order by count desc, key) as place
        from (
            select figure, dimension, day, key, sum(count) as count, sum(amount) as amount
            from (
                select * from ({facts(OF_A_DAY)}) as happened
                union all
                select figure, dimension, day, key, count, amount from gone_figures where day = :day
            ) as known
            where figure <> all(cast(:kept as text[]))
            group by figure, dimension, day, key
        ) as counted
    ) as placed
    group by 1, 2, 3, 4
"""  # noqa: S608 - words of ours alone


def first_day(connection: Connection, zone: ZoneInfo) -> date | None:
    """The first day of which anything may be known, None when nothing is."""
    first: date | None = connection.scalar(text(_FIRST), {"zone": zone.key})
    return first


_FIRST = """
    select cast(least(
        (select min(created_at) from profiles),
        (select min(at) from visits),
        (select min(at) from events where kind = 'address.confirmed'),
        (select min(at) from events where kind = 'mail.sent'),
        (select min(at) from events where kind = 'page.visited'),
        (select min(at) from events where kind = 'unsubscribed'),
        (select min(at) from handovers),
        (select cast(min(day) as timestamp) at time zone :zone from gone_figures),
        (select cast(min(day) as timestamp) at time zone :zone from day_figures)
    ) at time zone :zone as date)
"""
