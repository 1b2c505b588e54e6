"""Sends several things at a time, each in a thread with an SMTP connection of its own.

A server that is slow holds up its own lanes only: as long as a lane has been busy for more than a moment, another
one opens in its place, up to `most`. What lanes are at stands in the database under a lease, so a killed process
loses nothing.
"""

import logging
import math
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from itertools import islice
from queue import Empty, SimpleQueue
from typing import Protocol
from uuid import UUID

from bridge.flow.deliver import Begun, Sender
from bridge.flow.write_together import NURTURE
from bridge.store.database import is_away, is_unavailable
from bridge.store.outbox import Delivery
from bridge.worker.books import Books
from connectors.contract import Answer, Posted, Receipt

log = logging.getLogger(__name__)

USUAL, MOST = 4, 16
SLOW = 1.0
"""Seconds after which somebody who is still busy counts as slow."""
TOGETHER = 25
"""Mails of sequences that are begun at a time."""
STALE = 5.0
"""Seconds after which others may have what was begun with others and found no lane."""
RENEWAL = 30.0
"""Seconds between two renewals of leases; a quarter of a lease."""
IDLE = 30.0
PAUSES = (0.2, 0.5, 1.0)
"""Seconds between attempts to reach a database that is away; the last one again and again."""
CALM = 2.0
"""Seconds after the last such attempt that failed, before anything is begun: longer than the longest of the pauses,
so that whoever has sent something writes it down before anybody could take it for abandoned."""


class Connection(Protocol):
    """A connection that is kept between mails."""

    def close_if_idle(self) -> None:
        """Close it when it was not used for a while."""

    def close(self) -> None:
        """Close it."""


class Lanes:
    """open_way: a sender that no other thread uses, and its connection. stale: see STALE.

    Use it from one thread, or from several.
    """

    def __init__(
        self,
        open_way: Callable[[], tuple[Sender, Connection]],
        usual: int = USUAL,
        most: int = MOST,
        stale: float = STALE,
    ) -> None:
        self.stopping = threading.Event()
        self.books = Books()
        self._open_way = open_way
        self._usual, self._most, self._stale = usual, most, stale
        self._changed = threading.Condition()
        self._idle: list[_Lane] = []
        self._busy: list[_Lane] = []
        self._begin_after = 0.0
        threading.Thread(target=self._renew, name="leases", daemon=True).start()

    def hand_over(self, delivery_ids: Iterable[UUID]) -> None:
        """Give each to a lane as soon as there is room; returns when the last one has begun, or at a stop.

        Of several those that are mails of sequences are begun together.
        """
        ids = iter(delivery_ids)
        while some := list(islice(ids, TOGETHER)):
            begun = self._begin_together(some) if len(some) > 1 else []
            given = self._give(begun, time.monotonic() + self._stale)
            if given < len(begun):
                self._sender.let_go([one.delivery for one in begun[given:]])
            under_way = {one.delivery.id for one in begun[:given]}
            alone = [one for one in some if one not in under_way]
            if self._give(alone) < len(alone):
                return

    def stop(self) -> None:
        """Begin nothing any more."""
        self.stopping.set()

    def close(self, patience: float) -> int:
        """Stop, wait so many seconds for what is under way, give back the rest; returns how many that were."""
        self.stop()
        with self._changed:
            self._changed.wait_for(lambda: not self._busy, patience)
            left = list(self._busy)
            for lane in self._idle:
                lane.put(None)
        under_way = [held for lane in left if (held := lane.delivery)]
        given_back = left[0].sender.give_back(under_way) if under_way else 0
        if given_back:
            log.warning("given back unfinished", extra={"deliveries": given_back})
        return given_back

    def done(self, lane: "_Lane") -> None:
        """A lane has nothing more to do."""
        with self._changed:
            self._busy.remove(lane)
            self._idle.append(lane)
            self._changed.notify_all()
            nobody_is_busy = not self._busy
        if nobody_is_busy:
            self.books.wake(lane.sender)

    def database_is_away(self) -> None:
        """Begin nothing until it is back, and a moment longer."""
        self._begin_after = time.monotonic() + CALM

    @cached_property
    def _sender(self) -> Sender:
        """Begins what several lanes will send."""
        return self._open_way()[0]

    def _begin_together(self, delivery_ids: Sequence[UUID]) -> list[Begun]:
        with self._changed:
            self._wait_for_room(math.inf)
        return [] if self.stopping.is_set() else self._sender.begin_together(delivery_ids)

    def _give(self, several: "Sequence[Begun | UUID]", until: float = math.inf) -> int:
        """Give each to a lane; returns how many got one before a moment of time.monotonic(), or a stop."""
        for number, one in enumerate(several):
            lane = self._take_lane(until)
            if lane is None:
                return number
            lane.put(one)
        return len(several)

    def _take_lane(self, until: float) -> "_Lane | None":
        with self._changed:
            if not self._wait_for_room(until):
                return None
            lane = self._idle.pop() if self._idle else _Lane(self, *self._open_way())
            lane.began = time.monotonic()
            self._busy.append(lane)
            return lane

    def _wait_for_room(self, until: float) -> bool:
        """Whether there is room before a moment of time.monotonic(), or a stop. Whoever asks holds `_changed`."""
        while not self.stopping.is_set():
            if self._has_room():
                return True
            if time.monotonic() > until:
                return False
            self._changed.wait(SLOW / 10)
        return False

    def _has_room(self) -> bool:
        if time.monotonic() < self._begin_after:
            return False
        quick = sum(1 for lane in self._busy if time.monotonic() - lane.began < SLOW)
        return quick < self._usual and len(self._busy) < self._most

    def _renew(self) -> None:
        pause = RENEWAL
        while not self.stopping.wait(pause):
            pause = RENEWAL if self._renewed() else PAUSES[-1]

    def _renewed(self) -> bool:
        """Hold on to what is under way; False when the database could not be told."""
        with self._changed:
            busy = list(self._busy)
        under_way = [held for lane in busy if (held := lane.delivery)]
        try:
            if under_way:
                busy[0].sender.keep(under_way)
        except Exception as error:
            log.warning("leases were not renewed", extra={"reason": type(error).__name__})
            return False
        return True


class _Lane:
    """A thread that sends one thing after another. delivery: what it is at, or None."""

    def __init__(self, lanes: Lanes, sender: Sender, connection: Connection) -> None:
        self.sender = sender
        self.delivery: Delivery | None = None
        self.began = 0.0
        self._lanes = lanes
        self._connection = connection
        self._given: SimpleQueue[Begun | UUID | None] = SimpleQueue()
        threading.Thread(target=self._run, name="lane", daemon=True).start()

    def put(self, given: Begun | UUID | None) -> None:
        """Something to be sent, begun or not; None ends the thread."""
        if isinstance(given, Begun):
            self.delivery = given.delivery
        self._given.put(given)

    def _run(self) -> None:
        while True:
            try:
                given = self._given.get(timeout=IDLE)
            except Empty:
                self._connection.close_if_idle()
                continue
            if given is None:
                return self._connection.close()
            try:
                self._deliver(given)
            except Exception as error:
                if is_away(error):
                    self._lanes.database_is_away()
                _say(error, given)
            finally:
                self.delivery = None
                self._lanes.done(self)

    def _deliver(self, given: Begun | UUID) -> None:
        begun: Begun | str | None
        if isinstance(given, Begun):
            begun = given
        else:
            begun = None if self._lanes.stopping.is_set() else self.sender.begin(given)
        if isinstance(begun, Begun):
            self.delivery = begun.delivery
            if self._lanes.stopping.is_set():  # since `close` may have looked already, at others
                self.sender.let_go([begun.delivery])
            else:
                self._conclude(begun, self.sender.send(begun))

    def _conclude(self, begun: Begun, answer: Answer | Posted) -> None:
        """Write down what became of it, however long the database is away: else it would be sent again.

        Once it is back, the sweeper leaves the time for this (`flow.sweep.Sweeper`). What the books do not take
        with that of others is tried by itself.
        """
        if isinstance(answer, Receipt) and begun.delivery.template == NURTURE:
            with suppress(Exception):
                self._lanes.books.enter(self.sender, begun.delivery)
                return
        for number, pause in enumerate(_without_end(PAUSES)):
            try:
                self.sender.conclude(begun, answer)
                return
            except Exception as error:
                if not is_unavailable(error):
                    raise
                if is_away(error):
                    self._lanes.database_is_away()
                if not number:
                    facts = {"delivery": str(begun.delivery.id)}
                    log.warning("what was sent cannot be written down yet", extra=facts)
            time.sleep(pause)


def _say(error: Exception, given: Begun | UUID) -> None:
    """What nobody did is found by the sweeper."""
    facts = {"delivery": str(given.delivery.id if isinstance(given, Begun) else given)}
    if is_unavailable(error):
        log.warning("the database is away", extra=facts)
    else:
        log.error("a delivery failed", extra=facts, exc_info=error)


def _without_end(pauses: Sequence[float]) -> Iterator[float]:
    yield from pauses
    while True:
        yield pauses[-1]
