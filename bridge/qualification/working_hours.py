"""When sales works: hours and days count on working days only.

A `Hours` of the programme says from when to when, Monday to Friday, and which holidays there are. All moments that
come out are in the time zone that goes in; clocks that change by night move no working hour.
"""

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from holidays import country_holidays

from bridge.program.desk import Hours

WEEKDAYS = Hours()
"""9 to 17 o'clock, and no holidays."""
SATURDAY = 5
A_DAY = timedelta(days=1)


def due_after(now: datetime, hours: int, zone: ZoneInfo, week: Hours = WEEKDAYS) -> datetime:
    """The moment after so many working hours."""
    moment, left = next_opening(now.astimezone(zone), week), timedelta(hours=hours)
    while True:
        closing = _closing(moment, week)
        if moment + left <= closing:
            return moment + left
        left -= closing - moment
        moment = next_opening(closing, week)


def days_after(now: datetime, days: int, zone: ZoneInfo, week: Hours = WEEKDAYS) -> datetime:
    """The moment so many working days later, at the same time of the day; out of hours the next opening counts."""
    moment = next_opening(now.astimezone(zone), week)
    for _ in range(days):
        moment = _same_time(moment, A_DAY, week)
    return moment


def days_before(now: datetime, days: int, zone: ZoneInfo, week: Hours = WEEKDAYS) -> datetime:
    """Since when something has waited for so many working days, when it is `now`, within working hours.

    What began by then is due: `days_after(then, days) <= now` is true of that moment and of all before it.
    """
    moment = now.astimezone(zone)
    for _ in range(days):
        moment = _same_time(moment, -A_DAY, week)
    return moment


def is_open(now: datetime, zone: ZoneInfo, week: Hours = WEEKDAYS) -> bool:
    """Whether it is within working hours."""
    moment = now.astimezone(zone)
    return next_opening(moment, week) == moment


def end_of_day(now: datetime, zone: ZoneInfo, week: Hours = WEEKDAYS) -> datetime:
    """When work ends: today, or on the next working day when today is none or over."""
    return _closing(next_opening(now.astimezone(zone), week), week)


def end_of_week(now: datetime, zone: ZoneInfo, week: Hours = WEEKDAYS) -> datetime:
    """When work ends on the last working day of this week; of the next one when no other day than that is left."""
    today = end_of_day(now, zone, week)
    following = end_of_day(today, zone, week)
    last = following
    while (then := end_of_day(last, zone, week)).isocalendar()[:2] == following.isocalendar()[:2]:
        last = then
    return last


def next_full_hour(now: datetime, zone: ZoneInfo, week: Hours = WEEKDAYS) -> datetime:
    """The first full hour ahead at which sales works; where work begins at another time, when it begins."""
    return next_opening(full_hour_after(now, zone), week)


def full_hour_after(now: datetime, zone: ZoneInfo) -> datetime:
    """The first full hour ahead, by day and by night."""
    return now.astimezone(zone).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


def next_opening(moment: datetime, week: Hours = WEEKDAYS) -> datetime:
    """The moment itself when it lies within working hours, else when they begin again, in its own zone."""
    while True:
        opening = datetime.combine(moment.date(), week.opens, tzinfo=moment.tzinfo)
        if _is_working_day(moment.date(), week) and moment.time() < week.closes:
            return max(moment, opening)
        moment = datetime.combine(moment.date() + A_DAY, week.opens, tzinfo=moment.tzinfo)


def _same_time(moment: datetime, step: timedelta, week: Hours) -> datetime:
    """The same time of the day on the working day after or before."""
    moment += step
    while not _is_working_day(moment.date(), week):
        moment += step
    return moment


def _closing(moment: datetime, week: Hours) -> datetime:
    return datetime.combine(moment.date(), week.closes, tzinfo=moment.tzinfo)


def _is_working_day(day: date, week: Hours) -> bool:
    return day.weekday() < SATURDAY and not (week.holidays and day in _holidays(week.holidays, day.year))


@lru_cache(maxsize=64)
def _holidays(calendar: str, year: int) -> frozenset[date]:
    """The holidays of a year. calendar: such as "DE" or "DE-BY", known to the package `holidays`."""
    country, _, part = calendar.partition("-")
    return frozenset(country_holidays(country, subdiv=part or None, years=year))
