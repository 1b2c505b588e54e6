"""R3: PostgreSQL is away and everything is accepted. R17: PostgreSQL stalls and no redirect waits."""

import time
from collections.abc import Callable
from statistics import quantiles

import pytest
from sqlalchemy import select

from bridge.store.tables import profiles, submissions
from tests.faults.books import Books
from tests.faults.conftest import Bridge
from tests.faults.traffic import Answer, Traffic
from tests.promise import FULL, few_or_many

pytestmark = pytest.mark.xdist_group("faults")

AWAY = few_or_many(2, 20)
"""Seconds."""
BACK_WITHIN = 60.0
"""Seconds until everything that waited is done."""
STALLED = few_or_many(2, 5)
"""Seconds."""
P99_MS = 50.0 if FULL else 500.0
"""Beside other tests a machine is slow by itself; whoever waits for a database that stands still waits longer."""


def page(bridge: Bridge, name: str) -> str:
    """The path of somebody's preference centre; it needs the database."""
    with bridge.traffic(name).submits(threads=1, most=1) as traffic:
        traffic.wait()
    Books(bridge.processes, traffic).drained()
    with bridge.own.engine.connect() as connection:
        found = select(profiles.c.id).join(submissions).where(submissions.c.key == f"{name}-1")
        address = traffic.links.preferences(connection.scalars(found).one())
    return address.removeprefix(bridge.processes.url)


@pytest.mark.promise("R3", "PostgreSQL is gone while forms, links and pages are asked for")
@pytest.mark.parametrize("how", [pytest.param("stopped", marks=pytest.mark.faults), "killed"])
def test_everything_is_accepted_while_the_database_is_away(
    bridge: Bridge, saw: Callable[..., None], how: str
) -> None:
    path = page(bridge, f"reader{how}")
    traffic = bridge.traffic(how).submits(pause=0.15).follows(pause=0.05).opens("page", path, pause=0.05)
    with traffic:
        time.sleep(0.5)
        bridge.postgres.stop() if how == "stopped" else bridge.postgres.kill()
        gone = time.monotonic()
        time.sleep(AWAY)
        back = time.monotonic()
        bridge.postgres.start()
        time.sleep(0.5)
    books = Books(bridge.processes, traffic)
    seconds = books.drained()
    apart = traffic.between("page", gone, back)
    books.settle(saw, links=traffic.statuses("link")[302], pages_503=len(apart), drained_after=seconds)
    assert set(traffic.statuses("form")) == {202}
    assert set(traffic.statuses("link")) == {302}
    assert set(traffic.statuses("page")) == {200, 503}
    assert apart
    assert all(one.status == 503 and int(one.retry_after or 0) > 0 for one in apart)
    assert seconds <= BACK_WITHIN
    assert books.mails_twice() == {}


def p99(answers: list[Answer]) -> float:
    """The slowest of a hundred redirects, in milliseconds."""
    return quantiles([1000 * one.seconds for one in answers], n=100)[98]


@pytest.mark.promise("R17", "the database stands still while pages are asked for")
def test_no_redirect_waits_for_a_database_that_stands_still(bridge: Bridge, saw: Callable[..., None]) -> None:
    path = page(bridge, "still")
    with bridge.traffic("stillbase").follows(pause=0.005) as calm:
        time.sleep(STALLED)
    traffic = bridge.traffic("stillpages").follows(pause=0.005).opens("page", path, threads=8, pause=0.02)
    with traffic:
        time.sleep(0.5)
        bridge.postgres.freeze()
        frozen = time.monotonic()
        time.sleep(STALLED)
        thawed = time.monotonic()
        bridge.postgres.thaw()
    redirects = traffic.between("link", frozen, thawed)
    saw(redirects=len(redirects), p99_ms=p99(redirects), p99_ms_in_peace=p99(_redirects(calm)))
    saw(pages=len(traffic.between("page", frozen, thawed)))
    assert {one.status for one in traffic.between("link")} == {302}
    assert p99(redirects) <= P99_MS


def _redirects(traffic: Traffic) -> list[Answer]:
    return traffic.between("link")
