"""Our own small cron: whatever a duty does, the next one is done, and the loop goes on."""

import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from croniter import croniter
from sqlalchemy import text

from bridge.clock import Course, write_course
from bridge.settings import COURSE, Settings
from bridge.store.database import make_engine
from bridge.up.ports import free_port
from bridge.wiring import Services
from bridge.worker.cron import DUTIES, Duty, run_cron
from tests.make import NOON

EVERY_SECOND = "* * * * * *"


def run(services: Services, *duties: Duty, rounds: int) -> None:
    """Let cron run until the last duty was done so often."""
    stop = threading.Event()
    left = [rounds]

    def count(_: Services) -> None:
        left[0] -= 1
        if not left[0]:
            stop.set()

    loop = threading.Thread(
        target=run_cron, args=(services, stop, (*duties, Duty("count", EVERY_SECOND, count))), daemon=True
    )
    loop.start()
    loop.join(timeout=20)
    assert not loop.is_alive()


@pytest.fixture
def hurried(services: Services) -> Services:
    """A process in which every look at the clock is a second later."""
    now = [services.clock()]

    def clock() -> object:
        now[0] += timedelta(seconds=1)
        return now[0]

    services.clock = clock  # type: ignore[assignment]
    return services


def failing(error: Callable[[Services], object], calls: list[str]) -> Duty:
    def do(services: Services) -> None:
        calls.append("tried")
        error(services)

    return Duty("failing", EVERY_SECOND, do)


def test_a_failing_duty_stops_neither_itself_nor_the_others(hurried: Services) -> None:
    calls: list[str] = []
    run(hurried, failing(lambda _: 1 / 0, calls), rounds=3)
    assert len(calls) >= 3


def test_an_absent_database_stops_nothing(hurried: Services) -> None:
    calls: list[str] = []
    away = make_engine(f"postgresql://nobody@127.0.0.1:{free_port()}/nothing")

    def ask(_: Services) -> None:
        with away.connect() as connection:
            connection.execute(text("select 1"))

    run(hurried, failing(ask, calls), rounds=3)
    assert len(calls) >= 3


def test_what_takes_long_is_done_step_by_step_between_the_other_duties(hurried: Services) -> None:
    done: list[str] = []

    def long(_: Services) -> Iterator[str]:
        for number in range(4):
            done.append(f"step {number}")
            yield "more"

    def short(_: Services) -> None:
        done.append("short")

    run(hurried, Duty("long", "0 0 1 1 *", long), Duty("short", EVERY_SECOND, short), rounds=6)
    assert done[:8] == ["step 0", "short", "step 1", "short", "step 2", "short", "step 3", "short"]
    assert done.count("step 0") == 1


def test_a_duty_that_stands_holds_up_no_other(hurried: Services) -> None:
    begun, end = threading.Event(), threading.Event()

    def stand(_: Services) -> None:
        begun.set()
        end.wait(20)

    def be_done(_: Services) -> None:
        assert begun.wait(5)
        end.set()

    run(
        hurried, Duty("stand", EVERY_SECOND, stand, apart=True), Duty("done", EVERY_SECOND, be_done), rounds=3
    )
    assert end.is_set()


def test_whoever_waits_for_somebody_elses_server_or_looks_through_everything_does_so_apart() -> None:
    apart = {duty.name for duty in DUTIES if duty.apart}
    assert apart == {
        "read bounces",
        "fetch feeds",
        "refresh downloads",
        "begin series",
        "choose wordings",
        "figures of today",
        "figures of other days",
    }


def test_a_step_that_fails_ends_its_duty_until_the_next_time(hurried: Services) -> None:
    done: list[str] = []

    def long(_: Services) -> Iterator[str]:
        done.append("begun")
        yield "more"
        raise ZeroDivisionError

    run(hurried, Duty("long", "0 0 1 1 *", long), rounds=4)
    assert done == ["begun"]


def test_a_daily_duty_is_tried_again_soon_after_the_database_was_away(hurried: Services) -> None:
    tried: list[datetime] = []

    def ask(services: Services) -> None:
        tried.append(services.clock())
        away = make_engine(f"postgresql://nobody@127.0.0.1:{free_port()}/nothing")
        with away.connect() as connection:
            connection.execute(text("select 1"))

    run(hurried, Duty("daily", "17 3 * * *", ask), rounds=90)
    assert len(tried) >= 2
    assert timedelta(seconds=60) <= tried[1] - tried[0] < timedelta(seconds=80)


def test_a_clock_that_is_set_back_stops_nothing(services: Services) -> None:
    waits: list[float] = []
    done: list[datetime] = []
    now = [services.clock()]
    services.clock = lambda: now[0]

    class Stop(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            waits.append(timeout or 0)
            now[0] += timedelta(seconds=timeout or 0)
            if len(waits) == 2:
                now[0] -= timedelta(hours=1)
            if len(waits) == 6:
                self.set()
            return self.is_set()

    run_cron(services, Stop(), (Duty("often", "* * * * * */5", lambda one: done.append(one.clock())),))
    assert max(waits) <= 5
    assert len(done) >= 5


def test_the_real_duties_run_on_an_empty_system(hurried: Services) -> None:
    run(hurried, *DUTIES, rounds=2)


def test_a_mailbox_that_is_away_is_a_warning_and_no_failure(
    environment: dict[str, str], hurried: Services, caplog: pytest.LogCaptureFixture
) -> None:
    away = {"LEADBRIDGE_BOUNCE_MAILBOX": f"imap://u:p@127.0.0.1:{free_port()}/INBOX?starttls=never"}
    hurried.settings = Settings.from_env(environment | away)
    duty = next(duty for duty in DUTIES if duty.name == "read bounces")
    run(hurried, Duty(duty.name, EVERY_SECOND, duty.do), rounds=2)
    assert {(record.levelname, record.getMessage()) for record in caplog.records} == {
        ("WARNING", "the mailbox for bounces is away")
    }


def test_the_duties_are_due_when_they_should_be() -> None:
    assert all(croniter.is_valid(duty.when, second_at_beginning=False) for duty in DUTIES)
    assert {duty.name for duty in DUTIES} == {
        "sweep",
        "expire points",
        "expire all points",
        "notice ignored mails",
        "return lost leads",
        "await answers of sales",
        "weekly mail",
        "begin series",
        "read bounces",
        "note the programme",
        "release held leads",
        "judge fits",
        "choose wordings",
        "figures of today",
        "figures of other days",
        "refresh downloads",
        "fetch feeds",
        "forget idle domains",
        "room for days to come",
        "retention",
    }


def test_however_fast_time_runs_a_duty_takes_a_breath_of_a_second(environment: dict[str, str]) -> None:
    write_course(Path(environment["LEADBRIDGE_DATA"]) / COURSE, Course(1440, NOON, NOON, NOON))
    world = [NOON]
    services = Services(Settings.from_env(environment | {"LEADBRIDGE_DEMO": "1"}), lambda: world[0])
    done: list[datetime] = []

    class Stop(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            world[0] += timedelta(seconds=timeout or 0)
            return world[0] >= NOON + timedelta(minutes=1)

        def is_set(self) -> bool:
            return self.wait(0)

    often = Duty("often", "* * * * * */5", lambda one: done.append(one.clock()))
    daily = Duty("daily", "17 3 * * *", lambda one: done.append(one.clock()))
    run_cron(services, Stop(), (often,))
    assert 55 <= len(done) <= 61
    done.clear()
    world[0] = NOON
    run_cron(services, Stop(), (daily,))
    assert len(done) == 2  # at once, and at a quarter past three
