"""How long to wait before a webhook is posted again, as Standard Webhooks recommends."""

from datetime import timedelta

PAUSES = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
ATTEMPTS = len(PAUSES) + 1
"""Over a little more than three days."""

JITTER = 0.1
LONGEST_WISH = timedelta(hours=24)
"""What an endpoint may ask for by `Retry-After`; more is cut to this."""

LONGEST = PAUSES[-1] * (1 + JITTER)
"""The longest pause there is."""


def webhook_pause(attempt: int, chance: float, wish: timedelta | None = None) -> timedelta | None:
    """The pause after an attempt, counted from 1; None after the last one.

    chance: 0 to 1; spreads it by a tenth either way. wish: the pause that the endpoint asked for; a shorter one than
    ours changes nothing.
    """
    if attempt >= ATTEMPTS:
        return None
    pause = PAUSES[attempt - 1] * (1 + JITTER * (2 * chance - 1))
    return max(pause, min(wish or timedelta(0), LONGEST_WISH))
