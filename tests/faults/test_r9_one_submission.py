"""R9: one submission, however often it is sent."""

from collections.abc import Callable

import pytest

from tests.faults.books import Books
from tests.faults.conftest import Bridge
from tests.promise import few_or_many

pytestmark = pytest.mark.xdist_group("faults")

TIMES = 50


@pytest.mark.promise("R9", "requests in parallel with one webhook-id")
def test_fifty_requests_at_once_with_one_id_are_one_submission(
    bridge: Bridge, saw: Callable[..., None]
) -> None:
    traffic = bridge.traffic("same")
    people = few_or_many(2, 5)
    for number in range(1, people + 1):
        traffic.repeats(number, TIMES)
    with traffic:
        traffic.wait()
    books = Books(bridge.processes, traffic)
    books.drained()
    assert len(traffic.taken()) == people
    books.settle(saw, requests=traffic.statuses("form")[202])
    assert books.mails_twice() == {}
