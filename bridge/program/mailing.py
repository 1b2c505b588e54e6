"""When advertising mails may leave: `[mailing]` of the programme."""

from dataclasses import dataclass
from datetime import time


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From one time of the day to another one, which is the next day's when it is not later."""

    begins: time
    ends: time


@dataclass(frozen=True, slots=True)
class Mailing:
    """For mails that rest on consent; what somebody waits for leaves at once.

    quiet: when they do not leave; None for never. max_per_day: most of them to one person on one day.
    """

    quiet: QuietHours | None = None
    max_per_day: int = 3
