"""R5: a killed worker loses nothing: ingest and workers are killed again and again while forms arrive."""

import random
import time
from collections.abc import Callable
from itertools import cycle, islice

import pytest

from tests.faults.books import Books
from tests.faults.conftest import Bridge
from tests.promise import few_or_many

pytestmark = pytest.mark.xdist_group("faults")

KILLS = few_or_many(6, 200)
AT_ONCE = 8
"""Deliveries that one worker is at, at most."""
WITHIN = 120.0
"""Seconds until the last event is in the ledger."""


@pytest.mark.promise("R5", "ingest and workers are killed at any moment")
def test_every_event_is_in_the_ledger_though_workers_are_killed(
    bridge: Bridge, saw: Callable[..., None]
) -> None:
    with bridge.traffic("killed").submits(pause=few_or_many(0.1, 0.5)) as traffic:
        for part in islice(cycle(["ingest", "score"]), KILLS):
            time.sleep(random.random())
            bridge.processes.kill(part)
            bridge.processes.start(part)
    books = Books(bridge.processes, traffic)
    seconds = books.drained()
    books.settle(saw, kills=KILLS, in_the_ledger_after=seconds)
    assert seconds <= WITHIN
    assert books.mails_twice() == {}


@pytest.mark.promise("R5", "cron and whoever sends mails are killed, too: no delivery is lost")
def test_no_delivery_is_lost_though_its_worker_is_killed(bridge: Bridge, saw: Callable[..., None]) -> None:
    kills = few_or_many(2, 20)
    with bridge.traffic("unsent").submits(threads=1, pause=few_or_many(0.1, 0.5)) as traffic:
        for part in islice(cycle(["deliver", "cron"]), kills):
            time.sleep(random.random())
            bridge.processes.kill(part)
            bridge.processes.start(part)
    books = Books(bridge.processes, traffic)
    books.drained_but_for_leases()
    books.settle(saw, kills=kills, mails_left_under_lease=books.deliveries().get("leased", 0))
    assert set(books.deliveries()) <= {"sent", "leased"}
    assert books.deliveries().get("leased", 0) <= kills * AT_ONCE
