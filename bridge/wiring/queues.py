"""Who is woken, and how: jobs of RQ that carry ids."""

import logging
import time
from collections.abc import Iterable
from uuid import UUID

from redis import Redis, RedisError
from rq import Queue
from rq.serializers import JSONSerializer

log = logging.getLogger(__name__)

JOBS = {"score": "bridge.worker.jobs.score", "deliver": "bridge.worker.jobs.deliver"}
"""Queue → the job that its worker runs. One queue for each worker process."""

IDS_PER_JOB = {"score": 50, "deliver": 50}
JOB_SECONDS = {"score": 180, "deliver": -1}
"""A job that sends is never interrupted from outside: each step of it has its own time limit."""
PAUSE_WITHOUT_REDIS = 2.0
MOST_JOBS = 200
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
        size = IDS_PER_JOB[kind]
        try:
            queue = Queue(kind, connection=self._redis, serializer=JSONSerializer)
            for start in range(0, len(names), size):
                queue.enqueue(
                    JOBS[kind],
                    names[start : start + size],
                    job_timeout=JOB_SECONDS[kind],
                    result_ttl=0,
                    failure_ttl=KEPT_ON_FAILURE,
                )
        except RedisError as error:
            self._no_wakes_before = time.monotonic() + PAUSE_WITHOUT_REDIS
            log.warning("nobody was woken", extra={"queue": kind, "reason": type(error).__name__})

    def is_behind(self, kind: str) -> bool:
        """Whether so many jobs wait that more wake-ups would only be in the way; False when nobody knows."""
        try:
            return Queue(kind, connection=self._redis, serializer=JSONSerializer).count > MOST_JOBS
        except RedisError:
            return False
