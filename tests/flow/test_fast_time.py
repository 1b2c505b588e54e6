"""A clock that runs faster than the world: what machines and people at them wait for takes as long as ever."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from bridge.delivery.tokens import ARRIVAL, Tokens
from bridge.errors import ExpiredToken
from bridge.flow.sending.deliver import LEASE
from bridge.flow.sweep import Sweeper
from bridge.store import outbox
from connectors.contract import Deferred, Receipt
from tests.house import KEY, House

SPEED = 1440


@pytest.fixture
def house(engine: Engine) -> House:
    """A house in which a day passes in a minute."""
    made = House(engine)
    made.world = replace(made.world, speed=SPEED)
    made.sender = replace(made.sender, world=made.world)
    return made


def test_a_lease_lasts_as_long_as_its_worker_lives_for(house: House) -> None:
    house.reply = Deferred("busy")
    house.submit()
    house.clock.move(days=1)
    begun = house.sender.begin(house.outbox()[0].id)
    assert begun is not None
    house.clock.move(hours=40)  # a hundred seconds
    assert house.sender.begin(house.outbox()[0].id) is None
    house.clock.move(seconds=(LEASE.seconds + 1) * SPEED)
    assert house.sender.begin(house.outbox()[0].id) is not None


def test_another_attempt_follows_after_half_a_minute_of_the_world(house: House) -> None:
    house.reply = Deferred("busy")
    house.submit()
    [row] = house.outbox()
    assert timedelta(seconds=20) < (row.due_at - house.clock()) / SPEED < timedelta(seconds=40)
    assert row.gives_up_at is not None
    assert (row.gives_up_at - house.clock()) / SPEED == outbox.PATIENCE
    house.reply = Receipt("250 ok")
    house.tick(days=1)
    assert len(house.sent) == 1


def test_sweeps_that_are_a_second_apart_are_regular_ones(house: House) -> None:
    house.reply = Deferred("busy")
    house.submit()
    house.clock.move(days=1)
    house.sender.begin(house.outbox()[0].id)
    until = house.outbox()[0].leased_until
    sweeper = Sweeper(house.engine, SPEED)
    for _ in range(3):
        sweeper.sweep(house.wake, house.clock())
        house.clock.move(seconds=SPEED)
    assert house.outbox()[0].leased_until == until


def test_a_link_ages_by_the_time_of_whoever_follows_it(house: House) -> None:
    tokens, now = Tokens([KEY], SPEED), house.clock()
    token = tokens.sign(ARRIVAL, b"x", now)
    assert tokens.open(ARRIVAL, token, now + timedelta(days=9)) == b"x"
    with pytest.raises(ExpiredToken):
        tokens.open(ARRIVAL, token, now + timedelta(days=11))
