"""How long to wait before the next attempt: pauses that grow, spread by chance so that not all come back at once."""

from dataclasses import dataclass
from datetime import timedelta

LONGEST_WISH = timedelta(hours=24)
"""What the other side may ask for; more is cut to this."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """Pauses, one after another. jitter: the part of a pause that chance adds or takes at most."""

    pauses: tuple[timedelta, ...]
    jitter: float

    @property
    def longest(self) -> timedelta:
        """The longest pause there is, unless the other side asks for more."""
        return self.pauses[-1] * (1 + self.jitter)

    def pause(self, attempt: int, chance: float, wish: timedelta | None = None) -> timedelta:
        """The pause after an attempt, counted from 1; behind the last one it stays the same.

        chance: 0 to 1. wish: the pause that the other side asked for; a shorter one than ours changes nothing.
        """
        pause = self.pauses[min(attempt, len(self.pauses)) - 1] * (1 + self.jitter * (2 * chance - 1))
        return max(pause, min(wish or timedelta(0), LONGEST_WISH))


MAILS = Schedule(
    (
        timedelta(seconds=30),
        timedelta(minutes=2),
        timedelta(minutes=10),
        timedelta(minutes=30),
        timedelta(hours=1),
        timedelta(hours=3),
        timedelta(hours=6),
        timedelta(hours=12),
    ),
    jitter=0.2,
)

WEBHOOKS = Schedule(
    (
        timedelta(seconds=5),
        timedelta(minutes=5),
        timedelta(minutes=30),
        timedelta(hours=2),
        timedelta(hours=5),
        timedelta(hours=10),
        timedelta(hours=14),
        timedelta(hours=20),
        timedelta(hours=24),
    ),
    jitter=0.1,
)
"""As Standard Webhooks recommends, over a little more than three days; then it is given up."""
