"""For which time results are shown: what day it is, the usual period, and all time."""

from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from bridge.program.model import Program
from bridge.program.periods import Everything, Period, period
from bridge.store.day_figures import first_rolled, is_known

JUST_BEGUN = timedelta(days=14)
"""A quarter of fewer days says little."""


def today(program: Program, now: datetime) -> date:
    """The day that it is in the programme's zone."""
    return now.astimezone(program.timezone).date()


def usual_period(connection: Connection, day: date) -> Period:
    """The present quarter: long enough that a lead of its beginning may have become a deal.

    While it has just begun it is the last one, unless nothing is known of that.
    """
    present = period("quarter", day)
    last = present.before
    if day - present.first >= JUST_BEGUN or not is_known(connection, last.first, last.whole.last):
        return present
    return last


def all_time(connection: Connection, day: date) -> Everything:
    """From the first day that has figures, else from that day on; one statement."""
    return Everything(min(first_rolled(connection) or day, day))
