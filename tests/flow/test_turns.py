"""Mails to one domain wait in line: not too many within a second, not too many at a time, and none is lost by it."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine

from bridge.delivery.domains import Limits, domain_of
from bridge.flow.sending.begun import Begun
from bridge.flow.sending.deliver import LEASE, Sender
from bridge.store import mail_domains, outbox
from bridge.store.outbox import Delivery
from bridge.store.tables import mail_domains as domains
from bridge.store.tables import outbox as deliveries
from connectors.contract import Deferred, Receipt
from tests.house import House
from tests.statements import statements


def with_limits(house: House, pace: float | None = None, at_once: int | None = None) -> Sender:
    """A sender under limits for every domain."""
    limits = Limits({"*": pace} if pace else {}, {"*": at_once} if at_once else {})
    return replace(house.sender, world=replace(house.world, limits=limits))


OK = Receipt("250 ok")


def receipts(house: House, number: int, domain: str = "beispiel.example") -> list[UUID]:
    """So many receipts to people of a domain, which nobody has taken yet."""
    house.reply = Deferred("busy")
    for one in range(number):
        house.submit(email=f"p{one}@{domain}", form="webinar", allows=())
    return untouched(house, "mail/receipt")


def welcomes(house: House, number: int) -> list[UUID]:
    """So many advertising mails, which nobody has taken yet."""
    for one in range(number):
        house.reply = OK
        house.submit(email=f"s{one}@beispiel.example")
        house.reply = Deferred("busy")
        house.confirm()
    return untouched(house, "mail/nurture")


def untouched(house: House, template: str) -> list[UUID]:
    """All that waits is as if nobody had ever taken it; the ids of those mails."""
    house.reply = OK
    house.tried.clear()
    house.sent.clear()
    with house.unit() as unit:
        deferred = deliveries.c.state == "deferred"
        values = {"state": "due", "attempts": 0, "due_at": unit.now, "gives_up_at": None}
        unit.connection.execute(deliveries.update().where(deferred).values(values))
    return [row.id for row in house.outbox("due") if row.template == template]


def of(house: House, delivery_id: UUID) -> Delivery:
    """A delivery as it stands."""
    (found,) = [row for row in house.outbox() if row.id == delivery_id]
    return found


def test_a_seconds_worth_leaves_at_once_and_the_rest_evenly(house: House) -> None:
    ids = receipts(house, 8)
    sender = with_limits(house, pace=2)
    states = [sender.deliver(one) for one in ids]
    assert states == ["sent"] * 3 + ["put off"] * 5
    places = [of(house, one).due_at - house.clock() for one in ids[3:]]
    assert places == [timedelta(seconds=0.5 * n) for n in range(3, 8)]


def test_whoever_waited_leaves_when_told_and_waits_no_second_time(house: House) -> None:
    ids = receipts(house, 6)
    sender = with_limits(house, pace=1)
    for one in ids:
        sender.deliver(one)
    while waiting := house.outbox("due"):
        house.clock.now = waiting[0].due_at
        assert sender.deliver(waiting[0].id) == "sent"
    assert len(house.sent) == 6


def test_waiting_in_line_is_no_attempt_and_says_why(house: House) -> None:
    ids = receipts(house, 3)
    sender = with_limits(house, pace=1)
    for one in ids:
        sender.deliver(one)
    waits = of(house, ids[-1])
    assert (waits.state, waits.attempts) == ("due", 0)
    assert waits.error == "waits its turn, many mails go to beispiel.example"


def test_other_domains_do_not_wait(house: House) -> None:
    crowd = receipts(house, 4)
    (other,) = receipts(house, 1, "anderswo.example")[-1:]
    sender = with_limits(house, pace=1)
    assert [sender.deliver(one) for one in crowd][-1] == "put off"
    assert sender.deliver(other) == "sent"


def test_an_exception_for_a_domain_counts_there_only() -> None:
    limits = Limits({"*": 10, "t-online.de": 1}, {"*": 2, "gmail.com": 5})
    assert limits.interval("t-online.de") == timedelta(seconds=1)
    assert limits.interval("example.com") == timedelta(milliseconds=100)
    assert (limits.at_once("gmail.com"), limits.at_once("t-online.de")) == (5, 2)


@pytest.mark.parametrize("address", ["a@Example.COM", "“a@b”@example.com"])
def test_the_domain_of_an_address(address: str) -> None:
    assert domain_of(address) == "example.com"


def test_who_asked_for_a_mail_does_not_stand_behind_advertising(house: House) -> None:
    with house.unit() as unit:
        for _ in range(600):
            mail_domains.take_place(
                unit.connection, "beispiel.example", "advertising", unit.now, timedelta(seconds=1)
            )
    (confirmation,) = receipts(house, 1)
    assert with_limits(house, pace=1).deliver(confirmation) == "sent"


def test_advertising_and_answers_keep_the_pace_together(house: House) -> None:
    advertising = welcomes(house, 12)
    sender = with_limits(house, pace=1)
    for one in advertising:
        sender.deliver(one)  # they stand in line, and some have left
    begun = list(house.sent)
    answers = receipts(house, 12)
    house.sent[:] = begun
    for one in answers:
        sender.deliver(one)
    left = [house.clock()] * len(house.sent)
    while waiting := sorted(house.outbox("due"), key=lambda row: row.due_at):
        house.clock.now = waiting[0].due_at
        if sender.deliver(waiting[0].id) == "sent":
            left.append(house.clock())
    assert len(left) == 24
    within_ten_seconds = max(sum(at <= one < at + timedelta(seconds=10) for one in left) for at in left)
    assert within_ten_seconds <= 10 + 4, "each line may begin with what fits into a second"
    assert left[-1] - left[0] <= timedelta(seconds=24), "and no place is lost"
    order = [mail.delivery for mail in house.sent]
    assert max(order.index(one) for one in answers) < len(order) - 8, "answers go first"


def test_advertising_joins_behind_the_answers_that_wait(house: House) -> None:
    second = timedelta(seconds=1)
    with house.unit() as unit:
        places = [
            mail_domains.take_place(unit.connection, "d.example", line, unit.now, second) - unit.now
            for line in ("answers", "answers", "advertising", "answers", "advertising")
        ]
    assert places == [0 * second, second, 2 * second, 2 * second, 3 * second]


def test_after_a_standstill_not_everybody_leaves_at_once(house: House) -> None:
    ids = receipts(house, 20)
    sender = with_limits(house, pace=1)
    for one in ids:
        sender.deliver(one)
    house.clock.move(hours=1)
    states = [sender.deliver(row.id) for row in house.outbox("due")]
    assert states.count("sent") == 2
    assert len({row.due_at for row in house.outbox("due")}) == 16


def test_no_more_than_so_many_are_under_way_to_a_domain(house: House) -> None:
    ids = receipts(house, 4)
    sender = with_limits(house, at_once=2)
    begun = [sender.begin(one) for one in ids]
    assert [isinstance(one, Begun) for one in begun] == [True, True, False, False]
    assert of(house, ids[2]).error == "waits its turn, 2 mails to beispiel.example are under way"
    assert isinstance(begun[0], Begun)
    sender.conclude(begun[0], sender.send(begun[0]))
    house.clock.move(seconds=3)
    assert sender.deliver(ids[2]) == "sent"


def test_what_a_killed_worker_had_does_not_block_its_domain_for_ever(house: House) -> None:
    first, second = receipts(house, 2)
    sender = with_limits(house, at_once=1)
    assert isinstance(sender.begin(first), Begun)
    assert sender.deliver(second) == "put off"
    house.clock.move(seconds=LEASE.total_seconds() + 1)
    assert sender.deliver(second) == "sent"


def test_workers_who_ask_at_the_same_moment_share_the_places(house: House) -> None:
    ids = receipts(house, 24)
    sender = with_limits(house, pace=4, at_once=5)
    with ThreadPoolExecutor(8) as workers:
        begun = list(workers.map(sender.begin, ids))
    assert sum(isinstance(one, Begun) for one in begun) == 5
    places = [row.due_at for row in house.outbox("due")]
    assert len(set(places)) == len(places) == 19


def test_a_failed_attempt_takes_a_new_place(house: House) -> None:
    (one,) = receipts(house, 1)
    house.reply = Deferred("451 busy")
    assert with_limits(house, pace=1).deliver(one) == "deferred"
    assert of(house, one).domain is None


def test_a_frozen_worker_that_holds_a_line_holds_up_no_other(house: House) -> None:
    stuck, other = receipts(house, 2)[0], receipts(house, 1, "anderswo.example")[-1]
    sender = with_limits(house, pace=9, at_once=9)
    with house.engine.connect() as frozen:
        mail_domains.hold(frozen, "beispiel.example", house.clock())
        began = time.monotonic()
        assert sender.deliver(stuck) == "put off"
        assert sender.deliver(other) == "sent"
        assert time.monotonic() - began < 3
    waits = of(house, stuck)
    assert (waits.state, waits.attempts, waits.domain) == ("due", 0, None)
    assert timedelta(seconds=5) <= waits.due_at - house.clock() <= timedelta(seconds=10)
    house.clock.move(seconds=10)
    assert sender.deliver(stuck) == "sent"


def test_nobody_waits_for_what_a_frozen_worker_is_at(house: House) -> None:
    (held,) = receipts(house, 1)
    with house.engine.connect() as frozen:
        assert outbox.claim(frozen, held, house.clock(), LEASE)
        began = time.monotonic()
        assert house.sender.deliver(held) is None
        assert time.monotonic() - began < 3
    assert house.sender.deliver(held) == "sent"


def test_a_turn_costs_four_statements(house: House, engine: Engine) -> None:
    ids = receipts(house, 2)
    assert _statements(engine, lambda: with_limits(house, pace=9, at_once=9).begin(ids[1])) == (
        _statements(engine, lambda: house.sender.begin(ids[0])) + 4
    )


def test_domains_whose_lines_are_empty_are_forgotten(house: House) -> None:
    for one in receipts(house, 1):
        with_limits(house, pace=1).deliver(one)
    with house.unit() as unit:
        assert mail_domains.forget_idle(unit.connection, unit.now) == 0
        assert mail_domains.forget_idle(unit.connection, unit.now + timedelta(minutes=1)) == 1
    assert house.rows(domains) == []


def _statements(engine: Engine, do: Callable[[], object]) -> int:
    with statements(engine) as told:
        do()
    return len(told)
