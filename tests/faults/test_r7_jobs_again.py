"""R7: every job five times, by several workers at once: the same ledger, one hand-over, each mail once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

from bridge.wiring.queues import JOBS
from tests.faults.books import Books
from tests.faults.conftest import Bridge
from tests.promise import few_or_many
from tests.promises.processes import Processes

pytestmark = pytest.mark.xdist_group("faults")

PEOPLE = few_or_many(30, 300)
WORKERS = few_or_many(2, 5)
"""For each of the two queues."""
TIMES = 5


@contextmanager
def standing_still(processes: Processes) -> Iterator[None]:
    """Nobody scores and sends, so that jobs heap up; afterwards several workers do at once."""
    for part in JOBS:
        processes.stop(part)
    yield
    for part in JOBS:
        for number in range(1, WORKERS + 1):
            processes.start(part if number == 1 else f"{part}-{number}")


def repeat_jobs(url: str) -> int:
    """Put every waiting job into its queue four more times; returns how many that makes."""
    jobs = 0
    with Redis.from_url(url) as redis:
        for name in JOBS:
            queue = Queue(name, connection=redis, serializer=JSONSerializer)
            for job in queue.jobs:
                for _ in range(TIMES - 1):
                    queue.enqueue(JOBS[name], *job.args, result_ttl=0)
            jobs += queue.count
    return jobs


@pytest.mark.faults  # threads show the same in tests/flow/test_exactly_once.py, sooner
@pytest.mark.promise("R7", "every job five times, by several worker processes")
@pytest.mark.promise("R10", "every job five times, by several worker processes")
def test_jobs_that_run_five_times_on_many_workers_do_their_work_once(
    bridge: Bridge, saw: Callable[..., None]
) -> None:
    traffic = bridge.traffic("again").submits(most=PEOPLE)
    with standing_still(bridge.processes):
        with traffic:
            traffic.wait()
        bridge.processes.wait_for_ingest()
        jobs = repeat_jobs(bridge.valkey.url)
    books = Books(bridge.processes, traffic)
    books.drained()
    for number in range(2, WORKERS + 1):
        for part in JOBS:
            bridge.processes.stop(f"{part}-{number}")
    books.settle(saw, jobs=jobs, workers=WORKERS * len(JOBS))
    assert books.mails_twice() == {}
