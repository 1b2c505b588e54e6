"""That somebody uses a page, which a website's script tells: not only loads it, as machines do."""

import json
from typing import Any
from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from bridge.delivery.links import ClickTarget
from bridge.intake.reading import parse_record
from bridge.intake.records import PageUse
from tests import make
from tests.edge.conftest import Open
from tests.edge.site import Site
from tests.edge.test_visits import MAIL, PAGE, SHOP, programme, shop, tell
from tests.house import BROWSER, PUBLIC

__all__ = ["programme", "shop"]


def used(site: Site, **more: Any) -> TestResponse:
    """What the script sends when somebody uses a page of the website."""
    return tell(site, {"visitor": BROWSER, "used": True} | more)


def test_that_a_page_is_used_is_written_down_with_the_click_that_led_there(shop: Site) -> None:
    link = shop.services.world.links.click(ClickTarget(MAIL, 1, f"{SHOP}/sepa")).removeprefix(PUBLIC)
    token = shop.get(link).headers["Location"].partition("#lb=")[2]
    assert used(shop, arrival=token).status_code == 204
    click, _ = shop.ids()
    record = shop.journalled()[1]
    read = parse_record(UUID(int=1), record.pop("kind_of_record"), make.NOON, json.dumps(record)).body
    assert isinstance(read, PageUse)
    assert (read.visitor, read.arrival, read.hit) == (BROWSER, MAIL, click)
    assert read.request.user_agent == make.A_BROWSER


def test_a_use_says_of_the_page_nothing_at_all(shop: Site) -> None:
    used(shop, **{name: value for name, value in PAGE.items() if name != "visitor"}, title="SEPA")
    assert set(shop.only_record()) == {"visitor", "request", "kind_of_record"}


@pytest.mark.parametrize("arrival", [None, "", "forged.token", "\ud800"])
def test_who_did_not_arrive_by_a_click_uses_pages_too(shop: Site, arrival: str | None) -> None:
    assert used(shop, arrival=arrival).status_code == 204
    assert shop.only_record()["visitor"] == BROWSER


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"used": True}, "visitor"),
        ({"used": True, "visitor": "x"}, "visitor"),
        ({"used": True, "visitor": BROWSER, "arrival": 5}, "arrival"),
        ({"used": "yes", "visitor": BROWSER}, "page_url"),
        ({"used": 1, "visitor": BROWSER}, "page_url"),
    ],
)
def test_a_use_that_makes_no_sense_is_refused(shop: Site, body: Any, field: str) -> None:
    response = tell(shop, body)
    assert response.status_code == 400
    assert list(response.json["errors"]["fields"]) == [field]  # type: ignore[index]
    assert shop.journalled() == []


@pytest.mark.parametrize(
    "header",
    [{"DNT": "1"}, {"Sec-GPC": "1"}, {"Sec-Purpose": "prefetch;prerender"}, {"X-Purpose": "preview"}],
)
def test_who_asks_not_to_be_watched_or_is_not_there_uses_nothing(shop: Site, header: dict[str, str]) -> None:
    assert tell(shop, {"visitor": BROWSER, "used": True}, **header).status_code == 204
    assert shop.journalled() == []


@pytest.mark.parametrize("origin", [None, "null", "https://evil.example"])
def test_other_websites_cannot_say_that_a_page_is_used(shop: Site, origin: str | None) -> None:
    assert tell(shop, {"visitor": BROWSER, "used": True}, origin=origin).status_code == 403
    assert shop.journalled() == []


def test_too_many_uses_are_refused_and_visits_are_not(open_one: Open, programme: str) -> None:
    site = open_one(PROGRAM=programme, RATE_LIMITS="20/minute")
    assert [used(site).status_code for _ in range(301)] == [204] * 300 + [429]
    assert tell(site).status_code == 204


def test_who_arrives_by_a_click_that_could_not_be_written_down_comes_from_the_mail_all_the_same(
    open_one: Open, programme: str
) -> None:
    full, shop = open_one(PROGRAM=programme), open_one(PROGRAM=programme)
    full.break_journal()
    link = full.services.world.links.click(ClickTarget(MAIL, 1, f"{SHOP}/sepa")).removeprefix(PUBLIC)
    token = full.get(link).headers["Location"].partition("#lb=")[2]
    tell(shop, PAGE | {"arrival": token})
    used(shop, arrival=token)
    for record in shop.journalled():
        assert record["arrival"] == str(MAIL)
        assert "hit" not in record
