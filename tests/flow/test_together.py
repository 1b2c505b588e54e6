"""Mails of sequences are begun and closed together, and each is treated as if it were alone."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import Engine, update

from bridge.flow.sending.begun import Begun
from bridge.flow.sending.deliver import LEASE
from bridge.ids import new_id
from bridge.store import mails, outbox
from bridge.store.mails import MailRow
from bridge.store.outbox import Delivery
from bridge.store.tables import mails as contents
from bridge.store.tables import outbox as deliveries
from bridge.store.tables import profiles
from connectors.contract import Receipt
from tests.flow.test_turns import of, receipts, welcomes, with_limits
from tests.house import House
from tests.statements import statements


def states(house: House, ids: list[UUID]) -> list[str]:
    """Where deliveries stand."""
    return [of(house, one).state for one in ids]


def recipients(begun: Sequence[Begun]) -> list[str]:
    """To whom they go, as far as they are mails."""
    return sorted(getattr(one.message, "recipient", "") for one in begun)


def test_those_that_are_due_are_claimed_and_written_in_one_transaction(house: House) -> None:
    ids = welcomes(house, 3)
    begun = house.sender.begin_together(ids).begun
    assert recipients(begun) == [f"s{number}@beispiel.example" for number in range(3)]
    assert states(house, ids) == ["leased"] * 3
    assert house.sender.begin_together(ids).begun == []


def test_what_is_no_mail_of_a_sequence_is_left_alone(house: House) -> None:
    ids = receipts(house, 2)
    assert house.sender.begin_together(ids).begun == []
    assert states(house, ids) == ["due"] * 2


@pytest.mark.parametrize("step", ["begin", "conclude"])
def test_many_cost_as_many_statements_as_few(house: House, engine: Engine, step: str) -> None:
    ids, sender = welcomes(house, 8), with_limits(house, pace=100, at_once=100)
    seen = []
    for some in (ids[:2], ids[2:]):
        with statements(engine) as both:
            begun = sender.begin_together(some).begun
        with statements(engine) as after:
            sender.conclude_sent([one.delivery for one in begun], house.wake)
        seen.append(len(both if step == "begin" else after))
    assert seen[0] == seen[1]
    assert states(house, ids) == ["sent"] * 8


@pytest.mark.parametrize("why", ["refused", "due"])
def test_to_keep_many_back_costs_as_many_statements_as_to_keep_few(
    house: House, engine: Engine, why: str
) -> None:
    ids, sender = welcomes(house, 8), with_limits(house, at_once=1)
    if why == "refused":
        with house.unit() as unit:
            unit.connection.execute(update(profiles).values(excluded=True))
    seen = []
    for some in (ids[:2], ids[2:]):
        with statements(engine) as told:
            sender.begin_together(some)
        seen.append(len(told))
    assert states(house, ids).count(why) >= 7
    assert seen[0] >= seen[1]


def test_one_that_may_not_leave_keeps_back_no_other(house: House) -> None:
    ids = welcomes(house, 3)
    house.unsubscribe("s1@beispiel.example")
    with house.unit() as unit:  # as if the withdrawal had come in this very moment
        again = update(deliveries).where(deliveries.c.id.in_(ids)).values(state="due", finished_at=None)
        unit.connection.execute(again)
    begun = house.sender.begin_together(ids).begun
    assert recipients(begun) == ["s0@beispiel.example", "s2@beispiel.example"]
    refused = [one for one in (of(house, each) for each in ids) if one.state == "refused"]
    assert [one.error for one in refused] == ["no consent to advertising mail"]


def test_one_that_cannot_be_written_keeps_back_no_other(house: House) -> None:
    ids = welcomes(house, 2)
    broken = replace(house.program.mails["welcome"], text={"de": "{{ nobody_knows_this }}"})
    program = replace(
        house.program,
        mails={**house.program.mails, "welcome": broken, "sound": house.program.mails["welcome"]},
    )
    with house.unit() as unit:
        unit.connection.execute(update(contents).where(contents.c.id == ids[0]).values(template="sound"))
    sender = replace(house.sender, world=replace(house.world, program=program))
    assert len(sender.begin_together(ids).begun) == 1
    assert sorted(states(house, ids)) == ["dead", "leased"]


def test_a_crowd_to_one_domain_leaves_as_many_at_a_time_as_may_and_the_rest_right_after(house: House) -> None:
    ids = welcomes(house, 5)
    sender = with_limits(house, at_once=2)
    begun = sender.begin_together(ids).begun
    assert len(begun) == 2
    waiting = [row for row in house.outbox("due") if row.id in ids]
    assert {row.due_at for row in waiting} == {house.clock()}
    assert {row.attempts for row in waiting} == {0}
    for one in begun:
        sender.conclude(one, Receipt("250 ok"))
    assert sender.deliver(waiting[0].id) == "sent"


def test_a_crowd_to_one_domain_waits_behind_those_that_leave_and_nobody_asks_for_it_before(
    house: House,
) -> None:
    ids = welcomes(house, 5)
    together = with_limits(house, at_once=2).begin_together(ids)
    first, second = (one.delivery.id for one in together.begun)
    behind = {one.id for one in map(partial(of, house), ids) if one.state == "due"}
    assert {*together.behind[first], *together.behind[second]} == behind
    assert [len(crowd) for crowd in together.behind.values()] == [2, 1]
    assert together.left == []


def test_what_is_to_wait_or_never_to_leave_is_settled_and_the_rest_is_left(house: House) -> None:
    answers, ids = receipts(house, 1), welcomes(house, 4)
    with house.unit() as unit:
        never = update(profiles).where(profiles.c.email == "s1@beispiel.example")
        unit.connection.execute(never.values(excluded=True))
    together = with_limits(house, pace=1).begin_together([*answers, *ids])
    assert [len(together.begun), dict(together.behind)] == [2, {}]
    assert together.left == answers


def test_the_pace_of_a_domain_holds_for_those_that_are_begun_together(house: House) -> None:
    ids = welcomes(house, 5)
    assert len(with_limits(house, pace=1).begin_together(ids).begun) == 2
    places = sorted(row.due_at - house.clock() for row in house.outbox("due") if row.id in ids)
    assert places == [timedelta(seconds=number) for number in (2, 3, 4)]


def test_two_mails_to_one_person_are_not_begun_together(house: House) -> None:
    (first,) = welcomes(house, 1)
    second = another_mail(house, of(house, first))
    together = house.sender.begin_together([first, second])
    assert [len(together.begun), len(together.left)] == [1, 1]
    assert sorted(states(house, [first, second])) == ["due", "leased"]


def test_what_may_have_ended_its_worker_is_begun_by_itself_and_takes_nobody_with_it(house: House) -> None:
    ids = welcomes(house, 2)
    assert len(house.sender.begin_together(ids).begun) == 2
    house.clock.move(seconds=LEASE.total_seconds() + 1)
    assert house.sender.begin_together(ids).begun == []
    assert [house.sender.deliver(one) for one in ids] == ["sent"] * 2


def another_mail(house: House, first: Delivery) -> UUID:
    """A second mail to the same person, due at the same time."""
    person, mail_id = first.profile_id, new_id()
    assert person is not None
    with house.unit() as unit:
        message = unit.world.message_id(mail_id)
        row = MailRow(mail_id, person, "first-questions", "de", message, unit.now, "welcome", 1)
        assert mails.add(unit.connection, [row])
        twin = replace(first, id=mail_id, dedupe_key=str(mail_id))
        outbox.add(unit.connection, [twin])
    return mail_id
