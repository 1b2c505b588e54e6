"""R11: no mail is lost, and a crash doubles at most what the lanes were at, under the same Message-ID."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import Engine, select, update

from bridge.flow.sweep import GRACE, sweep
from bridge.store.tables import outbox
from bridge.wiring import Services
from bridge.worker.lanes import MOST
from tests.conftest import Servers
from tests.mail_server import SILENCE, MailServer, Step, listening
from tests.promise import few_or_many
from tests.promises.workers import (
    deliveries,
    part,
    services_by_the_wall,
    settings_for,
    submit,
)
from tests.together import eventually, waits_for_a_lock

pytestmark = pytest.mark.promise("R11", "no mail lost, at most one doubled for each lane per crash")

CRASHES = few_or_many(2, 20)


class Watch:
    """Holds the worker between the server's yes and its own commit, by a lock on the row that it wants to mark."""

    def __init__(self, engine: Engine) -> None:
        self.connection = engine.connect()
        self.waits_for = ""

    def mood(self, step: Step, recipient: str) -> str | float:
        """Take every mail; before saying so of the one in question, lock its row."""
        if step == "dot" and recipient == self.waits_for:
            self.connection.execute(select(outbox.c.id).where(outbox.c.state == "leased").with_for_update())
        return 0.0

    def let_go(self) -> None:
        """Unlock the row."""
        self.waits_for = ""
        self.connection.rollback()


def two_minutes_later(services: Services) -> None:
    """Leases run out, and the sweeper finds what was left behind."""
    with services.engine.begin() as connection:
        past = services.clock() - timedelta(seconds=1)
        connection.execute(update(outbox).where(outbox.c.state == "leased").values(leased_until=past))
    sweep(services.engine, services.wake, services.clock() + GRACE)


def test_a_worker_killed_between_the_servers_yes_and_its_own_note_doubles_one_mail_at_most(
    servers: Servers, engine: Engine, redis: Redis, tmp_path: Path, saw: Callable[..., None]
) -> None:
    watch = Watch(engine)
    with listening(MailServer(watch.mood)) as server:
        environ = settings_for(tmp_path, servers, SMTP_URL=server.url)
        with services_by_the_wall(environ) as services:
            for crash in range(CRASHES):
                submit(services, f"quiet{crash}@beispiel.example", form="webinar", allows=())
                with part(environ, "worker", "deliver") as worker:
                    quiet = f"quiet{crash}@beispiel.example"
                    assert eventually(lambda who=quiet: bool(server.taken_by(who)))  # type: ignore[misc]
                    watch.waits_for = f"hit{crash}@beispiel.example"
                    submit(services, watch.waits_for, form="webinar", allows=())
                    assert eventually(lambda: waits_for_a_lock(services.engine))
                    worker.kill()
                    worker.wait()
                watch.let_go()
                two_minutes_later(services)
            with part(environ, "worker", "deliver"):
                assert eventually(lambda: len(deliveries(services, ["sent"])) == 2 * CRASHES)
    watch.connection.close()
    arrived = Counter(one.recipient for one in server.taken)
    ids = {(one.recipient, one.message_id) for one in server.taken}
    doubled = sum(number - 1 for number in arrived.values())
    saw(crashes=CRASHES, lost=2 * CRASHES - len(arrived), doubled=doubled)
    assert len(arrived) == 2 * CRASHES
    assert max(arrived.values()) == 2
    assert doubled <= CRASHES
    assert len(ids) == len(arrived)


def test_a_worker_killed_while_every_lane_is_at_the_final_dot_doubles_one_mail_a_lane_at_most(
    servers: Servers, engine: Engine, redis: Redis, tmp_path: Path, saw: Callable[..., None]
) -> None:
    people = [f"p{one}@d{one}.example" for one in range(MOST + 4)]
    slow = [True]

    def mood(step: Step, recipient: str) -> str | float:
        return SILENCE if step == "dot" and slow[0] else 0.0  # it is taken, and nobody hears of it

    with listening(MailServer(mood)) as server:
        environ = settings_for(tmp_path, servers, SMTP_URL=server.url)
        with services_by_the_wall(environ) as services:
            for one in people:
                submit(services, one, form="webinar", allows=())
            with part(environ, "worker", "deliver") as worker:
                assert eventually(lambda: len(server.taken) >= MOST), len(server.taken)
                worker.kill()
                worker.wait()
            at_the_dot, slow[0] = len(server.taken), False
            two_minutes_later(services)
            with part(environ, "worker", "deliver"):
                assert eventually(lambda: len(deliveries(services, ["sent"])) == len(people))
    arrived = Counter(one.recipient for one in server.taken)
    ids = {(one.recipient, one.message_id) for one in server.taken}
    doubled = sum(number - 1 for number in arrived.values())
    saw(lanes_at_the_dot=at_the_dot, lost=len(people) - len(arrived), doubled=doubled)
    assert at_the_dot == doubled == MOST
    assert len(ids) == len(arrived) == len(people)
    assert max(arrived.values()) == 2
