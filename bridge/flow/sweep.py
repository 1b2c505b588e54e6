"""Find unfinished work in the database: what nobody was woken for, or whoever was woken did not do."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Engine

from bridge.flow.unit import Unit, Wake
from bridge.ids import derived_id
from bridge.store import dead_letters, due_events, enrolments, leases, outbox, profiles
from bridge.store.dead_letters import DeadLetter

log = logging.getLogger(__name__)

SCORING = "scoring"
"""What dead letters call it, as they name every step at which something failed."""


@dataclass(frozen=True, slots=True)
class Found:
    """What waits: profiles to be scored, deliveries to be sent."""

    to_score: list[UUID]
    to_deliver: list[UUID]


FIRST_PAUSE = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(hours=6)
GRACE = timedelta(seconds=5)
"""Whoever was woken in the last few seconds is still at it."""

MOST_SETTLED = 10_000
"""People whose hits settle between two looks: more than come in meanwhile. Whoever is left waits for the sweep."""

GAP = timedelta(seconds=30)
"""Much shorter than what is left of a lease, even right before it is renewed."""
HOLD = timedelta(seconds=45)
"""Longer than workers need to renew their leases: thirty seconds at most, one when they failed to before."""


def sweep(engine: Engine, wake: Wake, now: datetime) -> Found:
    """Wake everybody for whom something is due."""
    with engine.connect() as connection:
        scoring = {
            *due_events.profiles_due(connection, now - GRACE),
            *profiles.due_for_recheck(connection, now - GRACE),
            *enrolments.profiles_due(connection, now - GRACE),
        }
        found = Found(sorted(scoring), outbox.due(connection, now - GRACE))
    _wake(wake, found)
    return found


class Sweeper:
    """Sweeps again and again, and notices when it could not for a while.

    Then others could not write down what they had sent, nor renew their leases, and nothing of theirs is abandoned
    yet. So it is when the database was away, and when a clock leapt ahead.
    """

    def __init__(self, engine: Engine, speed: int = 1) -> None:
        """speed: of the clock by which it is asked to sweep; leases run by the world's."""
        self._engine = engine
        self._speed = speed
        self._last: datetime | None = None
        self._failed = False

    def sweep(self, wake: Wake, now: datetime) -> Found:
        """Wake everybody for whom something is due. Raises what the database raises while it is away."""
        if self._failed or (self._last and now - self._last > GAP * self._speed):
            with self._engine.begin() as connection:
                held = leases.hold_all(connection, now + HOLD * self._speed)
            log.info("leases are held on to, nobody swept for a while", extra={"deliveries": held})
        self._failed = True  # unless it comes to its end
        found = sweep(self._engine, wake, now)
        self._failed, self._last = False, now
        return found


def wake_settled(engine: Engine, wake: Wake, since: datetime, now: datetime) -> Found:
    """Wake those whose hits have settled since the last look: a timer that needs no memory."""
    with engine.connect() as connection:
        scoring = {
            *due_events.profiles_due(connection, now, since=since, limit=MOST_SETTLED),
            *profiles.due_for_recheck(connection, now, since=since, limit=MOST_SETTLED),
        }
    found = Found(sorted(scoring), [])
    _wake(wake, found)
    return found


def bury_profile(unit: Unit, profile_id: UUID, error: Exception, step: str = SCORING) -> None:
    """A profile about which something cannot be done becomes visible, with the step that failed.

    Of one that cannot be scored events and places wait, longer each time; when it is tried again by hand, its places
    come at the end of their wait. Other steps come again by themselves, and hold nothing else up.
    """
    letter = DeadLetter(
        id=derived_id(step, profile_id),
        source=step,
        payload={"profile": str(profile_id)},
        error=f"{type(error).__name__}: {error}"[:500],
        at=unit.now,
    )
    attempts = dead_letters.bury(unit.connection, letter)
    if step != SCORING:
        return
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(attempts, 20))
    later = unit.now + unit.world.lasting(pause)
    due_events.put_off(unit.connection, profile_id, unit.now, later)
    enrolments.put_off(unit.connection, profile_id, unit.now, later)


def _wake(wake: Wake, found: Found) -> None:
    if found.to_score:
        wake("score", found.to_score)
    if found.to_deliver:
        wake("deliver", found.to_deliver)
