"""When advertising mails may leave: `[mailing]` of the programme."""

from dataclasses import dataclass
from datetime import time, timedelta


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From one time of the day to another one, which is the next day's when it is not later."""

    begins: time
    ends: time


@dataclass(frozen=True, slots=True)
class Mailing:
    """For mails that rest on consent; what somebody waits for leaves at once.

    quiet: when they do not leave; None for never. max_per_day, max_per_week: most of them to one person on one day
    or in one week of the calendar; None for no such bound. rest_at: at this score or below nurturing rests, but for
    events and wake-ups; None for never. ignored_after: a mail without a reaction for so long was ignored.
    """

    quiet: QuietHours | None = None
    max_per_day: int = 3
    max_per_week: int | None = None
    rest_at: int | None = None
    ignored_after: timedelta = timedelta(days=7)
