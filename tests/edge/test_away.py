"""Promises R2 and R3, as one request sees them: with the database or Redis away, everything is accepted at once."""

import time
from collections.abc import Callable

import pytest
from redis import Redis
from sqlalchemy import select
from werkzeug.test import TestResponse

from bridge.delivery.links import ClickTarget
from bridge.store.tables import profiles
from tests.conftest import Servers
from tests.edge.conftest import Open
from tests.edge.signed import send
from tests.edge.site import Site, is_locked_down, silent_server
from tests.edge.test_forms import ANNA, DOWNLOAD, GERMAN, JSON
from tests.edge.test_pages import link
from tests.house import PUBLIC, House
from tests.make import some_id

AT_ONCE = 0.5
"""Seconds; the promise is "at once", and this leaves room for a busy machine."""


def timed(ask: Callable[[], TestResponse]) -> tuple[int, float]:
    """The status of an answer, and how long it took."""
    started = time.monotonic()
    status = ask().status_code
    return status, time.monotonic() - started


def interactive(site: Site) -> dict[str, str]:
    """A page of every kind that needs the database."""
    links, now = site.services.world.links, site.services.clock()
    urls = (
        links.confirm(some_id(), now),
        links.preferences(some_id()),
        links.lead(some_id(), now),
    )
    return {url.split("/")[3]: url.removeprefix(PUBLIC) for url in urls}


@pytest.mark.promise("R3", "what one request sees of it")
def test_without_the_database_everything_is_accepted(edge: Site) -> None:
    target = ClickTarget(some_id(), 1, "https://www.example.com/")
    links = edge.services.world.links
    assert edge.post(DOWNLOAD, ANNA).status_code == 303
    assert send(edge).status_code == 202
    assert edge.get(links.click(target).removeprefix(PUBLIC)).status_code == 302
    assert edge.get(links.pixel(some_id()).removeprefix(PUBLIC)).status_code == 200
    assert edge.post(links.unsubscribe(some_id(), None).removeprefix(PUBLIC)).status_code == 200
    assert len(edge.journalled()) == 5


@pytest.mark.parametrize("kind", ["confirm", "preferences", "leads"])
def test_without_the_database_pages_ask_to_come_back(edge: Site, kind: str) -> None:
    path = interactive(edge)[kind]
    answers = [edge.get(path, headers=GERMAN), edge.client.head(path)]
    answers.append(edge.post(path if kind != "leads" else f"{path}/outcome", {"outcome": "accepted"}))
    for response in answers:
        assert response.status_code == 503
        assert int(response.headers["Retry-After"]) > 0
        assert is_locked_down(response)
    assert "Nichts geht verloren" in answers[0].text or "nichts" in answers[0].text.lower()
    assert edge.get(path, headers=JSON).json == {"error": "unavailable, please try again", "status": 503}


def test_a_database_that_says_nothing_holds_a_page_up_for_seconds_only(open_one: Open) -> None:
    with silent_server() as port:
        site = open_one(DATABASE_URL=f"postgresql://nobody@127.0.0.1:{port}/none")
        status, seconds = timed(lambda: site.get(interactive(site)["leads"]))
        assert (status, seconds < 4) == (503, True)
        status, seconds = timed(lambda: site.post(DOWNLOAD, ANNA))
        assert (status, seconds < AT_ONCE) == (303, True)


@pytest.mark.promise("R2", "what one request sees of it")
@pytest.mark.parametrize("silent", [False, True], ids=["refusing", "silent"])
def test_without_redis_forms_are_accepted_at_once_and_still_limited(open_one: Open, silent: bool) -> None:
    with silent_server() as port:
        address = f"redis://127.0.0.1:{port if silent else 1}/0"
        site = open_one(REDIS_URL=address, RATE_LIMITS="3/minute")
        answers = [timed(lambda: site.post(DOWNLOAD, ANNA)) for _ in range(4)]
    assert {status for status, _ in answers} == {303}
    assert [record.get("suspicion") for record in site.journalled()] == [None, None, None, "too many"]
    assert max(seconds for _, seconds in answers) < AT_ONCE


def test_redis_that_leaves_and_comes_back_refuses_nobody(
    open_one: Open, servers: Servers, redis: Redis
) -> None:
    site = open_one(REDIS_URL=servers.redis_url, RATE_LIMITS="100/minute")
    assert site.post(DOWNLOAD, ANNA).status_code == 303
    redis.client_pause(300)
    answers = [timed(lambda: site.post(DOWNLOAD, ANNA)) for _ in range(3)]
    assert {status for status, _ in answers} == {303}
    assert max(seconds for _, seconds in answers) < AT_ONCE


def test_without_redis_pages_work(open_one: Open, servers: Servers, house: House) -> None:
    site = open_one(clock=house.clock, DATABASE_URL=servers.database_url)
    house.submit()
    house.clock.move(minutes=1)
    path = link(house.sent[-1], "confirm")
    status, seconds = timed(lambda: site.post(path))
    assert (status, seconds < AT_ONCE * 4) == (303, True)
    house.tick(seconds=10)
    assert house.sent[-1].subject == "Willkommen bei Globe Next", (
        "the sweeper found what nobody was woken for"
    )


def test_a_row_that_somebody_holds_delays_a_page_by_a_second_only(site: Site, house: House) -> None:
    house.submit()
    path = link(house.sent[-1], "confirm")
    with house.engine.begin() as connection:
        connection.execute(select(profiles).with_for_update())
        status, seconds = timed(lambda: site.post(path))
    assert (status, seconds < 3) == (503, True)
    assert site.post(path).status_code == 303
