"""Lanes: slow servers hold up their own, an absent database doubles nothing, and a stop loses nothing."""

import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.exc import OperationalError

from bridge.clock import utc_now
from bridge.delivery.letters import Letter
from bridge.flow.sending.begun import Begun
from bridge.flow.sending.deliver import LEASE, Connectors, Sender
from bridge.store import leases, outbox, outbox_counts
from bridge.store.outbox import Delivery
from bridge.worker.lane import PAUSES, STOPPED
from bridge.worker.lanes import CALM, FOUND_NO_LANE, RENEWAL, Lanes
from bridge.worker.metronome import AHEAD, beat
from connectors.contract import Answer, Deferred, Posted, Receipt
from tests.house import House
from tests.together import eventually

OK = Receipt("250 ok")


@dataclass
class Server:
    """A mail server that holds mails to some people until it lets go."""

    slow: tuple[str, ...] = ()
    let_go: threading.Event = field(default_factory=threading.Event)
    begun: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)

    def send(self, letter: Letter) -> Answer:
        """Take a letter."""
        self.begun.append(letter.recipient)
        if letter.recipient.startswith(self.slow):
            self.let_go.wait(20)
        self.taken.append(letter.recipient)
        return OK


class Line:
    """The connection of a lane."""

    def close_if_idle(self) -> None:
        """Nothing is open."""

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def server() -> Iterator[Server]:
    """A quick server, unless a test says otherwise."""
    made = Server()
    yield made
    made.let_go.set()


_OPEN: list[Lanes] = []


def lanes_of(sender: Sender, **numbers: Any) -> Lanes:
    """Lanes of a sender, which end with the test."""
    _OPEN.append(Lanes(lambda: (sender, Line()), **numbers))
    return _OPEN[-1]


@pytest.fixture(autouse=True)
def _everybody_ends(server: Server) -> Iterator[None]:
    yield
    server.let_go.set()
    while _OPEN:
        _OPEN.pop().close(patience=20)


def lanes(house: House, server: Server, **numbers: Any) -> Lanes:
    """Lanes of a house to a server."""
    sender = replace(house.sender, connectors=Connectors(server.send, house.sender.connectors.post_webhook))
    return lanes_of(sender, **numbers)


def waiting(house: House, *names: str) -> list[UUID]:
    """A receipt for each, which nobody has taken yet."""
    house.reply = Deferred("busy")
    for name in names:
        house.submit(email=f"{name}@{name}.example", form="webinar", allows=())
    house.clock.move(hours=1)
    house.reply = OK
    return [row.id for row in house.outbox("deferred")]


def states(house: House) -> dict[str, int]:
    """State → number of deliveries."""
    with house.engine.connect() as connection:
        counts = outbox_counts.by_state(connection)
    return {state: number for state, number in counts.items() if number}


def test_a_slow_server_holds_up_its_own_lane_only(house: House, server: Server) -> None:
    server.slow = ("slow",)
    ids = waiting(house, "slow", "ann", "ben", "cem", "dora")
    some = lanes(house, server, usual=2)
    some.hand_over(ids)
    assert eventually(lambda: len(server.taken) == 4)
    server.let_go.set()
    assert eventually(lambda: states(house) == {"sent": 5})


def test_as_many_lanes_as_are_slow_open_in_their_place_up_to_a_bound(house: House, server: Server) -> None:
    server.slow = ("slow",)
    ids = waiting(house, "slow1", "slow2", "slow3", "ann")
    some = lanes(house, server, usual=1, most=3)
    worker = threading.Thread(target=some.hand_over, args=(ids,), daemon=True)
    worker.start()
    assert eventually(lambda: len(server.begun) == 3)  # a second later each
    worker.join(0.3)
    assert worker.is_alive()  # all three are stuck, so the fourth is not even begun
    assert states(house) == {"leased": 3, "deferred": 1}
    server.let_go.set()
    worker.join(20)
    assert eventually(lambda: states(house) == {"sent": 4})


def test_what_was_sent_is_written_down_once_the_database_is_back(house: House, server: Server) -> None:
    (one,) = waiting(house, "ann")
    away = [True, True]

    class Forgetful(Sender):
        def conclude(self, begun: Begun, answer: Answer | Posted) -> str:
            if away and away.pop():
                raise OperationalError("", {}, Exception("the database is away"))
            return super().conclude(begun, answer)

    ways = (house.engine, house.world, house.clock, house.wake)
    sender = Forgetful(*ways, Connectors(server.send, house.sender.connectors.post_webhook))
    lanes_of(sender).hand_over([one])
    assert eventually(lambda: states(house) == {"sent": 1})
    assert server.taken == ["ann@ann.example"]


def test_nothing_is_begun_while_the_database_is_away_and_a_moment_longer(
    house: House, server: Server
) -> None:
    first, second = waiting(house, "ann", "ben")
    away, failed = [True, True], []

    class Forgetful(Sender):
        def conclude(self, begun: Begun, answer: Answer | Posted) -> str:
            if away and away.pop():
                failed.append(time.monotonic())
                raise OperationalError("", {}, Exception("the database is away"))
            return super().conclude(begun, answer)

    ways = (house.engine, house.world, house.clock, house.wake)
    sender = Forgetful(*ways, Connectors(server.send, house.sender.connectors.post_webhook))
    some = lanes_of(sender)
    some.hand_over([first])
    assert eventually(lambda: bool(failed))
    some.hand_over([second])
    assert time.monotonic() - failed[-1] > CALM > PAUSES[-1]
    assert eventually(lambda: states(house) == {"sent": 2})


def test_what_is_just_being_claimed_at_a_stop_is_given_back_unsent(house: House, server: Server) -> None:
    (one,) = waiting(house, "ann")
    entered, locked = threading.Event(), threading.Event()

    class Slow(Sender):
        def begin(self, delivery_id: UUID) -> Begun | str | None:
            entered.set()
            locked.wait(20)
            return super().begin(delivery_id)

    ways = (house.engine, house.world, house.clock, house.wake)
    sender = Slow(*ways, Connectors(server.send, house.sender.connectors.post_webhook))
    some = lanes_of(sender)
    some.hand_over([one])
    assert entered.wait(20)
    assert some.close(patience=0.1) == 0
    locked.set()
    assert eventually(lambda: states(house) == {"due": 1})
    assert server.begun == []


def test_a_yes_that_comes_after_it_was_given_back_counts_while_nobody_else_took_it(
    house: House, server: Server
) -> None:
    server.slow = ("slow",)
    some = lanes(house, server)
    some.hand_over(waiting(house, "slow"))
    assert eventually(lambda: bool(server.begun))
    assert some.close(patience=0.1) == 1
    assert states(house) == {"due": 1}
    server.let_go.set()
    assert eventually(lambda: states(house) == {"sent": 1})


def test_a_stop_finishes_what_is_under_way_and_begins_nothing(house: House, server: Server) -> None:
    server.slow = ("slow",)
    ids = waiting(house, "slow", "ann")
    some = lanes(house, server)
    some.hand_over(ids[:1])
    assert eventually(lambda: bool(server.begun))
    some.stop()
    some.hand_over(ids[1:])
    threading.Timer(0.2, server.let_go.set).start()
    assert some.close(patience=10) == 0
    assert states(house) == {"sent": 1, "deferred": 1}


def test_what_does_not_end_is_given_back_and_anybody_may_take_it(house: House, server: Server) -> None:
    server.slow = ("slow",)
    ids = waiting(house, "slow")
    some = lanes(house, server)
    some.hand_over(ids)
    assert eventually(lambda: bool(server.begun))
    assert some.close(patience=0.1) == 1
    assert house.sender.deliver(ids[0]) == "sent"
    server.let_go.set()
    assert eventually(lambda: len(server.taken) == 1)
    assert states(house) == {"sent": 1}


def claim(house: House, delivery_id: UUID) -> Delivery:
    """A worker takes it."""
    with house.unit() as unit:
        taken = outbox.claim(unit.connection, delivery_id, unit.now, LEASE)
    assert taken
    return taken


def test_who_holds_on_keeps_a_lease_and_takes_nobody_elses(house: House) -> None:
    first, second = (claim(house, one) for one in waiting(house, "ann", "ben"))
    house.clock.move(seconds=RENEWAL)
    house.sender.keep([first, replace(second, attempts=7)])
    until = {row.id: row.leased_until for row in house.outbox("leased")}
    assert until[first.id] == house.clock() + LEASE
    assert until[second.id] == house.clock() + LEASE - timedelta(seconds=RENEWAL)
    with house.unit() as unit:
        assert leases.give_back(unit.connection, [replace(first, attempts=7)], unit.now, "why") == 0


def test_a_lease_outlives_three_renewals_that_fail() -> None:
    assert timedelta(seconds=3 * RENEWAL) < LEASE


def test_the_metronome_hands_over_each_thing_at_its_moment(house: House) -> None:
    house.clock.now = utc_now() - timedelta(hours=1)
    claimed = [claim(house, one) for one in waiting(house, "ann", "ben")]
    with house.unit() as unit:
        due = {one.id: utc_now() + AHEAD * factor for one, factor in zip(claimed, (2, 2.5), strict=True)}
        for one in claimed:
            outbox.defer(unit.connection, one, due[one.id], "busy")
    stop = threading.Event()
    given: dict[UUID, datetime] = {}

    def hand_over(ids: Iterable[UUID]) -> None:
        given.update(dict.fromkeys(ids, utc_now()))
        if len(given) == len(due):
            stop.set()

    ender = threading.Timer(10, stop.set)  # however slow the machine is, the test ends
    ender.daemon = True
    ender.start()
    beat(house.engine, utc_now, hand_over, stop)
    assert list(given) == list(due)
    assert all(given[one] >= moment for one, moment in due.items())


def test_a_lane_that_cannot_be_opened_does_not_stop_the_metronome(house: House) -> None:
    for one in [claim(house, row) for row in waiting(house, "ann", "ben")]:
        with house.unit() as unit:
            outbox.defer(unit.connection, one, house.clock() + AHEAD / 2, "busy")
    asked: list[UUID] = []

    class Stop(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            house.clock.move(seconds=timeout or 0)
            return self.is_set()

    stop = Stop()

    def hand_over(ids: Iterable[UUID]) -> None:
        asked.extend(ids)
        if len(asked) == 2:
            stop.set()
        raise RuntimeError("can't start new thread")

    beat(house.engine, house.clock, hand_over, stop)
    assert len(set(asked)) == 2


def test_a_clock_that_is_set_back_does_not_stop_the_metronome(house: House) -> None:
    (one,) = (claim(house, row) for row in waiting(house, "ann"))
    with house.unit() as unit:
        outbox.defer(unit.connection, one, house.clock() + AHEAD / 2, "busy")
    waits: list[float] = []
    given: list[UUID] = []

    class Stop(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            waits.append(timeout or 0)
            house.clock.move(seconds=timeout or 0)
            if len(waits) == 1:
                house.clock.move(hours=-1)
                with house.unit() as unit:
                    outbox.revive(unit.connection, one.id, unit.now + 3 * AHEAD)
            if len(waits) == 20:
                self.set()
            return self.is_set()

    beat(house.engine, house.clock, given.extend, Stop())
    assert max(waits) <= AHEAD.total_seconds()
    assert one.id in given[1:]


def newsletters(house: House, *names: str) -> list[UUID]:
    """A mail of a sequence for each, which nobody has taken yet."""
    for name in names:
        house.reply = OK
        house.submit(email=f"{name}@{name}.example")
        house.reply = Deferred("busy")
        house.confirm()
    house.clock.move(hours=1)
    house.reply = OK
    return [row.id for row in house.outbox("deferred") if row.template == "mail/nurture"]


def test_mails_of_sequences_are_begun_together_and_each_is_sent_once(house: House, server: Server) -> None:
    names = ("ann", "ben", "cem", "dora", "eve", "finn")
    ids = newsletters(house, *names)
    some = lanes(house, server, usual=2)
    some.hand_over(ids)
    assert eventually(lambda: states(house)["sent"] == 2 * len(names))
    assert sorted(server.taken) == [f"{name}@{name}.example" for name in names]


def test_more_mails_are_begun_while_those_before_wait_for_a_lane(house: House, server: Server) -> None:
    server.slow = ("ann", "ben", "cem", "dora", "eve")
    ids = newsletters(house, *server.slow)
    some = lanes(house, server, usual=1, most=2)
    for together in (ids[:3], ids[3:]):
        some.hand_over(together)
    assert states(house)["leased"] == 5
    server.let_go.set()
    assert eventually(lambda: len(server.taken) == 5)
    assert sorted(server.taken) == [f"{name}@{name}.example" for name in server.slow]


def test_nothing_is_begun_ahead_for_lanes_that_are_all_stuck(house: House, server: Server) -> None:
    server.slow = ("ann", "ben", "cem", "dora")
    ids = newsletters(house, *server.slow)
    some = lanes(house, server, usual=1, most=1)
    some.hand_over(ids[:2])
    assert eventually(lambda: len(server.begun) == 1)
    assert eventually(lambda: not some._needs_more())  # a second later
    worker = threading.Thread(target=some.hand_over, args=(ids[2:],), daemon=True)
    worker.start()
    worker.join(0.3)
    assert worker.is_alive()
    assert states(house)["leased"] == 2
    server.let_go.set()
    assert eventually(lambda: len(server.taken) == 4)


def test_a_stop_lets_go_of_what_was_begun_and_found_no_lane(house: House, server: Server) -> None:
    server.slow = ("ann", "ben", "cem")
    ids = newsletters(house, "ann", "ben", "cem")
    some = lanes(house, server, usual=1, most=1)
    worker = threading.Thread(target=some.hand_over, args=(ids,), daemon=True)
    worker.start()
    assert eventually(lambda: len(server.begun) == 1)
    assert states(house)["leased"] == 3
    some.stop()
    worker.join(20)
    assert states(house)["leased"] == 1  # the one that is under way
    server.let_go.set()
    assert eventually(lambda: "leased" not in states(house))
    assert states(house)["due"] == 2
    assert {row.error for row in house.outbox("due")} == {STOPPED}


def test_what_found_no_lane_for_long_can_be_had_by_others(house: House, server: Server) -> None:
    server.slow = ("ann", "ben")
    some = lanes(house, server, usual=1, most=1, stale=0.3)
    worker = threading.Thread(target=some.hand_over, args=(newsletters(house, "ann", "ben"),), daemon=True)
    worker.start()
    assert eventually(lambda: len(server.begun) == 1)
    assert eventually(lambda: states(house).get("due") == 1)
    assert [row.error for row in house.outbox("due")] == [FOUND_NO_LANE]
    server.let_go.set()
    assert eventually(lambda: len(server.taken) == 2)


def asleep(house: House, server: Server, span: timedelta) -> tuple[Lanes, list[UUID]]:
    """Lanes with one mail under way and one that waits for a lane, whose machine sleeps meanwhile."""
    server.slow = ("ann", "ben")
    some, ids = lanes(house, server, usual=1, most=1, stale=60), newsletters(house, "ann", "ben")
    some.hand_over(ids)
    assert eventually(lambda: len(server.begun) == 1)
    house.clock.now += span
    return some, ids


def test_what_waited_while_the_machine_slept_is_not_sent_once_others_have_it(
    house: House, server: Server
) -> None:
    some, ids = asleep(house, server, 2 * LEASE)
    assert all(isinstance(house.sender.begin(one), Begun) for one in ids)
    server.let_go.set()
    assert eventually(lambda: not some._busy)
    assert server.taken == server.begun[:1]


def test_what_waited_until_its_lease_was_nearly_over_is_begun_again(house: House, server: Server) -> None:
    asleep(house, server, 0.9 * LEASE)
    server.let_go.set()
    assert eventually(lambda: len(server.taken) == 2)
    assert eventually(lambda: "leased" not in states(house))
    assert sorted(row.attempts for row in house.outbox("sent") if row.template == "mail/nurture") == [2, 3]
