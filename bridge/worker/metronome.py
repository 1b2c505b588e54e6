"""Wakes deliveries at the moment they are due, so that a line of mails leaves evenly and not in heaps.

It looks a moment ahead and remembers nothing; what it misses the sweeper finds.
"""

import logging
import threading
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Engine

from bridge.clock import Clock
from bridge.store import leases

log = logging.getLogger(__name__)

AHEAD = timedelta(milliseconds=500)
"""Shorter than the shortest time that anything is put off for, so that nothing slips in between."""


def beat(
    engine: Engine,
    clock: Clock,
    hand_over: Callable[[Iterable[UUID]], None],
    stop: threading.Event,
    speed: int = 1,
) -> None:
    """Hand over what becomes due, each thing at its moment, until `stop` is set. speed: of the clock."""
    seen = clock()
    while not stop.is_set():
        until = clock() + AHEAD * speed
        coming = _coming(engine, seen, until)
        for due_at, delivery_id in coming:
            if not stop.wait(_seconds_to(due_at, clock, speed)):
                _give(hand_over, delivery_id)
        seen = coming[-1][0] if len(coming) == leases.MOST_SOON else until
        stop.wait(_seconds_to(seen, clock, speed))


def _coming(engine: Engine, after: datetime, until: datetime) -> list[tuple[datetime, UUID]]:
    try:
        with engine.connect() as connection:
            return leases.soon(connection, after, until)
    except Exception as error:
        log.warning("nobody looked ahead", extra={"reason": type(error).__name__})
        return []


def _give(hand_over: Callable[[Iterable[UUID]], None], delivery_id: UUID) -> None:
    """A process that can open no further lane at this moment may do so at the next."""
    try:
        hand_over([delivery_id])
    except Exception as error:
        facts = {"delivery": str(delivery_id), "reason": type(error).__name__}
        log.warning("a delivery was not handed over", extra=facts)


def _seconds_to(moment: datetime, clock: Clock, speed: int) -> float:
    """Nothing is further ahead than AHEAD, unless the clock was set back meanwhile."""
    return max(0.0, min(AHEAD, (moment - clock()) / speed).total_seconds())
