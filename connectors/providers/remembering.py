"""Asking the world outside for what proves a request: seldom, and never as often as strangers would have it."""

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

from connectors.providers.familiar import Familiar
from connectors.providers.hook import Unreachable

Value = TypeVar("Value")

MINUTE = 60.0


class Remembering(Generic[Value]):
    """What was fetched by a name is known for a while. Safe to use from several threads.

    keep: seconds. most: so many names are known at once. a_minute: so many fetches are made, whoever asks, since
    names come from requests that prove nothing yet; beyond that, what is known longer than `keep` is good enough.
    familiar: names by which something was found before; as many fetches again are theirs alone, so that strangers
    with names of their own do not keep the provider out after a restart. clock: seconds that only grow.
    """

    def __init__(
        self,
        fetch: Callable[[str], Value],
        keep: float = 3600.0,
        *,
        most: int = 32,
        a_minute: int = 10,
        familiar: Familiar | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fetch = fetch
        self._keep = keep
        self._most = most
        self._clock = clock
        self._known: dict[str, tuple[float, Value]] = {}
        self._familiar = familiar or Familiar()
        self._fetched: dict[bool, deque[float]] = {one: deque(maxlen=a_minute) for one in (True, False)}
        self._lock = threading.Lock()

    def __call__(self, name: str) -> Value:
        """What belongs to a name. Raises Unreachable when too much was asked for, and what the fetch raises."""
        with self._lock:
            at, value = self._known.get(name, (0.0, None))
            fetched = self._fetched[name in self._familiar]
            if value is not None and (self._clock() - at < self._keep or not self._may_fetch(fetched)):
                return value
            if not self._may_fetch(fetched):
                raise Unreachable("too many names that were not known were asked for within a minute")
            fetched.append(self._clock())
        found = self._fetch(name)
        self._familiar.add(name)
        with self._lock:
            self._known.pop(name, None)
            while len(self._known) >= self._most:
                del self._known[next(iter(self._known))]
            self._known[name] = self._clock(), found
        return found

    def _may_fetch(self, fetched: deque[float]) -> bool:
        return len(fetched) != fetched.maxlen or self._clock() - fetched[0] >= MINUTE
