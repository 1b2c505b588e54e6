"""A thread that sends one thing after another, over an SMTP connection of its own."""

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Protocol
from uuid import UUID

from bridge.flow.sending.begun import Begun
from bridge.flow.sending.deliver import Sender
from bridge.flow.sending.write_together import NURTURE
from bridge.store.database import is_away, is_unavailable
from bridge.store.outbox import Delivery
from bridge.worker.books import Books
from connectors.contract import Answer, Posted, Receipt

log = logging.getLogger(__name__)

IDLE = 30.0
PAUSES = (0.2, 0.5, 1.0)
"""Seconds between attempts to reach a database that is away; the last one again and again."""

STOPPED = "the worker was stopped before it was sent"
TOO_LATE = "its lease was half over before it was sent, as after a machine slept, so it is begun again"


class Connection(Protocol):
    """A connection that is kept between mails."""

    def close_if_idle(self) -> None:
        """Close it when it was not used for a while."""

    def close(self) -> None:
        """Close it."""


class Road(Protocol):
    """What all lanes have together."""

    stopping: threading.Event
    books: Books

    def next_for(self, lane: "Lane") -> Begun | UUID | None:
        """What a lane that has done its work does next; None when it is to wait until it is given something."""

    def database_is_away(self) -> None:
        """Begin nothing until it is back, and a moment longer."""


class Lane:
    """at: what it is at, or was at last. delivery: the same once it is begun, None when it is done.

    began: when it was given that, of time.monotonic().
    """

    def __init__(self, road: Road, sender: Sender, connection: Connection) -> None:
        self.sender = sender
        self.at: UUID | None = None
        self.delivery: Delivery | None = None
        self.began = 0.0
        self._road = road
        self._connection = connection
        self._given: SimpleQueue[Begun | UUID | None] = SimpleQueue()
        threading.Thread(target=self._run, name="lane", daemon=True).start()

    def put(self, given: Begun | UUID | None) -> None:
        """Something to be sent, begun or not; None ends the thread."""
        self.takes(given)
        self._given.put(given)

    def takes(self, given: Begun | UUID | None) -> None:
        """Note what it is at from now on."""
        self.delivery = given.delivery if isinstance(given, Begun) else None
        self.at = given.delivery.id if isinstance(given, Begun) else given

    def _run(self) -> None:
        while True:
            try:
                given: Begun | UUID | None = self._given.get(timeout=IDLE)
            except Empty:
                self._connection.close_if_idle()
                continue
            if given is None:
                return self._connection.close()
            while given is not None:
                self._try(given)
                self.delivery = None
                given = self._road.next_for(self)

    def _try(self, given: Begun | UUID) -> None:
        try:
            self._deliver(given)
        except Exception as error:
            if is_away(error):
                self._road.database_is_away()
            _say(error, given)

    def _deliver(self, given: Begun | UUID) -> None:
        is_ours = isinstance(given, Begun) and self.sender.holds(given.delivery)
        begun = given if is_ours else self._begin(given)
        if isinstance(begun, Begun):
            self.delivery = begun.delivery
            if self._road.stopping.is_set():  # since whoever stopped us may have looked already, at others
                self.sender.let_go([begun.delivery], STOPPED)
            else:
                self._conclude(begun, self.sender.send(begun))

    def _begin(self, given: Begun | UUID) -> Begun | str | None:
        if isinstance(given, Begun):
            self.sender.let_go([given.delivery], TOO_LATE)
            given = given.delivery.id
        return None if self._road.stopping.is_set() else self.sender.begin(given)

    def _conclude(self, begun: Begun, answer: Answer | Posted) -> None:
        """Write down what became of it, however long the database is away: else it would be sent again.

        Once it is back, the sweeper leaves the time for this (`flow.sweep.Sweeper`). What the books do not take
        with that of others is tried by itself.
        """
        if isinstance(answer, Receipt) and begun.delivery.template == NURTURE:
            with suppress(Exception):
                self._road.books.enter(self.sender, begun.delivery)
                return
        for number, pause in enumerate(_without_end(PAUSES)):
            try:
                self.sender.conclude(begun, answer)
                return
            except Exception as error:
                if not is_unavailable(error):
                    raise
                if is_away(error):
                    self._road.database_is_away()
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
