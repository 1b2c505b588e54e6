"""An RQ worker for one queue."""

import logging
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from redis import Redis, RedisError
from rq import Queue, SimpleWorker
from rq.exceptions import StopRequested
from rq.job import Job
from rq.serializers import JSONSerializer

from bridge.wiring import Services
from bridge.worker import jobs
from bridge.worker.leaving import FINISH_WITHIN, leave
from bridge.worker.metronome import beat

log = logging.getLogger(__name__)

PAUSE = 1.0
"""Seconds before somebody works again whose worker gave up."""

BEAT = 5.0
"""Seconds; whoever says nothing for minutes counts as dead."""

LONGER = 60
"""Seconds that a beat lasts longer than a worker waits for a job."""

_PROBES = {"TCP_KEEPIDLE": 5, "TCP_KEEPINTVL": 2, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 10_000}
PROBES = {getattr(socket, name): value for name, value in _PROBES.items() if hasattr(socket, name)}
"""Who waits for a job says nothing for minutes; a Redis out of reach is found within ten seconds all the same."""


@dataclass
class Asked:
    """What a signal handler notes. No threading.Event, whose lock the main thread may hold in that very moment."""

    to_stop: bool = False


class Worker(SimpleWorker):
    """Keeps its SMTP and database connections between jobs, and comes back soon after Redis does.

    RQ would write the words of an error into its log and, for a day, into Redis; they may quote somebody's data.
    """

    max_connection_wait_time = 5.0
    ending: Callable[[], object] = staticmethod(lambda: None)
    """What ends the work besides, once somebody asked for it."""

    asked = Asked()
    """Whether somebody asked us to stop."""

    _beat_at = -BEAT

    def heartbeat(self, timeout: int | None = None, pipeline: Any = None) -> None:
        """Say that we live: RQ would three times for each job besides what it says together with other things.

        Each time for as long as whoever waits for a job says nothing: what comes after a job may be left out.
        """
        now = time.monotonic()
        if pipeline is not None or now - self._beat_at >= BEAT:
            super().heartbeat(max(timeout or 0, self.worker_ttl + LONGER), pipeline)
            self._beat_at = now

    def handle_warm_shutdown_request(self) -> None:
        """Somebody asks us to stop."""
        self.asked.to_stop = True
        super().handle_warm_shutdown_request()  # type: ignore[no-untyped-call]  # RQ types only a part
        leave(self.ending)

    def handle_exception(self, job: Job, *exc_info: Any) -> None:
        """Say which job failed, and where."""
        log.error("a job failed", extra={"queue": job.origin, "job": job.id}, exc_info=exc_info)

    def handle_job_failure(self, *args: Any, **facts: Any) -> None:
        """Note in Redis that a job failed."""
        super().handle_job_failure(*args, **(facts | {"exc_string": "see the log"}))


def run_worker(services: Services, queue: str) -> None:
    """Work until SIGTERM. One queue only: with several, RQ can lose a job whose worker is killed."""
    if queue == "deliver":
        _work_in_lanes(services, queue)
    else:
        _work(services, queue)


def _work(services: Services, queue: str, ending: Callable[[], object] = Worker.ending) -> None:
    """Have a worker, and another one when it gave up: RQ's does for all that it did not foresee, such as a Redis
    that goes in the middle of a job.
    """
    probes = {"socket_keepalive": True, "socket_keepalive_options": PROBES}
    connection = Redis.from_url(services.settings.redis_url, **probes)
    asked, pause = Asked(), 0.0
    while not asked.to_stop:
        try:
            time.sleep(pause)
            worker = Worker(
                [Queue(queue, connection=connection, serializer=JSONSerializer)],
                connection=connection,
                serializer=JSONSerializer,
            )
            worker.asked, worker.ending, pause = asked, ending, PAUSE
            worker.work(logging_level="WARNING")
        except StopRequested:  # there was no worker at that moment
            return
        except RedisError as error:
            log.warning("Redis is away", extra={"queue": queue, "reason": type(error).__name__})
            pause = PAUSE


def _work_in_lanes(services: Services, queue: str) -> None:
    ways = jobs.lanes()
    beats = (services.engine, services.clock, ways.hand_over, ways.stopping, services.speed)
    threading.Thread(target=beat, args=beats, name="metronome", daemon=True).start()
    try:
        _work(services, queue, partial(ways.close, FINISH_WITHIN))
    finally:
        ways.close(FINISH_WITHIN)
