"""Mails that were begun and wait for a lane."""

import time
from collections import deque
from collections.abc import Iterable

from bridge.flow.deliver import Begun


class Stock:
    """The longest-waiting first. stale: seconds that one may wait. Whoever uses it holds a lock."""

    def __init__(self, stale: float) -> None:
        self._stale = stale
        self._waiting: deque[tuple[float, Begun]] = deque()

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, begun: Iterable[Begun]) -> None:
        """Put mails behind the others."""
        until = time.monotonic() + self._stale
        self._waiting.extend((until, one) for one in begun)

    def take(self) -> Begun | None:
        """Take the first one out, if there is one."""
        return self._waiting.popleft()[1] if self._waiting else None

    def take_stale(self) -> list[Begun]:
        """Take those out that have waited for too long."""
        now, stale = time.monotonic(), list[Begun]()
        while self._waiting and self._waiting[0][0] < now:
            stale.append(self._waiting.popleft()[1])
        return stale

    def take_all(self) -> list[Begun]:
        """Take all of them out."""
        every = [one for _, one in self._waiting]
        self._waiting.clear()
        return every
