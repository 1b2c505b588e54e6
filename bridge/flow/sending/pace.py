"""How fast mails may follow each other that anybody can cause by typing somebody's address.

It is kept twice: when a mail is asked for, which decides whether and when, and when it leaves, since mail servers
and workers may have been away meanwhile.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from bridge.errors import LeadbridgeError
from bridge.flow.unit import Unit
from bridge.store import lately, turns
from bridge.store.outbox import Delivery

DAY = timedelta(days=1)


class NotYet(LeadbridgeError):
    """A mail may not leave at this moment. until: from then on it may be tried.

    domain: in whose line it has a place at that moment, or None.
    """

    def __init__(self, until: datetime, why: str, domain: str | None = None) -> None:
        super().__init__(why)
        self.until = until
        self.domain = domain


@dataclass(frozen=True, slots=True)
class Pace:
    """So many within any 24 hours, and so long between two."""

    per_day: int
    pause: timedelta = timedelta(0)


CONFIRMATIONS = Pace(3, timedelta(minutes=10))
RECEIPTS, RECEIPTS_OF_CONFIRMED = Pace(3), Pace(20)


def slot(times: Collection[datetime], pace: Pace, now: datetime) -> datetime | None:
    """When the next mail of a kind may go to a person; None when it was enough for today.

    times: when those of the last 24 hours were or are due.
    """
    if len(times) >= pace.per_day:
        return None
    return max([now, *(time + pace.pause for time in times)])


def is_too_often(unit: Unit, profile_id: UUID, template: str) -> bool:
    """Whether as many mails of a kind that anybody can ask for were asked for as may follow each other."""
    known = lately.due_times(unit.connection, [profile_id], [template], unit.now - DAY)
    return slot(known.get((profile_id, template), []), CONFIRMATIONS, unit.now) != unit.now


def may_leave_at(unit: Unit, profile_id: UUID, delivery: Delivery, pace: Pace) -> datetime:
    """When a mail may leave, by what has left before. Two workers that ask at once do so one after another."""
    turns.take(unit.connection, [profile_id])
    left = lately.left_times(unit.connection, profile_id, delivery, unit.now, unit.now - DAY)
    after_the_last = [left[-1] + pace.pause] if left else []
    when_one_is_old = [left[-pace.per_day] + DAY] if len(left) >= pace.per_day else []
    return max([unit.now, *after_the_last, *when_one_is_old])
