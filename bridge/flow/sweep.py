"""Find unfinished work in the database: what nobody was woken for, or whoever was woken did not do."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Engine

from bridge.flow.unit import Wake
from bridge.store import enrolments, events, outbox, profiles


@dataclass(frozen=True, slots=True)
class Found:
    """What waits: profiles to be scored, deliveries to be sent."""

    to_score: list[UUID]
    to_deliver: list[UUID]


GRACE = timedelta(seconds=5)
"""Whoever was woken in the last few seconds is still at it."""


def sweep(engine: Engine, wake: Wake, now: datetime) -> Found:
    """Wake everybody for whom something is due."""
    with engine.connect() as connection:
        scoring = {
            *events.profiles_due(connection, now - GRACE),
            *profiles.due_for_recheck(connection, now - GRACE),
            *enrolments.profiles_due(connection, now - GRACE),
        }
        found = Found(sorted(scoring), outbox.due(connection, now - GRACE))
    _wake(wake, found)
    return found


def wake_settled(engine: Engine, wake: Wake, since: datetime, now: datetime) -> Found:
    """Wake those whose hits have settled since the last look: a timer that needs no memory."""
    with engine.connect() as connection:
        scoring = {
            *events.profiles_due(connection, now, since=since),
            *profiles.due_for_recheck(connection, now, since=since),
        }
    found = Found(sorted(scoring), [])
    _wake(wake, found)
    return found


def _wake(wake: Wake, found: Found) -> None:
    if found.to_score:
        wake("score", found.to_score)
    if found.to_deliver:
        wake("deliver", found.to_deliver)
