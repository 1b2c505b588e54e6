"""R2: Redis is away and everything is accepted. R6: Redis is wiped and nothing is lost."""

import time
from collections.abc import Callable
from shutil import rmtree

import pytest
from redis import Redis

from tests.faults.books import Books
from tests.faults.conftest import Bridge
from tests.promise import few_or_many
from tests.together import eventually

pytestmark = pytest.mark.xdist_group("faults")

AWAY = few_or_many(2, 20)
"""Seconds."""
WIPES = few_or_many(5, 100)
BACK_WITHIN = 60.0
"""Seconds until everything that waited is done."""


@pytest.mark.promise("R2", "Redis is stopped while forms arrive and links are followed")
def test_everything_is_accepted_while_redis_is_away(bridge: Bridge, saw: Callable[..., None]) -> None:
    with bridge.traffic("noqueue").submits(pause=0.15).follows(pause=0.05) as traffic:
        time.sleep(0.5)
        bridge.valkey.stop()
        time.sleep(AWAY)
        bridge.valkey.start()
        time.sleep(0.5)
    books = Books(bridge.processes, traffic)
    seconds = books.drained()
    books.settle(saw, links=traffic.statuses("link")[302], away_for=AWAY, drained_after=seconds)
    assert set(traffic.statuses("form")) == {202}
    assert set(traffic.statuses("link")) == {302}
    assert seconds <= BACK_WITHIN
    assert books.mails_twice() == {}


@pytest.mark.promise("R2", "workers that start while Redis is away wait for it")
def test_workers_may_start_before_redis_does(bridge: Bridge, saw: Callable[..., None]) -> None:
    bridge.processes.stop("score")
    bridge.valkey.stop()
    said = bridge.processes.log("score").count("Redis is away")
    bridge.processes.start("score")
    with bridge.traffic("early").submits(pause=0.15) as traffic:
        assert eventually(lambda: bridge.processes.log("score").count("Redis is away") > said + 1)
        bridge.valkey.start()
    books = Books(bridge.processes, traffic)
    seconds = books.drained()
    books.settle(saw, drained_after=seconds)
    assert bridge.processes.is_running("score")


@pytest.mark.promise("R6", "FLUSHALL again and again while forms arrive")
def test_nothing_is_lost_when_redis_is_wiped(bridge: Bridge, saw: Callable[..., None]) -> None:
    with (
        Redis.from_url(bridge.valkey.url) as redis,
        bridge.traffic("wiped").submits(pause=0.1).follows(pause=0.05) as traffic,
    ):
        for _ in range(WIPES):
            time.sleep(0.3)
            redis.flushall()
    books = Books(bridge.processes, traffic)
    seconds = books.drained()
    books.settle(saw, wipes=WIPES, drained_after=seconds)
    assert set(traffic.statuses("form")) == {202}
    assert books.mails_twice() == {}


@pytest.mark.promise("R2", "Redis is replaced by an empty one")
def test_an_empty_redis_in_the_place_of_another_is_no_trouble(
    bridge: Bridge, saw: Callable[..., None]
) -> None:
    with bridge.traffic("replaced").submits(pause=0.15) as traffic:
        time.sleep(0.3)
        bridge.valkey.kill()
        rmtree(bridge.valkey.folder / "appendonlydir")
        bridge.valkey.start()
        time.sleep(0.3)
    books = Books(bridge.processes, traffic)
    seconds = books.drained()
    books.settle(saw, drained_after=seconds)
    assert set(traffic.statuses("form")) == {202}
