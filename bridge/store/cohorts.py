"""Of those who became marketing-qualified in a month: how many sales got soon enough."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection

from bridge.store.day_facts import WITHIN_DAYS
from bridge.store.day_figures import counts_by, totals_between

WITHIN = timedelta(days=WITHIN_DAYS)
"""Four months, as in the case study whose figure is the reference."""


@dataclass(frozen=True, slots=True)
class Cohort:
    """People who became marketing-qualified in the month that begins so. in_time: handed over within WITHIN."""

    month: date
    people: int
    in_time: int


def cohorts(connection: Connection, first: date, last: date) -> list[Cohort]:
    """The months between two days, those without anybody left out, the oldest first; two statements."""
    counted = counts_by(connection, "month", first, last, ["marketing_qualified"])
    people = {month: count for (_figure, month), count in counted.items()}
    handed = totals_between(connection, first, last, ["handed_over"], "cohort")
    in_time = {one.key: one.count for one in handed}
    return [Cohort(month, people[month], in_time.get(f"{month:%Y-%m}", 0)) for month in sorted(people)]
