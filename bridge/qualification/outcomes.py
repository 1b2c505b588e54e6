"""What an answer of sales means: which answers are possible, and when nurturing resumes."""

from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from bridge.program.model import Reason

Outcome = Literal["accepted", "not_reached", "rejected", "won", "lost"]

POSSIBLE: dict[str, frozenset[str]] = {
    "open": frozenset({"accepted", "not_reached", "rejected"}),
    "accepted": frozenset({"not_reached", "rejected", "won", "lost"}),
}
BEFORE_THE_DATE = timedelta(weeks=6)


def nurture_resumes(reason: Reason, on: date | None, now: datetime, zone: ZoneInfo) -> datetime:
    """When nurturing may go on: months after now, or six weeks before a date that the person named."""
    if on is not None:
        return max(now, datetime.combine(on, time(8), tzinfo=zone) - BEFORE_THE_DATE)
    later: datetime = now + relativedelta(months=reason.back_after)
    return later
