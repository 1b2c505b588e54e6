"""Sends several things at a time, each in a thread with an SMTP connection of its own.

A server that is slow holds up its own lanes only: as long as a lane has been busy for more than a moment, another
one opens in its place, up to `most`. As long as lanes are quick, mails of sequences are begun together and wait in a
stock; a lane that is done takes the next one from there, while others are being begun. What lanes are at, and what
waits begun, stands in the database under a lease, so a killed process loses nothing.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from uuid import UUID

from bridge.flow.sending.begun import Begun, Together
from bridge.flow.sending.deliver import Sender
from bridge.worker.books import Books
from bridge.worker.lane import PAUSES, STOPPED, Connection, Lane
from bridge.worker.stock import Stock

log = logging.getLogger(__name__)

USUAL, MOST = 4, 16
SLOW = 1.0
"""Seconds after which somebody who is still busy counts as slow."""
TOGETHER, FEW = 50, 25
"""Mails of sequences that are begun at a time; and that wait for a lane when the next ones are begun."""
STALE = 5.0
"""Seconds after which others may have what was begun with others and found no lane."""
FOUND_NO_LANE = "all lanes were busy for seconds, so it is begun again"
RENEWAL = 30.0
"""Seconds between two renewals of leases; a quarter of a lease."""
CALM = 2.0
"""Seconds after the last attempt to reach a database that failed, before anything is begun: longer than the longest
of the pauses between two, so that whoever has sent something writes it down before anybody could take it for
abandoned."""


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
        self.books = Books(self._quick)
        self._open_way = open_way
        self._usual, self._most = usual, most
        self._changed = threading.Condition()
        self._stock = Stock(stale)
        self._idle: list[Lane] = []
        self._busy: list[Lane] = []
        self._asking = 0
        self._ends_quickly = True
        self._stock_is_next = False
        self._begin_after = 0.0
        threading.Thread(target=self._renew, name="leases", daemon=True).start()
        threading.Thread(target=self._keep_stock, name="stock", daemon=True).start()

    def hand_over(self, delivery_ids: Iterable[UUID]) -> None:
        """Give each to a lane as soon as there is room, or lay it into the stock; returns then, or at a stop.

        Of several those that are mails of sequences are begun together, as long as lanes are quick.
        """
        ids = deque(delivery_ids)
        if len(ids) == 1:
            self._give(ids)
            return
        while ids and (most := self._portion()):
            some = [ids.popleft() for _ in range(min(most, len(ids)))]
            together = self._sender.begin_together(some) if len(some) > 1 else Together(left=some)
            self._lay_in(together)
            if self._give(together.left) < len(together.left):
                return

    def stop(self) -> None:
        """Begin nothing any more, and let go of what was begun and found no lane."""
        self.stopping.set()
        with self._changed:
            self._changed.notify_all()
        self._clear_stock()

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

    def next_for(self, lane: Lane) -> Begun | UUID | None:
        """What a lane that has done its work does next; None when it is to wait until it is given something."""
        with self._changed:
            self._busy.remove(lane)
            self._ends_quickly = _is_quick(lane)
            self._stock.is_through(lane.at)
            given = self._take() if self._stock and self._has_room_for_stock() else None
            if given is None:
                self._idle.append(lane)
            else:
                self._engage(lane).takes(given)
            self._changed.notify_all()
            nobody_is_busy = not self._busy
        if nobody_is_busy:
            self.books.wake(lane.sender)
        return given

    def database_is_away(self) -> None:
        """Begin nothing until it is back, and a moment longer."""
        self._begin_after = time.monotonic() + CALM

    @cached_property
    def _sender(self) -> Sender:
        """Begins what several lanes will send."""
        return self._open_way()[0]

    def _portion(self) -> int:
        """How many are begun next, once they are needed; none at a stop."""
        with self._changed:
            needed = self._wait_until(lambda: self._needs_more() or self._needs_one())
            return 0 if not needed else TOGETHER if self._needs_more() else 1

    def _lay_in(self, together: Together) -> None:
        with self._changed:
            self._stock.add(together.begun, together.behind)
            self._changed.notify_all()
        if self.stopping.is_set():
            self._clear_stock()

    def _clear_stock(self) -> None:
        with self._changed:
            left = self._stock.take_all()
        self._let_go(left, STOPPED)

    def _keep_stock(self) -> None:
        while not self.stopping.is_set():
            try:
                self._hand_out()
            except Exception as error:  # no further lane can be opened; the next one that is done helps
                log.warning("what was begun was not given", extra={"reason": type(error).__name__})
                self.stopping.wait(SLOW)

    def _hand_out(self) -> None:
        """Open lanes for what waits; what waits for too long others may have, or a lane once there is room."""
        with self._changed:
            while self._stock and self._has_room_for_stock():
                self._engage(self._a_lane()).put(self._take())
            stale = self._stock.take_stale()
            if not stale:
                self._changed.wait(SLOW / 10 if len(self._stock) or self._stock else None)
        if stale:
            self._let_go(stale, FOUND_NO_LANE)
            with self._changed:
                self._stock.begin_again(one.delivery.id for one in stale)

    def _take(self) -> Begun | UUID:
        self._stock_is_next = False
        return self._stock.take()

    def _let_go(self, begun: Sequence[Begun], why: str) -> None:
        """What is not let go is taken by others once its lease runs out."""
        try:
            if begun:
                self._sender.let_go([one.delivery for one in begun], why)
        except Exception as error:
            facts = {"deliveries": len(begun), "reason": type(error).__name__}
            log.warning("what was begun was not let go", extra=facts)

    def _give(self, delivery_ids: Sequence[UUID]) -> int:
        """Give each to a lane as soon as there is room; returns how many got one before a stop."""
        for number, one in enumerate(delivery_ids):
            with self._changed:
                self._asking += 1
                try:
                    if not self._wait_until(self._has_room):
                        return number
                    self._engage(self._a_lane()).put(one)
                    self._stock_is_next = True
                finally:
                    self._asking -= 1
        return len(delivery_ids)

    def _a_lane(self) -> Lane:
        return self._idle.pop() if self._idle else Lane(self, *self._open_way())

    def _engage(self, lane: Lane) -> Lane:
        lane.began = time.monotonic()
        self._busy.append(lane)
        return lane

    def _wait_until(self, holds: Callable[[], bool]) -> bool:
        """Whether something holds before a stop. Whoever asks has the lock, as for all of the following."""
        while not self.stopping.is_set():
            if holds():
                return True
            self._changed.wait(SLOW / 10)
        return False

    def _has_room(self) -> bool:
        return self._is_calm() and self._quick() < self._usual and len(self._busy) < self._most

    def _has_room_for_stock(self) -> bool:
        """Whoever comes alone goes first, since somebody waits for such a mail; then it is the turn of the stock."""
        its_turn = self._stock_is_next or not self._asking
        return not self.stopping.is_set() and its_turn and self._has_room()

    def _needs_more(self) -> bool:
        """Nothing is begun ahead for lanes that are all stuck, or that take long for each."""
        moves = self._ends_quickly and (self._quick() > 0 or len(self._busy) < self._most)
        return self._is_calm() and moves and len(self._stock) <= FEW

    def _needs_one(self) -> bool:
        return not len(self._stock) and self._has_room_for_stock()

    def _is_calm(self) -> bool:
        return time.monotonic() >= self._begin_after

    def _quick(self) -> int:
        """How many lanes are at work and not slow; the books ask, too, without the lock."""
        return sum(map(_is_quick, self._busy))

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


def _is_quick(lane: Lane) -> bool:
    return time.monotonic() - lane.began < SLOW
