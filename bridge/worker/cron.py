"""Our own small cron: it survives an absent Redis and an absent database, and never stops for an error."""

import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from croniter import croniter

from bridge.flow.expire_points import expire_points
from bridge.flow.record_outcome import back_from_lost
from bridge.flow.record_visits import forget_old_visits
from bridge.flow.sweep import sweep
from bridge.store import profiles
from bridge.store.database import is_unavailable
from bridge.wiring import Services

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Duty:
    """Something to be done again and again. when: a cron expression with seconds as its sixth field."""

    name: str
    when: str
    do: Callable[[Services], None]


def _sweep(services: Services) -> None:
    """A queue with much waiting needs no more wake-ups: what it does not do now is found again."""

    def wake(kind: str, ids: Iterable[UUID]) -> None:
        if not services.is_behind(kind):
            services.wake(kind, ids)

    sweep(services.engine, wake, services.clock())


def _expire(services: Services) -> None:
    with services.unit() as unit:
        expire_points(unit)


def _return_lost(services: Services) -> None:
    with services.unit() as unit:
        back_from_lost(unit, profiles.back_from_lost(unit.connection, unit.now))


def _forget_visits(services: Services) -> None:
    with services.unit() as unit:
        forget_old_visits(unit)


DUTIES = (
    Duty("sweep", "* * * * * */5", _sweep),
    Duty("expire points", "*/5 * * * *", _expire),
    Duty("return lost leads", "*/5 * * * *", _return_lost),
    Duty("forget old visits", "*/5 * * * *", _forget_visits),
)


def run_cron(services: Services, stop: threading.Event, duties: tuple[Duty, ...] = DUTIES) -> None:
    """Do each duty when it is due, until `stop` is set. Duties missed while asleep are done once."""
    due = {duty.name: services.clock() for duty in duties}
    while not stop.is_set():
        for duty in duties:
            if due[duty.name] <= services.clock():
                _attempt(duty, services)
                due[duty.name] = croniter(duty.when, services.clock()).get_next(datetime)
        stop.wait(max(0.05, (min(due.values()) - services.clock()).total_seconds()))


def _attempt(duty: Duty, services: Services) -> None:
    try:
        duty.do(services)
    except Exception as error:
        if is_unavailable(error):
            log.warning("the database is away", extra={"duty": duty.name})
        else:
            log.exception("duty failed", extra={"duty": duty.name})
