"""Until when an answer is asked for: hours count on working days only."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

OPENS, CLOSES = time(9), time(17)
SATURDAY = 5


def due_after(now: datetime, hours: int, zone: ZoneInfo) -> datetime:
    """The moment after so many working hours: Monday to Friday, 9 to 17 o'clock in that time zone."""
    moment, left = _next_opening(now.astimezone(zone)), timedelta(hours=hours)
    while True:
        closing = datetime.combine(moment.date(), CLOSES, tzinfo=zone)
        if moment + left <= closing:
            return moment + left
        left -= closing - moment
        moment = _next_opening(closing)


def _next_opening(moment: datetime) -> datetime:
    """The moment itself when it lies within working hours, else when they begin again."""
    opening = datetime.combine(moment.date(), OPENS, tzinfo=moment.tzinfo)
    if moment.weekday() < SATURDAY and moment.time() < CLOSES:
        return max(moment, opening)
    return _next_opening(opening + timedelta(days=1))
