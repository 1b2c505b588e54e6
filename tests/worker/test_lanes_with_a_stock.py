"""Lanes and their stock: no more is begun than lanes can take, and nobody waits for ever for others."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import cast
from uuid import UUID

import pytest

from bridge.delivery.letters import Letter
from bridge.flow.sending.begun import Begun, Together
from bridge.flow.sending.deliver import Sender
from bridge.ids import new_id
from bridge.store.outbox import Delivery
from bridge.worker import lanes as module
from bridge.worker.lanes import FEW, TOGETHER, Lanes
from connectors.contract import Answer, Deferred
from tests import make
from tests.together import eventually

LETTER = Letter("anna@beispiel.example", "Hello", "Hello", "<p>Hello</p>", "<1@leads.example.com>", "en")


@dataclass
class Office:
    """Begins what it is given, and sends each within `takes` seconds.

    sequences: what may be begun together. at_once: how many of these.
    """

    takes: float = 0.01
    sequences: set[UUID] = field(default_factory=set)
    at_once: int = TOGETHER
    full: bool = False
    begun: list[UUID] = field(default_factory=list)
    sent: list[UUID] = field(default_factory=list)

    def begin_together(self, delivery_ids: Sequence[UUID]) -> Together:
        """Begin the mails of sequences among them, each that is too many behind the first."""
        ours = [one for one in delivery_ids if one in self.sequences]
        first, behind = ours[: self.at_once], ours[self.at_once :]
        left = [one for one in delivery_ids if one not in self.sequences]
        return Together([self.begin(one) for one in first], {first[0]: behind} if behind else {}, left)

    def begin(self, delivery_id: UUID) -> Begun:
        """Begin one."""
        self.full |= len(self.begun) - len(self.sent) >= self.at_once
        self.begun.append(delivery_id)
        mail = Delivery(
            delivery_id, "mail", "mail/receipt", "request", str(delivery_id), make.NOON, make.NOON
        )
        return Begun(mail, LETTER)

    def holds(self, delivery: Delivery) -> bool:
        """No lease ever ends."""
        return True

    def send(self, begun: Begun) -> Answer:
        """Take some time."""
        time.sleep(self.takes)
        self.sent.append(begun.delivery.id)
        return Deferred("busy")

    def conclude(self, begun: Begun, answer: Answer) -> str:
        """Nothing is written down."""
        return "deferred"

    def let_go(self, deliveries: Sequence[Delivery], why: str) -> None:
        """Nor here."""

    def close_if_idle(self) -> None:
        """Its own connection, too."""

    def close(self) -> None:
        """Nothing is open."""


@contextmanager
def lanes_of(office: Office, stale: float, most: int) -> Iterator[Lanes]:
    """Lanes of an office, which end with the test."""
    lanes = Lanes(lambda: (cast("Sender", office), office), usual=most, most=most, stale=stale)
    try:
        yield lanes
    finally:
        lanes.close(patience=20)


def beside(work: Callable[..., object], *args: object) -> None:
    """Have it done in another thread, which ends when its lanes do."""
    threading.Thread(target=work, args=args, daemon=True).start()


def test_of_what_is_sent_slowly_little_is_begun_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SLOW", 0.03)
    ids, most = [new_id() for _ in range(10 * TOGETHER)], 4
    office, ahead = Office(takes=0.06, sequences=set(ids)), []

    def is_far() -> bool:
        ahead.append(len(office.begun) - len(office.sent))
        return len(office.sent) >= 2 * TOGETHER

    with lanes_of(office, stale=0.1, most=most) as lanes:
        beside(lanes.hand_over, ids)
        assert eventually(is_far)
    assert max(ahead) <= FEW + TOGETHER + most


def test_a_stream_of_mails_that_come_alone_does_not_keep_others_waiting_for_ever() -> None:
    ids = [new_id() for _ in range(5)]
    office = Office(sequences=set(ids))

    def stream() -> None:
        while not lanes.stopping.is_set():
            lanes.hand_over([new_id()])

    with lanes_of(office, stale=20, most=1) as lanes:
        beside(stream)
        beside(stream)
        assert eventually(lambda: len(office.sent) > 10)
        lanes.hand_over(ids)
        since = len(office.sent)
        assert eventually(lambda: len(office.sent) > since + 10 * len(ids))
        assert set(ids) <= set(office.sent)


def test_who_waits_behind_another_is_begun_once_that_one_is_through() -> None:
    ids = [new_id() for _ in range(TOGETHER)]
    office = Office(sequences=set(ids), at_once=1)
    with lanes_of(office, stale=20, most=4) as lanes:
        lanes.hand_over(ids)
        assert eventually(lambda: len(office.sent) == len(ids))
    assert office.begun == ids
    assert not office.full
