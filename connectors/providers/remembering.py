"""Asking the world outside for what proves a request: seldom, and never as often as strangers would have it."""

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

from connectors.providers.hook import Unreachable

Value = TypeVar("Value")

MINUTE = 60.0


class Remembering(Generic[Value]):
    """What was fetched by a name is known for a while. Safe to use from several threads.

    keep: seconds. most: so many names are known at once. a_minute: so many fetches are made, whoever asks, since
    names come from requests that prove nothing yet; beyond that, what is known longer than `keep` is good enough.
    clock: seconds that only grow.
    """

    def __init__(
        self,
        fetch: Callable[[str], Value],
        keep: float = 3600.0,
        *,
        most: int = 32,
        a_minute: int = 10,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fetch = fetch
        self._keep = keep
        self._most = most
        self._clock = clock
        self._known: dict[str, tuple[float, Value]] = {}
        self._fetched: deque[float] = deque(maxlen=a_minute)
        self._lock = threading.Lock()

    def __call__(self, name: str) -> Value:
        """What belongs to a name. Raises Unreachable when too much was asked for, and what the fetch raises."""
        with self._lock:
            at, value = self._known.get(name, (0.0, None))
            if value is not None and (self._clock() - at < self._keep or not self._may_fetch()):
                return value
            if not self._may_fetch():
                raise Unreachable("too many names that were not known were asked for within a minute")
            self._fetched.append(self._clock())
        fetched = self._fetch(name)
        with self._lock:
            self._known.pop(name, None)
            while len(self._known) >= self._most:
                del self._known[next(iter(self._known))]
            self._known[name] = self._clock(), fetched
        return fetched

    def _may_fetch(self) -> bool:
        return len(self._fetched) != self._fetched.maxlen or self._clock() - self._fetched[0] >= MINUTE
