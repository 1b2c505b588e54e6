"""What lanes sent is written down together, and no lane goes on before its own mail is."""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

import pytest
from sqlalchemy.exc import OperationalError

from bridge.flow.sending.deliver import Sender
from bridge.flow.unit import Wake
from bridge.ids import new_id
from bridge.store.outbox import Delivery
from bridge.worker.books import Books
from tests import make
from tests.together import eventually


@dataclass
class Clerk:
    """Writes down what it is given, once it may. together: what it was given at a time; woken: who was."""

    may: threading.Event = field(default_factory=threading.Event)
    together: list[list[Delivery]] = field(default_factory=list)
    woken: list[list[UUID]] = field(default_factory=list)
    away: bool = False

    def conclude_sent(self, deliveries: Sequence[Delivery], wake: Wake) -> None:
        """Write mails down."""
        self.together.append(list(deliveries))
        self.may.wait(20)
        if self.away:
            raise OperationalError("", {}, Exception("the database is away"))
        wake("score", [one.id for one in deliveries])

    def wake(self, kind: str, ids: Iterable[UUID]) -> None:
        """Note who is woken."""
        assert kind == "score"
        self.woken.append(list(ids))


def delivery() -> Delivery:
    """A mail of a sequence."""
    key = str(new_id())
    return Delivery(new_id(), "mail", "mail/nurture", "consent", key, make.NOON, make.NOON, new_id())


def entering(books: Books, clerk: Clerk, number: int) -> tuple[list[threading.Thread], list[Any]]:
    """So many lanes that have sent a mail; what became of each is added to the list."""
    outcomes: list[Any] = []

    def enter() -> None:
        try:
            books.enter(cast("Sender", clerk), delivery())
            outcomes.append(None)
        except OperationalError as error:
            outcomes.append(error)

    lanes = [threading.Thread(target=enter, daemon=True) for _ in range(number)]
    for lane in lanes:
        lane.start()
    return lanes, outcomes


def test_what_comes_while_something_is_written_goes_into_the_next_transaction() -> None:
    books, clerk = Books(), Clerk()
    first, done = entering(books, clerk, 1)
    assert eventually(lambda: len(clerk.together) == 1)
    others, done_too = entering(books, clerk, 4)
    assert eventually(lambda: len(books._waiting) == 4)
    assert not done + done_too  # nobody goes on yet
    clerk.may.set()
    for lane in first + others:
        lane.join(20)
    assert [len(several) for several in clerk.together] == [1, 4]
    assert done + done_too == [None] * 5


def test_whoever_writes_waits_a_moment_for_the_others_who_are_at_work() -> None:
    books, clerk = Books(lambda: 3, gather=20), Clerk()
    clerk.may.set()
    lanes, done = entering(books, clerk, 3)
    for lane in lanes:
        lane.join(20)
    assert [len(several) for several in clerk.together] == [3]
    assert done == [None] * 3


def test_nobody_waits_for_long_for_others_who_do_not_come() -> None:
    books, clerk = Books(lambda: 3), Clerk()
    clerk.may.set()
    (lane,), done = entering(books, clerk, 1)
    lane.join(20)
    assert done == [None]


def test_every_lane_hears_that_its_mail_was_not_written_down() -> None:
    books, clerk = Books(), Clerk(away=True)
    lanes, outcomes = entering(books, clerk, 3)
    clerk.may.set()
    for lane in lanes:
        lane.join(20)
    assert all(isinstance(one, OperationalError) for one in outcomes)
    assert len(outcomes) == 3


def test_those_who_score_are_woken_for_many_at_once() -> None:
    books, clerk = Books(), Clerk()
    clerk.may.set()
    sent = [delivery() for _ in range(20)]
    for one in sent:
        books.enter(cast("Sender", clerk), one)
    books.wake(cast("Sender", clerk))
    assert sorted(id for several in clerk.woken for id in several) == sorted(one.id for one in sent)
    assert len(clerk.woken) < len(sent)
    books.wake(cast("Sender", clerk))
    assert all(clerk.woken)


@pytest.mark.parametrize("number", [1, 3])
def test_nobody_is_woken_for_what_was_not_written_down(number: int) -> None:
    books, clerk = Books(), Clerk(away=True)
    clerk.may.set()
    lanes, _ = entering(books, clerk, number)
    for lane in lanes:
        lane.join(20)
    books.wake(cast("Sender", clerk))
    assert clerk.woken == []
