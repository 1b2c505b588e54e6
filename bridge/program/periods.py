"""Weeks, months, quarters, years, and all time: what figures are summed over, and what they are compared with."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from bridge.program.desk import Per

PERS: tuple[Per, ...] = ("week", "month", "quarter", "year")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """Days from the first to the last, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Period:
    """A week from Monday to Sunday (ISO 8601), a month, a quarter or a year, by its first day."""

    per: Per
    first: date

    @property
    def name(self) -> str:
        """For names of files: 2026-W10, 2026-10, 2026-Q4, 2026; no two periods have the same."""
        match self.per:
            case "week":
                return f"{self.first:%G-W%V}"
            case "month":
                return f"{self.first:%Y-%m}"
            case "quarter":
                return f"{self.first.year}-Q{self.first.month // 3 + 1}"
            case "year":
                return f"{self.first.year}"

    @property
    def after(self) -> "Period":
        """The next one."""
        match self.per:
            case "week":
                return Period(self.per, self.first + timedelta(days=7))
            case "month":
                return period(self.per, self.first + timedelta(days=31))
            case "quarter":
                return period(self.per, self.first + timedelta(days=92))
            case "year":
                return period(self.per, self.first.replace(year=self.first.year + 1))

    @property
    def before(self) -> "Period":
        """The one before."""
        return period(self.per, self.first - _DAY)

    @property
    def whole(self) -> Span:
        """All its days."""
        return Span(self.first, self.after.first - _DAY)

    def until(self, today: date) -> Span:
        """Its days as far as they have begun; of one to come just its first day."""
        return Span(self.first, max(self.first, min(self.whole.last, today)))

    def compared(self, today: date) -> Span:
        """The period before; as long as this one is under way, so many days of that as have begun of this."""
        whole = self.before.whole
        if today >= self.whole.last:
            return whole
        return Span(whole.first, min(whole.last, whole.first + (self.until(today).last - self.first)))


@dataclass(frozen=True, slots=True)
class Everything:
    """All time, from the first day of which anything is known. There is nothing before it to compare it with."""

    first: date
    per: Literal["all"] = "all"
    name: Literal["all"] = "all"

    def until(self, today: date) -> Span:
        """Its days as far as they have begun."""
        return Span(self.first, max(self.first, today))

    def compared(self, today: date) -> None:
        """Nothing came before."""
        del today


Stretch = Period | Everything
"""What results are asked for."""


def period(per: Per, day: date) -> Period:
    """The period in which a day lies."""
    match per:
        case "week":
            return Period(per, day - timedelta(days=day.weekday()))
        case "month":
            return Period(per, day.replace(day=1))
        case "quarter":
            return Period(per, day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1))
        case "year":
            return Period(per, day.replace(month=1, day=1))


def periods_over(span: Span, most: int) -> list[Period]:
    """The periods that hold these days, the oldest first: of months, quarters or years the shortest of which there
    are no more than `most`; else the last years, so many."""
    found: list[Period] = []
    for per in PERS[1:]:
        found = _periods_over(per, span)
        if len(found) <= most:
            break
    return found[-most:]


def _periods_over(per: Per, span: Span) -> list[Period]:
    found = [period(per, span.first)]
    while found[-1].whole.last < span.last:
        found.append(found[-1].after)
    return found


def last_periods(newest: Period, count: int) -> list[Period]:
    """So many in a row, the oldest first."""
    found = [newest]
    while len(found) < count:
        found.append(found[-1].before)
    return found[::-1]
