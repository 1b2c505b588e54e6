"""Mails that were begun and wait for a lane."""

import time
from collections import deque
from collections.abc import Iterable
from uuid import UUID

from bridge.flow.deliver import Begun


class Stock:
    """The longest-waiting first. stale: seconds that one may wait. Whoever uses it holds a lock."""

    def __init__(self, stale: float) -> None:
        self._stale = stale
        self._waiting: deque[tuple[float, Begun]] = deque()
        self._again: deque[UUID] = deque()

    def __len__(self) -> int:
        return len(self._waiting)

    def __bool__(self) -> bool:
        """Whether there is something to take."""
        return bool(self._again) or bool(self._waiting and time.monotonic() <= self._waiting[0][0])

    def add(self, begun: Iterable[Begun]) -> None:
        """Put mails behind the others."""
        until = time.monotonic() + self._stale
        self._waiting.extend((until, one) for one in begun)

    def begin_again(self, delivery_ids: Iterable[UUID]) -> None:
        """Put in what is to be begun once more, by itself."""
        self._again.extend(delivery_ids)

    def take(self) -> Begun | UUID:
        """Take something out, of a stock that is not empty (`bool`); nothing that has waited for too long."""
        return self._again.popleft() if self._again else self._waiting.popleft()[1]

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
        self._again.clear()
        return every
