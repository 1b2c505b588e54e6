"""Series for many people at once: `python -m benchmarks.nurture [PEOPLE]`.

Everybody confirms and is enrolled, with the first mail prepared; a week later the next step is due for everybody.
Then as many others have slept for months, and cron begins the wake-up for them. One worker's share is measured
in this process, with a worker's collector and batches, from the first batch to the last.
"""

import gc
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import repeat
from uuid import UUID, uuid4

from sqlalchemy import Engine, text

from benchmarks.copying import copy_rows, settle
from benchmarks.due_mails import PEOPLE_OF_A_DOMAIN, consent_row, person_row
from benchmarks.ground import fresh_ground
from benchmarks.processes import family, parent, processor_time
from bridge.flow.results.report_sequences import report_sequences
from bridge.flow.score_profiles import score_profiles
from bridge.flow.sequences.wake_sleepers import begin_series
from bridge.flow.sweep import sweep
from bridge.nurture.places import Place
from bridge.store.events import EventRow
from bridge.store.rows import values_of
from bridge.store.tables import consents, enrolments, events, profiles
from bridge.wiring import Services
from bridge.wiring.garbage import ROWS_OF_A_BATCH

BATCH = 1000
WEEK = timedelta(days=8)
LONG_AGO = timedelta(days=120)
ASLEEP_FOR = timedelta(days=100)


def main(people: int) -> None:
    """Measure, and print a line for each stage."""
    with fresh_ground() as ground:
        services = ground.services
        ids = confirmed(services, people)
        gc.freeze()
        gc.set_threshold(ROWS_OF_A_BATCH)
        print(f"{people:,} people", flush=True)
        watch = Watch(people, postmaster(services.engine))
        watch.measured("enrolled, first mail prepared", lambda: batches(services, ids))
        a_week_passes(services.engine)
        watch.measured("found by a tick", lambda: tick(services))
        watch.measured("next step prepared", lambda: batches(services, ids))
        watch.measured("nothing due", lambda: batches(services, ids))
        watch.measured("looked through for follow-ups and wake-ups", lambda: begun(services))
        sleepers = asleep(services, people)
        watch.measured("enrolled by cron in the wake-up", lambda: begun(services))
        watch.measured("looked through once more", lambda: begun(services))
        watch.measured("first mail of the wake-up prepared", lambda: batches(services, sleepers))
        all_left(services.engine)
        watch.measured("report of all series", lambda: report(services))


@dataclass(frozen=True, slots=True)
class Watch:
    """Measures what is done for so many people. database: the process of PostgreSQL."""

    people: int
    database: int

    def measured(self, what: str, do: Callable[[], object]) -> None:
        """Print how long something takes: seconds on the wall, and of a processor in Python and in PostgreSQL."""
        began, worked, served = time.monotonic(), time.process_time(), self._served()
        do()
        took, busy = time.monotonic() - began, time.process_time() - worked
        print(
            f"{what}: {took:.1f} s; processor: Python {busy:.1f} s, PostgreSQL {self._served() - served:.1f} s; "
            f"{self.people / took:,.0f} a second",
            flush=True,
        )

    def _served(self) -> float:
        return sum(map(processor_time, family(self.database)))


def postmaster(engine: Engine) -> int:
    """The process that all of PostgreSQL's are children of."""
    with engine.connect() as connection:
        ours = connection.exec_driver_sql("select pg_backend_pid()").scalar_one()
    return parent(ours)


def confirmed(services: Services, number: int) -> list[UUID]:
    """So many people who have confirmed just now; nobody was scored yet."""
    people, now = [uuid4() for _ in range(number)], services.clock() - timedelta(minutes=1)
    companies = [f"{place % (number // PEOPLE_OF_A_DOMAIN + 1)}-x" for place in range(number)]
    given = (consent_row(one, purpose, now) for one in people for purpose in ("email", "tracking"))
    data = {"form": "webinar", "subject": "Webinar"}
    copy_rows(services.engine, profiles, map(person_row, people, companies, range(number), repeat(now)))
    copy_rows(services.engine, consents, given)
    copy_rows(
        services.engine,
        events,
        (
            values_of(EventRow(uuid4(), one, "address.confirmed", now, now, data=data, verdict="human"))
            for one in people
        ),
    )
    settle(services.engine)
    return people


def asleep(services: Services, number: int) -> list[UUID]:
    """So many people who had the welcome series, clicked once, and were not heard of since."""
    people, then = [uuid4() for _ in range(number)], services.clock() - LONG_AGO
    companies = [f"{place % (number // PEOPLE_OF_A_DOMAIN + 1)}-y" for place in range(number)]
    given = (consent_row(one, purpose, then) for one in people for purpose in ("email", "tracking"))
    copy_rows(services.engine, profiles, map(person_row, people, companies, range(number), repeat(then)))
    copy_rows(services.engine, consents, given)
    copy_rows(services.engine, events, (row for one in people for row in _life(one, then)))
    over = services.clock() - ASLEEP_FOR
    places = (Place(uuid4(), one, "welcome", then, None, 3, "completed", ended_at=over) for one in people)
    copy_rows(services.engine, enrolments, map(values_of, places))
    settle(services.engine)
    return people


def _life(person: UUID, then: datetime) -> Iterable[dict[str, object]]:
    kinds = ("address.confirmed", "mail.sent", "mail.opened", "link.clicked", "mail.sent")
    for number, kind in enumerate(kinds):
        at = then + timedelta(days=number)
        yield values_of(EventRow(uuid4(), person, kind, at, at, scored_at=at, verdict="human"))


def batches(services: Services, people: list[UUID]) -> None:
    """What a worker does when it is woken for them."""
    for first in range(0, len(people), BATCH):
        with services.unit() as unit:
            score_profiles(unit, people[first : first + BATCH])
            unit.to_score.clear()
            unit.to_deliver.clear()


def tick(services: Services) -> None:
    """What cron does every five seconds, but for handing over the ids."""
    sweep(services.engine, lambda kind, ids: None, services.clock())


def begun(services: Services) -> Iterator[int] | None:
    """What cron does every ten minutes."""
    for _ in begin_series(services.unit, services.program):
        pass
    return None


def report(services: Services) -> None:
    """What `leadbridge report sequences` reads."""
    with services.engine.begin() as connection:
        report_sequences(connection, services.program, None)


def all_left(engine: Engine) -> None:
    """Let every mail have been sent, and its pixel and links be known."""
    with engine.begin() as connection:
        connection.execute(text("update mails set sent_at = created_at, tracked = true"))
    settle(engine)


def a_week_passes(engine: Engine) -> None:
    """Let everything have happened a week earlier."""
    moments = {
        "enrolments": ("started_at", "due_at", "waits_since"),
        "events": ("at", "due_at", "scored_at"),
        "mails": ("created_at",),
        "consents": ("at",),
    }
    with engine.begin() as connection:
        for table, columns in moments.items():
            earlier = ", ".join(f"{one} = {one} - interval '{WEEK.days} days'" for one in columns)
            connection.execute(text(f"update {table} set {earlier}"))  # noqa: S608 - names of ours
    settle(engine)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
