"""How figures develop: period by period, and what became of the people of each month."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from bridge.flow.results.choose_period import today
from bridge.program.desk import Per
from bridge.program.figure_titles import TITLES
from bridge.program.figures import Figure
from bridge.program.model import Program
from bridge.program.periods import Everything, Period, Stretch, last_periods, period, periods_over
from bridge.store import cohorts
from bridge.store.cohorts import WITHIN, Cohort
from bridge.store.day_figures import counts_by

TRENDS: tuple[Figure, ...] = ("leads", "marketing_qualified", "handed_over", "won")
SHOWN: Mapping[Per, int] = {"week": 12, "month": 12, "quarter": 8, "year": 5}
"""How many periods a trend shows."""
MOST_SHOWN = 12
"""How many periods a trend over all time shows at most."""
MONTHS = 12
"""How many cohorts are shown."""
REFERENCE = 0.4
"""What the case study reached: 40 % handed over within four months."""


@dataclass(frozen=True, slots=True)
class Trend:
    """A figure, period by period, the oldest first; the last one may be under way."""

    figure: str
    counts: tuple[tuple[Period, int], ...]

    @property
    def title(self) -> str:
        """What it is called, in English."""
        return TITLES[self.figure]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(count for _period, count in self.counts)


@dataclass(frozen=True, slots=True)
class Month:
    """A cohort. is_over: whether its last member has had the whole time."""

    cohort: Cohort
    is_over: bool

    @property
    def period(self) -> Period:
        """Which month it is."""
        return Period("month", self.cohort.month)

    @property
    def share(self) -> float:
        """How many of them sales got in time, 0 to 1."""
        return self.cohort.in_time / self.cohort.people if self.cohort.people else 0.0


def trends(connection: Connection, wanted: Stretch, day: date) -> list[Trend]:
    """The figures that matter most, over the periods up to one, or over all time up to that day; one statement."""
    periods = (
        periods_over(wanted.until(day), MOST_SHOWN)
        if isinstance(wanted, Everything)
        else last_periods(wanted, SHOWN[wanted.per])
    )
    newest = periods[-1]
    counts = counts_by(connection, newest.per, periods[0].first, newest.whole.last, TRENDS)
    return [
        Trend(figure, tuple((one, counts.get((figure, one.first), 0)) for one in periods))
        for figure in TRENDS
    ]


def cohort_months(connection: Connection, program: Program, now: datetime) -> list[Month]:
    """The last twelve months, those without anybody as well, the oldest first; two statements."""
    day = today(program, now)
    months = last_periods(period("month", day), MONTHS)
    found = cohorts.cohorts(connection, months[0].first, day)
    known = {one.month: one for one in found}
    return [
        Month(known.get(one.first, Cohort(one.first, 0, 0)), one.whole.last + WITHIN < day) for one in months
    ]
