"""Being woken: jobs carry ids, a worker process does them, and nobody fails for lack of a queue."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from uuid import UUID

import pytest
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import select

from bridge import wiring
from bridge.flow.accept_submission import accept_submission
from bridge.store.events import EventRow
from bridge.store.events import add as add_events
from bridge.store.tables import dead_letters, events, outbox, profiles
from bridge.up.ports import free_port
from bridge.wiring import Services
from bridge.worker import jobs as jobs_of_workers
from bridge.worker.queues import Worker
from tests import make
from tests.house import House
from tests.together import eventually


@pytest.fixture
def worker(environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A real worker for the queue “score”, in a process of its own."""
    command = [sys.executable, "-m", "bridge.cli", "worker", "score"]
    process = subprocess.Popen(command, env={**os.environ, **environment})
    yield process
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=15) == 0


def jobs(redis: Redis, queue: str) -> list[list[object]]:
    """The arguments of the jobs in a queue."""
    return [list(job.args) for job in Queue(queue, connection=redis, serializer=JSONSerializer).jobs]


def test_a_worker_does_not_say_for_every_job_again_that_it_lives(redis: Redis) -> None:
    queue = Queue("score", connection=redis, serializer=JSONSerializer)
    worker = Worker([queue], connection=redis, serializer=JSONSerializer)
    worker.heartbeat()
    assert redis.exists(worker.key)
    redis.delete(worker.key)
    worker.heartbeat()
    assert not redis.exists(worker.key)


def test_a_beat_before_a_short_job_lasts_as_long_as_the_worker_waits_for_the_next_one(redis: Redis) -> None:
    queue = Queue("score", connection=redis, serializer=JSONSerializer)
    worker = Worker([queue], connection=redis, serializer=JSONSerializer)
    with redis.pipeline() as together:
        worker.heartbeat(240, together)
        together.execute()
    worker.heartbeat()
    assert redis.ttl(worker.key) > worker.dequeue_timeout


@pytest.mark.parametrize(
    ("waiting", "sizes"),
    [(1, [1]), (50, [50]), (51, [50, 1]), (1600, [200] * 8), (5001, [250] * 20 + [1])],
)
def test_a_job_carries_a_few_ids_or_a_share_of_many(
    services: Services, redis: Redis, waiting: int, sizes: list[int]
) -> None:
    names = [str(make.some_id()) for _ in range(waiting)]
    services.wake("score", [UUID(one) for one in names])
    batches = [job[0] for job in jobs(redis, "score")]
    assert [len(batch) for batch in batches if isinstance(batch, list)] == sizes
    assert list(chain.from_iterable(batches)) == names  # type: ignore[arg-type]


def test_whoever_commits_wakes_both_queues(services: Services, redis: Redis) -> None:
    with services.unit() as unit:
        accept_submission(unit, make.submission(), services.clock())
    with services.engine.connect() as connection:
        person = connection.execute(select(profiles.c.id)).scalar_one()
        delivery = connection.execute(select(outbox.c.id)).scalar_one()
    assert jobs(redis, "score") == [[[str(person)]]]
    assert jobs(redis, "deliver") == [[[str(delivery)]]]


def test_nobody_is_woken_by_what_was_not_committed(services: Services, redis: Redis) -> None:
    with pytest.raises(RuntimeError), services.unit() as unit:
        accept_submission(unit, make.submission(), services.clock())
        raise RuntimeError
    assert jobs(redis, "score") == []
    with services.engine.connect() as connection:
        assert connection.execute(select(profiles)).all() == []


def test_with_redis_away_everything_is_accepted(services: Services) -> None:
    away = replace(services.settings, redis_url=f"redis://127.0.0.1:{free_port()}/0")
    alone = Services(away, services.clock)
    with alone.unit() as unit:
        accept_submission(unit, make.submission(), alone.clock())
    alone.engine.dispose()
    with services.engine.connect() as connection:
        assert len(connection.execute(select(profiles)).all()) == 1


def test_a_worker_process_does_what_it_is_woken_for(
    services: Services, worker: subprocess.Popen[bytes], house: House
) -> None:
    with services.unit() as unit:
        accept_submission(unit, make.submission(), services.clock())
    assert eventually(lambda: house.lead().score == 2)
    with services.engine.connect() as connection:
        assert connection.execute(select(events.c.scored_at)).scalar_one() is not None
    assert worker.poll() is None


def test_a_job_for_nobody_harms_no_worker(
    services: Services, worker: subprocess.Popen[bytes], house: House
) -> None:
    services.wake("score", [make.some_id()])
    with services.unit() as unit:
        accept_submission(unit, make.submission(), services.clock())
    assert eventually(lambda: house.lead().score == 2)
    assert worker.poll() is None


def stumble(ids: list[str]) -> None:
    """A job that fails, with somebody's name in its error."""
    raise ValueError(f"{ids}: Kanarienvogel")


def test_redis_keeps_no_words_of_a_failed_jobs_error(redis: Redis) -> None:
    queue = Queue("score", connection=redis, serializer=JSONSerializer)
    job = queue.enqueue("tests.worker.test_jobs.stumble", ["an id"], failure_ttl=60)
    Worker([queue], connection=redis, serializer=JSONSerializer).work(burst=True, logging_level="WARNING")
    failure = job.latest_result()
    assert job.is_failed
    assert failure is not None
    assert failure.exc_string == "see the log"


@pytest.fixture
def in_this_process(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Jobs find their services by the environment, as in a worker process."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    wiring.services.cache_clear()
    yield
    wiring.services().engine.dispose()
    wiring.services().redis.close()
    wiring.services.cache_clear()


@pytest.mark.usefixtures("in_this_process")
def test_a_person_who_cannot_be_scored_stops_no_other(services: Services, house: House) -> None:
    house.submit(email="ben@beispiel.example")
    with services.unit() as unit:
        accept_submission(unit, make.submission(), services.clock())
        unscorable = EventRow(
            make.some_id(),
            house.lead("ben@beispiel.example").id,
            "form.submitted",
            services.clock(),
            services.clock(),
            data={"channel": "sales", "submission": "no id"},
        )
        add_events(unit.connection, [unscorable])
    jobs_of_workers.score([str(row.id) for row in house.rows(profiles)])
    assert house.lead().score == 2
    assert [row.source for row in house.rows(dead_letters)] == ["scoring"]
