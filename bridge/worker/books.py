"""Writes down what lanes have sent: whatever comes while something is being written goes into the next transaction.

A lane goes on only when its own mail is written down, so that a killed process leaves at most one mail for each lane
of which nobody knows whether it left.
"""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from bridge.flow.sending.deliver import Sender
from bridge.store.outbox import Delivery

EVERY = 0.25
"""Seconds between two wake-ups of those who score, while mails leave; points for a mail that was sent can wait."""


GATHER = 0.005
"""Seconds that whoever writes waits for lanes that are about to: to write four mails down costs what one does."""


@dataclass
class _Entry:
    delivery: Delivery
    done: bool = False
    error: Exception | None = None


class Books:
    """at_work: how many lanes are, without those that are slow. gather: see GATHER. Use it from several threads."""

    def __init__(self, at_work: Callable[[], int] = lambda: 1, gather: float = GATHER) -> None:
        self._at_work, self._gather = at_work, gather
        self._waiting: list[_Entry] = []
        self._entered, self._writing = threading.Condition(), threading.Lock()
        self._to_score: set[UUID] = set()
        self._woken_at = 0.0

    def enter(self, sender: Sender, delivery: Delivery) -> None:
        """Write down that the other side took a mail; returns once that lasts. Raises what the database raises."""
        entry = _Entry(delivery)
        with self._entered:
            self._waiting.append(entry)
            self._entered.notify_all()
        with self._writing:
            if not entry.done:
                self._write(sender)
        if entry.error is not None:
            raise entry.error

    def wake(self, sender: Sender) -> None:
        """Wake those who score what was written down."""
        with self._writing:
            self._wake(sender)

    def _write(self, sender: Sender) -> None:
        with self._entered:
            self._entered.wait_for(lambda: len(self._waiting) >= self._at_work(), self._gather)
            entries, self._waiting = self._waiting, []
        try:
            sender.conclude_sent([one.delivery for one in entries], self._note)
        except Exception as error:
            for one in entries:
                one.error = error
        for one in entries:
            one.done = True
        if time.monotonic() - self._woken_at > EVERY:
            self._wake(sender)

    def _note(self, kind: str, profile_ids: Iterable[UUID]) -> None:
        self._to_score.update(profile_ids)

    def _wake(self, sender: Sender) -> None:
        if self._to_score:
            sender.wake("score", sorted(self._to_score))
            self._to_score.clear()
            self._woken_at = time.monotonic()
