"""Mails that wait for a lane: begun ones, and ids of those that are to be begun by themselves."""

import time
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from bridge.flow.sending.begun import Begun


class Stock:
    """The longest-waiting first. stale: seconds that one may wait. Whoever uses it holds a lock."""

    def __init__(self, stale: float) -> None:
        self._stale = stale
        self._waiting: deque[tuple[float, Begun]] = deque()
        self._again: dict[UUID, float] = {}
        self._behind: dict[UUID, Sequence[UUID]] = {}

    def __len__(self) -> int:
        return len(self._waiting) + len(self._again)

    def __bool__(self) -> bool:
        """Whether there is something to take."""
        return bool(self._again) or bool(self._waiting and time.monotonic() <= self._waiting[0][0])

    def add(self, begun: Iterable[Begun], behind: Mapping[UUID, Sequence[UUID]] | None = None) -> None:
        """Put mails behind the others. behind: one of them → those that may be begun one by one after it."""
        until = time.monotonic() + self._stale
        self._waiting.extend((until, one) for one in begun)
        self._behind.update(behind or {})

    def is_through(self, delivery_id: UUID | None) -> None:
        """Whoever comes right after that one may be begun."""
        if delivery_id and (crowd := self._behind.pop(delivery_id, ())):
            following, *others = crowd
            self.begin_again([following])
            self._behind[following] = others

    def begin_again(self, delivery_ids: Iterable[UUID]) -> None:
        """Put in what is to be begun by itself. It may wait for any time; what is there waits on."""
        until = time.monotonic() + self._stale
        for one in delivery_ids:
            self._again.setdefault(one, until)

    def take(self) -> Begun | UUID:
        """Take something out, of a stock that is not empty (`bool`); no begun one that has waited for too long."""
        return self._take_again() if self._is_again_next() else self._waiting.popleft()[1]

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
        self._behind.clear()
        return every

    def _is_again_next(self) -> bool:
        if not self._waiting or not self._again:
            return bool(self._again)
        until = self._waiting[0][0]
        return until < time.monotonic() or next(iter(self._again.values())) <= until

    def _take_again(self) -> UUID:
        first = next(iter(self._again))
        del self._again[first]
        return first
