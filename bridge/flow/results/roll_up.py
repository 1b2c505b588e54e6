"""Figures by day are kept up to date: whatever happened marks its day, and marked days are counted anew, whole."""

import logging
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from bridge.flow.adopt_visits import KEPT as VISITS
from bridge.flow.results.mark_people import wake_ups
from bridge.flow.unit import Opened, Unit
from bridge.ids import derived_id
from bridge.store import day_figures, dead_letters, stale_days
from bridge.store.database import is_away, is_unavailable, wait_at_most
from bridge.store.dead_letters import DeadLetter

log = logging.getLogger(__name__)

SOURCE = "figures"
"""What dead letters are called that tell of a day which cannot be counted."""
AT_A_TIME = 30
"""Days that are counted until it is looked again which are marked."""


def roll_up_today(opened: Opened) -> Iterator[date]:
    """Count today anew, if anything happened."""
    with opened() as unit:
        marked = stale_days.marked(unit.connection, unit.program.timezone)
        today = _today(unit)
    if today in marked and _attempt(opened, today, _roll_up_marked):
        yield today


def roll_up_marked(opened: Opened) -> Iterator[date]:
    """Count every day anew that is marked, the newest first, each in a transaction of its own.

    Whoever stops in between loses nothing: the day stays marked. A day that somebody else is just counting is left
    to them. One that cannot be counted keeps no other from it: it is tried again the next time, and a dead letter
    tells of it until it is counted. Where years wait, what is marked meanwhile does not wait for all of them.
    """
    done: set[date] = set()
    left: set[date] = set()
    while days := _some_marked(opened, done, left):
        for day in days:
            if _attempt(opened, day, _roll_up_marked):
                done.add(day)
                yield day
            else:
                left.add(day)


def _some_marked(opened: Opened, done: set[date], left: set[date]) -> list[date]:
    """The newest days that were not tried yet, and those with them that were counted, and are marked again."""
    with opened() as unit:
        marked = stale_days.marked(unit.connection, unit.program.timezone)
    untried = [day for day in marked if day not in done and day not in left][:AT_A_TIME]
    return [day for day in marked if day in untried or day in done] if untried else []


def rebuild(opened: Opened, since: date | None = None) -> Iterator[date]:
    """Count all days anew, or those from one on, the oldest first; marked or not. See roll_up_marked."""
    with opened() as unit:
        first = day_figures.first_day(unit.connection, unit.program.timezone)
        last = _today(unit)
    day = max(filter(None, (first, since)), default=last)
    while first is not None and day <= last:
        if _attempt(opened, day, _roll_up):
            yield day
        day += timedelta(days=1)


def roll_up_day(opened: Opened, day: date) -> date:
    """Count one day anew, as soon as nobody else does, and return it."""
    with opened() as unit:
        _roll_up(unit, day)
    return day


def _attempt(opened: Opened, day: date, do: Callable[[Unit, date], bool]) -> bool:
    """Whether a day was counted. What is wrong with it is told, and it is marked, so that it is tried again."""
    try:
        with opened() as unit:
            return do(unit, day)
    except Exception as error:
        if is_away(error):
            raise
        log.warning("a day cannot be counted", extra={"day": str(day), "reason": type(error).__name__})
        with opened() as unit:
            stale_days.mark_days(unit.connection, [day], unit.program.timezone)
            if not is_unavailable(error):  # else it passes
                dead_letters.bury(unit.connection, _letter(unit, day, error))
        return False


def _roll_up_marked(unit: Unit, day: date) -> bool:
    """Count a day anew, unless somebody else does or just has; whether that was done."""
    is_free = bool(day_figures.take_free(unit.connection, [day]))
    if not is_free or not stale_days.clear(unit.connection, day, unit.program.timezone):
        return False
    _roll(unit, day)
    return True


def _roll_up(unit: Unit, day: date) -> bool:
    wait_at_most(unit.connection, 0)  # that is, for as long as it takes
    day_figures.take_all(unit.connection, [day])
    stale_days.clear(unit.connection, day, unit.program.timezone)
    _roll(unit, day)
    return True


def _roll(unit: Unit, day: date) -> None:
    zone, is_closed = unit.program.timezone, day <= _today(unit) - VISITS
    day_figures.roll(unit.connection, day, zone, wake_ups(unit.program), is_closed=is_closed)
    dead_letters.take(unit.connection, derived_id(SOURCE, day.isoformat()))


def _letter(unit: Unit, day: date, error: Exception) -> DeadLetter:
    """Somebody should know."""
    words = f"{type(error).__name__}: {error}"[:500]
    return DeadLetter(derived_id(SOURCE, day.isoformat()), SOURCE, {"day": day.isoformat()}, words, unit.now)


def _today(unit: Unit) -> date:
    return unit.now.astimezone(unit.program.timezone).date()
