"""The same deed many times at once: what real processes do to each other, in threads on real connections."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier


def at_once(times: int, deed: Callable[[], object]) -> None:
    """Do something in so many threads, all starting together. Raises the first error of any of them."""
    start = Barrier(times)

    def run() -> None:
        start.wait(timeout=10)
        deed()

    with ThreadPoolExecutor(times) as pool:
        for future in [pool.submit(run) for _ in range(times)]:
            future.result(timeout=60)
