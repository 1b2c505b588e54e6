"""Who is woken, and how: jobs of RQ that carry ids."""

import logging
import time
from collections.abc import Iterable
from math import ceil
from uuid import UUID

from redis import Redis, RedisError
from rq import Queue
from rq.serializers import JSONSerializer

log = logging.getLogger(__name__)

JOBS = {"score": "bridge.worker.jobs.score", "deliver": "bridge.worker.jobs.deliver"}
"""Queue → the job that its worker runs. One queue for each worker process."""

FEWEST_IDS, MOST_IDS = 50, {"score": 250, "deliver": 50}
"""Of a job. A few that wait are one job; of many each is as large as pays, and holds up nobody for long."""
SHARES = 8
"""Workers of one queue that find something to do as soon as there is more than a few of it."""
JOB_SECONDS = {"score": 180, "deliver": -1}
"""A job that sends is never interrupted from outside: each step of it has its own time limit."""
PAUSE_WITHOUT_REDIS = 2.0
MOST_JOBS = {"score": 50, "deliver": 200}
"""Twelve thousand people are a few seconds of one worker's time."""
KEPT_ON_FAILURE = 86_400


class Queues:
    """The queues of one process. redis: for short calls."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._no_wakes_before = 0.0

    def wake(self, kind: str, ids: Iterable[UUID]) -> None:
        """Enqueue jobs of that kind. When Redis is away nobody is woken; the sweeper finds the work later."""
        if time.monotonic() < self._no_wakes_before:
            return
        names = [str(one) for one in ids]
        size = _ids_per_job(kind, len(names))
        try:
            queue = Queue(kind, connection=self._redis, serializer=JSONSerializer)
            queue.enqueue_many(  # in one conversation, however many they are
                Queue.prepare_data(
                    JOBS[kind],
                    (names[start : start + size],),
                    timeout=JOB_SECONDS[kind],
                    result_ttl=0,
                    failure_ttl=KEPT_ON_FAILURE,
                )
                for start in range(0, len(names), size)
            )
        except RedisError as error:
            self._no_wakes_before = time.monotonic() + PAUSE_WITHOUT_REDIS
            log.warning("nobody was woken", extra={"queue": kind, "reason": type(error).__name__})

    def is_behind(self, kind: str) -> bool:
        """Whether so many jobs wait that more wake-ups would only be in the way; False when nobody knows."""
        try:
            return Queue(kind, connection=self._redis, serializer=JSONSerializer).count > MOST_JOBS[kind]
        except RedisError:
            return False


def _ids_per_job(kind: str, waiting: int) -> int:
    return min(max(FEWEST_IDS, ceil(waiting / SHARES)), MOST_IDS[kind])
