"""Our own small cron: it survives an absent Redis and an absent database, and never stops for an error."""

import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from croniter import croniter

from bridge.errors import MailboxAway
from bridge.flow.expire_points import expire_points
from bridge.flow.judge_fit import judge_everybody
from bridge.flow.make_room import make_room
from bridge.flow.results.compare_wordings import choose_wordings
from bridge.flow.results.roll_up import roll_up_marked, roll_up_today
from bridge.flow.results.send_digest import send_digest
from bridge.flow.retention import Found, forget_expired
from bridge.flow.running_program import note_program
from bridge.flow.sales.await_answers import await_answers
from bridge.flow.sales.give_back import return_lost
from bridge.flow.sales.release_leads import release_as_room_returns
from bridge.flow.sending.read_bounces import Seen
from bridge.flow.sequences.fetch_feeds import Outcome, fetch_feeds
from bridge.flow.sequences.notice_ignored import notice_ignored
from bridge.flow.sequences.wake_sleepers import begin_series
from bridge.store import mail_domains
from bridge.store.database import is_unavailable
from bridge.wiring import Services
from bridge.worker.leaving import FINISH_WITHIN

log = logging.getLogger(__name__)

AGAIN = timedelta(minutes=1)
LONGEST_PAUSE = 5.0
"""Seconds until somebody looks whether the clock was set back."""
SHORTEST_PAUSE = timedelta(seconds=1)
"""Between two times of a duty when the clock runs faster than the world; by it they would be due hundreds of times
a second."""


@dataclass(frozen=True, slots=True)
class Duty:
    """Something to be done again and again. when: a cron expression in UTC, with seconds as its sixth field.

    do: what takes long gives an iterator, of which one step is done at a time, so that no other duty waits for it.
    apart: it is done in a thread of its own, since a step of it may wait for somebody else's server, or for the
    database to look through all people or all mails.
    """

    name: str
    when: str
    do: Callable[[Services], Iterator[object] | None]
    apart: bool = False


def _sweep(services: Services) -> None:
    """A queue with much waiting needs no more wake-ups: what it does not do now is found again."""

    def wake(kind: str, ids: Iterable[UUID]) -> None:
        if not services.queues.is_behind(kind):
            services.wake(kind, ids)

    services.sweeper.sweep(wake, services.clock())


def _expire(services: Services) -> Iterator[int]:
    return expire_points(services.unit, lately=True)


def _expire_all(services: Services) -> Iterator[int]:
    return expire_points(services.unit)


def _notice_ignored(services: Services) -> Iterator[int]:
    return notice_ignored(services.unit)


def _return_lost(services: Services) -> None:
    return_lost(services.unit)


def _note_program(services: Services) -> None:
    with services.unit() as unit:
        note_program(unit)


def _forget(services: Services) -> Iterator[Found]:
    gone: Counter[str] = Counter()
    for found in forget_expired(services.unit, services.program.retention, services.clock()):
        gone[found.rule.what] += found.count
        yield found
    log.info("retention", extra={"gone": {what: count for what, count in gone.items() if count}})


def _make_room(services: Services) -> Iterator[list[str]]:
    for made in make_room(services.unit, services.clock().date()):
        if made:
            log.info("room for days to come", extra={"first": made[0], "last": made[-1]})
        yield made


def _read_bounces(services: Services) -> Iterator[Seen]:
    try:
        yield from services.bounces.read()
    except MailboxAway as error:
        log.warning("the mailbox for bounces is away", extra={"reason": str(error)})


def _judge_fits(services: Services) -> Iterator[int]:
    """Fits that other rules judged, after the programme has changed."""
    yield from judge_everybody(services.unit)


def _refresh_downloads(services: Services) -> Iterator[str]:
    return services.files.refresh_all()


def _fetch_feeds(services: Services) -> Iterator[Outcome]:
    with services.feeds.open() as asking:
        for outcome in fetch_feeds(services.unit, services.program.feeds, asking.fetch):
            if outcome.failure:
                log.warning("a feed fails", extra={"feed": outcome.feed, "reason": outcome.failure})
            yield outcome


def _choose_wordings(services: Services) -> None:
    """Once a day: whoever looks more often is more often deceived by chance."""
    with services.unit() as unit:
        decided = choose_wordings(unit)
    for one in decided:
        place = {"sequence": one.sequence, "step": one.step_id}
        log.info("a wording was chosen", extra={**place, "variant": one.variant, "because": one.because})


def _forget_idle(services: Services) -> None:
    with services.unit() as unit:
        mail_domains.forget_idle(unit.connection, unit.now - AGAIN)


def _await_answers(services: Services) -> Iterator[int]:
    return await_answers(services.unit)


def _release_leads(services: Services) -> Iterator[bool]:
    given = 0
    for count in release_as_room_returns(services.unit):
        given += count
        yield True
    if given:
        log.info("held leads handed over", extra={"count": given})


def _begin_series(services: Services) -> Iterator[int]:
    yield from begin_series(services.unit, services.program)


def _roll_up_today(services: Services) -> Iterator[date]:
    return roll_up_today(services.unit)


def _roll_up_marked(services: Services) -> Iterator[date]:
    return roll_up_marked(services.unit)


def _send_digest(services: Services) -> None:
    with services.unit() as unit:
        send_digest(unit)


DUTIES = (
    Duty("sweep", "* * * * * */5", _sweep),
    Duty("expire points", "*/5 * * * *", _expire),
    Duty("expire all points", "7 2 * * *", _expire_all),
    Duty("notice ignored mails", "*/5 * * * *", _notice_ignored),
    Duty("return lost leads", "*/5 * * * *", _return_lost),
    Duty("await answers of sales", "* * * * *", _await_answers),
    Duty("release held leads", "* * * * *", _release_leads),
    Duty("weekly mail", "*/5 * * * *", _send_digest),
    Duty("begin series", "*/10 * * * *", _begin_series, apart=True),
    Duty("read bounces", "* * * * * */20", _read_bounces, apart=True),
    Duty("note the programme", "* * * * *", _note_program),
    Duty("judge fits", "* * * * *", _judge_fits),
    Duty("fetch feeds", "*/15 * * * *", _fetch_feeds, apart=True),
    Duty("figures of today", "* * * * *", _roll_up_today, apart=True),
    Duty("figures of other days", "*/10 * * * *", _roll_up_marked, apart=True),
    Duty("choose wordings", "23 5 * * *", _choose_wordings, apart=True),
    Duty("forget idle domains", "*/5 * * * *", _forget_idle),
    Duty("refresh downloads", "*/20 * * * *", _refresh_downloads, apart=True),
    Duty("room for days to come", "41 * * * *", _make_room),
    Duty("retention", "17 3 * * *", _forget),
)


def run_cron(services: Services, stop: threading.Event, duties: tuple[Duty, ...] = DUTIES) -> None:
    """Do each duty when it is due, until `stop` is set. Duties missed while asleep are done once."""
    loops = [
        threading.Thread(target=_do, args=(services, stop, (one,)), daemon=True)
        for one in duties
        if one.apart
    ]
    for loop in loops:
        loop.start()
    _do(services, stop, tuple(duty for duty in duties if not duty.apart))
    for loop in loops:
        loop.join(FINISH_WITHIN)


def _do(services: Services, stop: threading.Event, duties: tuple[Duty, ...]) -> None:
    looked = services.clock()
    due = {duty.name: looked for duty in duties}
    begun: dict[str, Iterator[object]] = {}
    while not stop.is_set():
        looked, before = services.clock(), looked
        if looked < before:  # the machine's clock was set back
            due = {duty.name: min(due[duty.name], _next(duty, looked, answered=True)) for duty in duties}
        for duty in duties:
            if duty.name in begun or due[duty.name] <= services.clock():
                answered = _attempt(duty, services, begun)
                due[duty.name] = max(_next(duty, services.clock(), answered), _breath(services))
        pause = (min(due.values()) - services.clock()).total_seconds() / services.speed
        stop.wait(0 if begun else min(max(0.05, pause), LONGEST_PAUSE))


def _breath(services: Services) -> datetime:
    """Until when nothing is to be done that was just done."""
    is_fast = services.speed > 1
    return services.clock() + (SHORTEST_PAUSE * services.speed if is_fast else timedelta())


def _next(duty: Duty, now: datetime, answered: bool) -> datetime:
    """When the duty is due again; what could not be done for want of a database is tried again soon."""
    regularly: datetime = croniter(duty.when, now).get_next(datetime)
    return regularly if answered else min(regularly, now + AGAIN)


def _attempt(duty: Duty, services: Services, begun: dict[str, Iterator[object]]) -> bool:
    """Do a duty, or one step of it: then the rest is left in `begun`. False when the database did not answer."""
    try:
        steps = begun.pop(duty.name, None) or duty.do(services)
        if steps is not None and next(steps, None) is not None:
            begun[duty.name] = steps
    except Exception as error:
        if is_unavailable(error):
            log.warning("the database is away", extra={"duty": duty.name})
            return False
        log.exception("duty failed", extra={"duty": duty.name})
    return True
