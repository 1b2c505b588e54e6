"""Sends several things at a time, each in a thread with an SMTP connection of its own.

A server that is slow holds up its own lanes only: as long as a lane has been busy for more than a moment, another
one opens in its place, up to `most`. What lanes are at stands in the database under a lease, so a killed process
loses nothing.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from queue import Empty, SimpleQueue
from typing import Protocol
from uuid import UUID

from bridge.flow.deliver import Begun, Sender
from bridge.store.database import is_away, is_unavailable
from bridge.store.outbox import Delivery
from connectors.contract import Answer, Posted

log = logging.getLogger(__name__)

USUAL, MOST = 4, 16
SLOW = 1.0
"""Seconds after which somebody who is still busy counts as slow."""
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
    """open_way: a sender that no other thread uses, and its connection.

    Use it from one thread, or from several.
    """

    def __init__(
        self, open_way: Callable[[], tuple[Sender, Connection]], usual: int = USUAL, most: int = MOST
    ) -> None:
        self.stopping = threading.Event()
        self._open_way = open_way
        self._usual, self._most = usual, most
        self._changed = threading.Condition()
        self._idle: list[_Lane] = []
        self._busy: list[_Lane] = []
        self._begin_after = 0.0
        threading.Thread(target=self._renew, name="leases", daemon=True).start()

    def hand_over(self, delivery_ids: Iterable[UUID]) -> None:
        """Give each to a lane as soon as there is room; returns when the last one has begun, or at a stop."""
        for one in delivery_ids:
            lane = self._take_lane()
            if lane is None:
                return
            lane.put(one)

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

    def database_is_away(self) -> None:
        """Begin nothing until it is back, and a moment longer."""
        self._begin_after = time.monotonic() + CALM

    def _take_lane(self) -> "_Lane | None":
        with self._changed:
            while not self.stopping.is_set():
                if self._has_room():
                    lane = self._idle.pop() if self._idle else _Lane(self, *self._open_way())
                    lane.began = time.monotonic()
                    self._busy.append(lane)
                    return lane
                self._changed.wait(SLOW / 10)
        return None

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
        self._given: SimpleQueue[UUID | None] = SimpleQueue()
        threading.Thread(target=self._run, name="lane", daemon=True).start()

    def put(self, delivery_id: UUID | None) -> None:
        """Something to be sent; None ends the thread."""
        self._given.put(delivery_id)

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

    def _deliver(self, delivery_id: UUID) -> None:
        if self._lanes.stopping.is_set():
            return
        begun = self.sender.begin(delivery_id)
        if isinstance(begun, Begun):
            self.delivery = begun.delivery
            if self._lanes.stopping.is_set():  # since `close` may have looked already, at others
                self.sender.let_go(begun.delivery)
            else:
                self._conclude(begun, self.sender.send(begun))

    def _conclude(self, begun: Begun, answer: Answer | Posted) -> None:
        """Write down what became of it, however long the database is away: else it would be sent again.

        Once it is back, the sweeper leaves the time for this (`flow.sweep.Sweeper`).
        """
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


def _say(error: Exception, delivery_id: UUID) -> None:
    """What nobody did is found by the sweeper."""
    facts = {"delivery": str(delivery_id)}
    if is_unavailable(error):
        log.warning("the database is away", extra=facts)
    else:
        log.error("a delivery failed", extra=facts, exc_info=error)


def _without_end(pauses: Sequence[float]) -> Iterator[float]:
    yield from pauses
    while True:
        yield pauses[-1]
