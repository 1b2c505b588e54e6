"""How long to wait before the next attempt."""

from datetime import timedelta

PAUSES = (
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=6),
    timedelta(hours=12),
)
JITTER = 0.2
LONGEST_WISH = timedelta(hours=24)
"""What a mail server may ask for in its words; more is cut to this."""


def pause_before(attempt: int, chance: float, wish: timedelta | None = None) -> timedelta:
    """The pause after an attempt, counted from 1.

    chance: 0 to 1; spreads it by a fifth either way. wish: the pause that the other side asked for; a shorter one
    than ours changes nothing.
    """
    pause = PAUSES[min(attempt, len(PAUSES)) - 1] * (1 + JITTER * (2 * chance - 1))
    return max(pause, min(wish or timedelta(0), LONGEST_WISH))
