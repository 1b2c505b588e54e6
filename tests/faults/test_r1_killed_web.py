"""R1: what is answered with success is durable: the web is killed again and again while forms arrive."""

import random
import time
from collections.abc import Callable

import pytest

from tests.faults.books import Books
from tests.faults.conftest import Bridge
from tests.promise import few_or_many

pytestmark = pytest.mark.xdist_group("faults")

SENT = few_or_many(40, 1000)
LONGEST_LIFE = few_or_many(300, 600)
"""Milliseconds until the next kill, counted from the first answer."""


@pytest.mark.promise("R1", "the web is killed at any moment, and every form sent again with the same id")
def test_forms_survive_a_web_that_is_killed_at_any_moment(bridge: Bridge, saw: Callable[..., None]) -> None:
    traffic = bridge.traffic("webkill").submits(threads=3, most=SENT, pause=0.01).follows(pause=0.01)
    kills = 0
    with traffic:
        while not traffic.is_done() and len(traffic.taken()) < SENT:
            time.sleep(random.randrange(LONGEST_LIFE) / 1000)
            if kills % 3 == 2:
                bridge.processes.kill_children("web")
                bridge.processes.wait_for_web()
            else:
                bridge.processes.kill("web")
                bridge.processes.start("web")
            kills += 1
    books = Books(bridge.processes, traffic)
    books.drained()
    books.settle(saw, kills=kills, tries=len(traffic.between("form")))
    assert set(traffic.statuses("link")) <= {302, 0}
    assert books.mails_twice() == {}
