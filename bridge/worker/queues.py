"""An RQ worker for one queue."""

from redis import Redis
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer

from bridge.wiring import Services


class Worker(SimpleWorker):
    """Keeps its SMTP and database connections between jobs, and comes back soon after Redis does."""

    max_connection_wait_time = 5.0


def run_worker(services: Services, queue: str) -> None:
    """Work until SIGTERM. One queue only: with several, RQ can lose a job whose worker is killed."""
    connection = Redis.from_url(services.settings.redis_url)
    queues = [Queue(queue, connection=connection, serializer=JSONSerializer)]
    worker = Worker(queues, connection=connection, serializer=JSONSerializer)
    worker.work(logging_level="WARNING")
