"""What real processes do to each other: the same deed many times at once, and waiting for what others do."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

from sqlalchemy import Engine, text


def at_once(times: int, deed: Callable[[], object]) -> None:
    """Do something in so many threads, all starting together. Raises the first error of any of them."""
    start = Barrier(times)

    def run() -> None:
        start.wait(timeout=10)
        deed()

    with ThreadPoolExecutor(times) as pool:
        for future in [pool.submit(run) for _ in range(times)]:
            future.result(timeout=60)


def eventually(holds: Callable[[], bool], patience: float = 60.0) -> bool:
    """Whether something becomes true within so many seconds while others work, wherever the clock travels."""
    pause = Event()
    return any(holds() or pause.wait(0.02) for _ in range(int(patience / 0.02)))


def waits_for_a_lock(engine: Engine) -> bool:
    """Whether anybody waits in this database for what somebody else has locked."""
    waiting = text(
        "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
    )
    with engine.connect() as connection:
        return bool(connection.scalar(waiting))
