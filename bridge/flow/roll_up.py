"""Figures by day are kept up to date: whatever happened marks its day, and marked days are counted anew, whole."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date, timedelta

from bridge.flow.adopt_visits import KEPT as VISITS
from bridge.flow.mark_people import wake_ups
from bridge.flow.unit import Unit
from bridge.store import day_figures, stale_days

Opened = Callable[[], AbstractContextManager[Unit]]


def roll_up_today(opened: Opened) -> Iterator[date]:
    """Count today anew, if anything happened."""
    with opened() as unit:
        marked = stale_days.marked(unit.connection, unit.program.timezone)
        today = _today(unit)
    if today in marked:
        yield roll_up_day(opened, today)


def roll_up_marked(opened: Opened) -> Iterator[date]:
    """Count every day anew that is marked, the newest first, each in a transaction of its own.

    Whoever stops in between loses nothing: the day stays marked. Two at once count a day twice, one after the other,
    and come to the same.
    """
    with opened() as unit:
        marked = stale_days.marked(unit.connection, unit.program.timezone)
    for day in marked:
        yield roll_up_day(opened, day)


def rebuild(opened: Opened, since: date | None = None) -> Iterator[date]:
    """Count all days anew, or those from one on, the oldest first; marked or not."""
    with opened() as unit:
        first = day_figures.first_day(unit.connection, unit.program.timezone)
        last = _today(unit)
    day = max(filter(None, (first, since)), default=last)
    while first is not None and day <= last:
        yield roll_up_day(opened, day)
        day += timedelta(days=1)


def roll_up_day(opened: Opened, day: date) -> date:
    """Count one day anew and return it."""
    with opened() as unit:
        zone = unit.program.timezone
        day_figures.take(unit.connection, day)
        stale_days.clear(unit.connection, day, zone)
        is_closed = day <= _today(unit) - VISITS
        day_figures.roll(unit.connection, day, zone, wake_ups(unit.program), is_closed=is_closed)
    return day


def _today(unit: Unit) -> date:
    return unit.now.astimezone(unit.program.timezone).date()
