"""What an answer of sales means: which answers are possible, and when nurturing resumes."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from bridge.program.model import Reason

Outcome = Literal[
    "accepted", "not_reached", "come_back", "note", "forwarded", "rejected", "won", "lost", "corrected"
]

AT_ANY_TIME = frozenset({"not_reached", "come_back", "note", "forwarded", "rejected"})
"""What sales can say as long as it has the lead."""
REPEATABLE = frozenset({"not_reached", "come_back", "note", "forwarded"})
"""What sales can say more than once, and what ends nothing."""

POSSIBLE: dict[str, frozenset[str]] = {
    "open": AT_ANY_TIME | {"accepted"},
    "accepted": AT_ANY_TIME | {"won", "lost"},
    "won": frozenset({"corrected"}),
}
BEFORE_THE_DATE = timedelta(weeks=6)


@dataclass(frozen=True, slots=True)
class Answer:
    """What sales said. reason: an id from the programme, for rejected and lost. on: a date the person named.

    to: the colleague who gets the lead, for forwarded. by: whose link was used; None for whoever has the lead.
    for_them: the name of whoever says it in their stead, who is neither of those that may answer themselves.
    takes_it: whether it is accepted by a colleague who neither has the lead nor heads the team, and who wants it.
    of, seen: who had the lead when they looked at it, and how it stood; None where nobody did.
    """

    outcome: str
    reason: str | None = None
    amount: Decimal | None = None
    currency: str | None = None
    on: date | None = None
    note: str | None = None
    to: str | None = None
    by: str | None = None
    for_them: str | None = None
    takes_it: bool = False
    of: str | None = None
    seen: str | None = None


def nurture_resumes(reason: Reason, on: date | None, now: datetime, zone: ZoneInfo) -> datetime:
    """When nurturing may go on: months after now, or six weeks before a date that the person named."""
    if on is not None:
        return max(now, datetime.combine(on, time(8), tzinfo=zone) - BEFORE_THE_DATE)
    later: datetime = now + relativedelta(months=reason.back_after)
    return later
