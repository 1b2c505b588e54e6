"""A lease is one worker's: nobody mistakes it for another's, and what ends its worker again and again is given up."""

from datetime import timedelta

from bridge.flow.sending.begun import Begun
from bridge.flow.sending.deliver import LEASE, MOST_DEATHS
from bridge.store import given_up, leases, outbox
from connectors.contract import Deferred, Receipt, Refused
from tests.house import House

OK = Receipt("250 ok")
BUSY = Deferred("451 try again later")


def due(house: House) -> House:
    """A house with one mail that may leave."""
    house.reply = BUSY
    house.submit()
    house.reply = OK
    house.tried.clear()
    house.clock.move(minutes=1)
    return house


def begun(house: House) -> Begun:
    """A worker takes the only mail, and stands still."""
    (row,) = house.outbox()
    taken = house.sender.begin(row.id)
    assert isinstance(taken, Begun)
    return taken


def let_it_run_out(house: House) -> None:
    """Nobody holds on to the lease."""
    house.clock.move(seconds=LEASE.seconds + 1)


def retry(house: House) -> None:
    """Somebody decides that what is dead is tried again."""
    with house.unit() as unit:
        assert given_up.retry_dead(unit.connection, unit.now)


def test_who_wakes_up_after_a_retry_by_hand_changes_nothing(house: House) -> None:
    frozen = begun(due(house))
    let_it_run_out(house)
    house.sender.conclude(begun(house), Refused("550 no", "ours", "5.7.1"))
    retry(house)
    current = begun(house)
    house.sender.conclude(frozen, BUSY)
    assert house.sender.conclude(current, house.sender.send(current)) == "sent"
    house.tick(hours=1)
    assert len(house.sent) == 1


def test_nor_after_one_mail_was_retried_by_its_id(house: House) -> None:
    frozen = begun(due(house))
    let_it_run_out(house)
    house.sender.conclude(begun(house), BUSY)
    with house.unit() as unit:
        assert outbox.revive(unit.connection, frozen.delivery.id, unit.now)
    current = begun(house)
    house.sender.keep([frozen.delivery])
    assert house.sender.give_back([frozen.delivery]) == 0
    assert house.sender.conclude(frozen, OK) == "taken over"
    assert house.sender.conclude(current, OK) == "sent"


def test_a_retry_by_hand_begins_with_the_shortest_pause_again(house: House) -> None:
    house = due(house)
    for _ in range(6):
        house.sender.conclude(begun(house), BUSY)
        house.clock.move(hours=15)
    house.sender.conclude(begun(house), Refused("554 no"))
    retry(house)
    house.sender.conclude(begun(house), BUSY)
    (row,) = house.outbox()
    assert row.due_at - house.clock() < timedelta(minutes=1)
    assert row.gives_up_at == house.clock() + outbox.PATIENCE
    assert row.attempts == 9


def test_a_mail_whose_workers_die_is_given_up(house: House) -> None:
    house = due(house)
    for _ in range(MOST_DEATHS):
        begun(house)
        let_it_run_out(house)
    house.tick(seconds=1)
    (row,) = house.outbox()
    assert (row.state, row.attempts, house.tried) == ("dead", MOST_DEATHS + 2, [])
    assert row.error == "its worker died each of the last 5 times; whether it left is unknown"


def test_after_a_retry_by_hand_its_workers_may_die_as_often_again(house: House) -> None:
    house = due(house)
    for _ in range(MOST_DEATHS):
        begun(house)
        let_it_run_out(house)
    house.tick(seconds=1)
    retry(house)
    for _ in range(MOST_DEATHS - 1):
        begun(house)
        let_it_run_out(house)
    house.tick(seconds=1)
    assert [row.state for row in house.outbox()] == ["sent"]


def test_deaths_between_answers_are_not_added_up(house: House) -> None:
    house = due(house)
    for _ in range(MOST_DEATHS + 1):
        begun(house)
        let_it_run_out(house)
        house.sender.conclude(begun(house), BUSY)
        house.clock.move(hours=15)
    assert [row.state for row in house.outbox()] == ["deferred"]


def test_a_worker_that_is_stopped_has_not_died(house: House) -> None:
    house = due(house)
    for _ in range(2 * MOST_DEATHS):
        assert house.sender.give_back([begun(house).delivery]) == 1
    house.tick(seconds=1)
    assert [row.state for row in house.outbox()] == ["sent"]


def test_in_a_copied_database_nobody_waits_for_the_workers_of_the_other_one(house: House) -> None:
    begun(due(house))
    with house.unit() as unit:
        assert leases.let_go_all(unit.connection) == 1
    house.tick()
    assert [row.state for row in house.outbox()] == ["sent"]
