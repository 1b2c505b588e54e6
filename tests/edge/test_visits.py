"""Page visits that a website's script tells of."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from bridge.delivery.links import Arrival, ClickTarget, with_arrival
from bridge.ids import new_id
from bridge.intake.reading import parse_record
from bridge.intake.records import Visit, Withdrawal
from tests import make
from tests.conftest import Servers
from tests.edge.conftest import Open
from tests.edge.signed import ANNA, send
from tests.edge.site import Site
from tests.house import BROWSER, PUBLIC, House

SHOP = "https://www.example.com"
MAIL = UUID("018f2d6e-0000-7000-8000-000000000001")
PAGE = {"visitor": BROWSER, "page_url": f"{SHOP}/sepa?utm_source=messe&email=anna@beispiel.example#part"}


@pytest.fixture
def programme(tmp_path: Path) -> str:
    """The path of a programme that names one website."""
    path = tmp_path / "program.toml"
    path.write_text(f'{make.EXACT}[website]\norigins = ["{SHOP}"]\n', encoding="utf-8")
    return str(path)


@pytest.fixture
def shop(open_one: Open, programme: str) -> Site:
    """A site without database and Redis, whose programme names one website."""
    return open_one(PROGRAM=programme)


def tell(site: Site, told: Any = PAGE, origin: str | None = SHOP, **headers: str) -> TestResponse:
    """What the script sends from a page of the website."""
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    sent = {"Content-Type": "text/plain;charset=UTF-8", "User-Agent": make.A_BROWSER, **headers}
    return site.post("/t/p", body, headers=sent | ({"Origin": origin} if origin else {}))


def told(site: Site) -> Visit | Withdrawal:
    """The one record of the journal, as ingest reads it."""
    record = site.only_record()
    body = parse_record(UUID(int=1), record.pop("kind_of_record"), make.NOON, json.dumps(record)).body
    assert isinstance(body, Visit | Withdrawal)
    return body


def test_a_visit_is_written_down_without_database_and_redis(shop: Site) -> None:
    response = tell(shop, PAGE | {"title": "SEPA", "referrer": f"{SHOP}/?q=secret", "language": "de-DE"})
    assert (response.status_code, response.data) == (204, b"")
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Access-Control-Allow-Origin"] == SHOP
    assert "Set-Cookie" not in response.headers
    visit = told(shop)
    assert isinstance(visit, Visit)
    assert (visit.visitor, visit.page, visit.title) == (BROWSER, f"{SHOP}/sepa", "SEPA")
    assert (visit.referrer, visit.utm, visit.language) == (f"{SHOP}/", {"source": "messe"}, "de-DE")
    assert visit.request.user_agent == make.A_BROWSER
    assert visit.request.headers is None, "they are kept where they are judged, with hits"


def test_what_stands_in_addresses_besides_the_path_is_not_kept(shop: Site) -> None:
    tell(shop, PAGE | {"page_url": f"{SHOP}/a;b?token=secret&email=anna@beispiel.example#secret"})
    tell(shop, PAGE | {"referrer": "https://anna:secret@mail.example.com/inbox?secret#secret"})
    assert "secret" not in json.dumps(shop.journalled())
    assert "anna" not in json.dumps(shop.journalled())
    assert shop.journalled()[1]["referrer"] == "https://mail.example.com/inbox"


def test_a_withdrawal_is_written_down(shop: Site) -> None:
    assert tell(shop, {"visitor": BROWSER, "withdrawn": True}).status_code == 204
    assert told(shop) == Withdrawal(BROWSER)


@pytest.mark.parametrize("header", ["DNT", "Sec-GPC"])
def test_who_asks_not_to_be_watched_is_not(shop: Site, header: str) -> None:
    assert tell(shop, **{header: "1"}).status_code == 204
    assert shop.journalled() == []
    assert tell(shop, {"visitor": BROWSER, "withdrawn": True}, **{header: "1"}).status_code == 204
    assert told(shop) == Withdrawal(BROWSER)


def test_a_page_that_nobody_has_seen_yet_was_not_visited(shop: Site) -> None:
    assert tell(shop, **{"Sec-Purpose": "prefetch;prerender"}).status_code == 204
    assert shop.journalled() == []


@pytest.mark.parametrize("origin", [None, "null", "https://evil.example", "https://example.com"])
def test_other_websites_are_refused(shop: Site, origin: str | None) -> None:
    response = tell(shop, origin=origin)
    assert response.status_code == 403
    assert "Access-Control-Allow-Origin" not in response.headers
    assert shop.journalled() == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"", "body"),
        (b"visitor=1", "body"),
        (b"\xff\xfe", "body"),
        (b"[" * 4000, "body"),
        (b'{"a":' * 700, "body"),
        ([], "body"),
        (None, "body"),
        ("text", "body"),
        (5, "body"),
        ({"page_url": f"{SHOP}/"}, "visitor"),
        (PAGE | {"visitor": None}, "visitor"),
        (PAGE | {"visitor": 5}, "visitor"),
        (PAGE | {"visitor": "0" * 31}, "visitor"),
        (PAGE | {"visitor": BROWSER.upper()}, "visitor"),
        (PAGE | {"visitor": BROWSER + "\n"}, "visitor"),
        (PAGE | {"visitor": "\ud800" * 32}, "visitor"),
        ({"visitor": "x", "withdrawn": True}, "visitor"),
        ({"visitor": BROWSER}, "page_url"),
        ({"visitor": BROWSER, "withdrawn": "yes"}, "page_url"),
        (PAGE | {"page_url": ""}, "page_url"),
        (PAGE | {"page_url": ["x"]}, "page_url"),
        (PAGE | {"page_url": "javascript:alert(1)"}, "page_url"),
        (PAGE | {"page_url": "https://evil.example/"}, "page_url"),
        (PAGE | {"page_url": f"{SHOP}.evil.example/"}, "page_url"),
        (PAGE | {"page_url": "https://[half"}, "page_url"),
        (PAGE | {"page_url": f"{SHOP}:99999999/"}, "page_url"),
        (PAGE | {"page_url": f"{SHOP}/{'x' * 2000}"}, "page_url"),
        (PAGE | {"title": {"a": 1}}, "title"),
        (PAGE | {"referrer": 5}, "referrer"),
        (PAGE | {"language": []}, "language"),
        (PAGE | {"arrival": 5}, "arrival"),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_field_named(shop: Site, body: Any, field: str) -> None:
    response = tell(shop, body)
    assert response.status_code == 400
    assert list(response.json["errors"]["fields"]) == [field]  # type: ignore[index]
    assert shop.journalled() == []


@pytest.mark.parametrize(
    "more",
    [
        {"title": "\x00\ud800\u202eSEPA", "referrer": "\ud800://\x00"},
        {"title": None, "referrer": None, "language": None, "arrival": None},
        {"title": "x" * 3000},
        {"referrer": "https://[half"},
        {"referrer": "android-app://com.example/"},
        {"arrival": "forged.token"},
        {"arrival": "\ud800"},
        {"something": {"new": [1]}},
        {"page_url": f"{SHOP}/%00\x00\ud800ü?utm_source=\x00%00%ED%A0%80&utm_source=2"},
        {"withdrawn": False},
    ],
)
def test_strange_words_are_cleaned_and_the_visit_is_kept(
    shop: Site, house: House, more: dict[str, Any]
) -> None:
    assert tell(shop, PAGE | more).status_code == 204
    record = shop.only_record()
    assert "\x00" not in json.dumps(record, ensure_ascii=False)
    house.take_visits(parse_record(new_id(), record.pop("kind_of_record"), make.NOON, json.dumps(record)))


def test_more_than_four_kilobytes_are_refused_and_less_is_not(shop: Site) -> None:
    assert tell(shop, PAGE | {"title": "x" * 5000}).status_code == 413
    assert tell(shop, json.dumps(PAGE).encode().ljust(4096)).status_code == 204
    assert tell(shop, json.dumps(PAGE).encode().ljust(4097)).status_code == 413


def test_only_posts_are_answered(shop: Site) -> None:
    assert shop.get("/t/p").status_code == 405


def test_without_the_journal_the_browser_is_told_so(shop: Site) -> None:
    shop.break_journal()
    response = tell(shop)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")


def test_far_too_many_visits_of_a_network_are_asked_to_wait(open_one: Open, programme: str) -> None:
    limited = open_one(PROGRAM=programme, RATE_LIMITS="1/minute")
    statuses = [tell(limited).status_code for _ in range(301)]
    assert statuses == [204] * 300 + [429]
    assert len(limited.journalled()) == 300


def test_whoever_had_too_many_visits_can_still_withdraw(open_one: Open, programme: str) -> None:
    limited = open_one(PROGRAM=programme, RATE_LIMITS="1/minute")
    statuses = [tell(limited).status_code for _ in range(301)]
    assert statuses[-1] == 429
    assert tell(limited, {"visitor": BROWSER, "withdrawn": True}).status_code == 204


@pytest.mark.parametrize("origin", [None, "https://no-longer-named.example"])
def test_a_withdrawal_is_taken_from_anywhere(shop: Site, origin: str | None) -> None:
    assert tell(shop, {"visitor": BROWSER, "withdrawn": True}, origin=origin).status_code == 204
    assert told(shop) == Withdrawal(BROWSER)


def test_who_arrives_through_a_tracked_link_says_from_which_mail(shop: Site) -> None:
    target = ClickTarget(MAIL, 1, f"{SHOP}/sepa?a=1")
    link = shop.services.world.links.click(target).removeprefix(PUBLIC)
    location = shop.get(link).headers["Location"]
    address, _, token = location.partition("#lb=")
    assert address == target.url
    assert tell(shop, PAGE | {"arrival": token}).status_code == 204
    assert shop.journalled()[1]["arrival"] == str(MAIL)


@pytest.mark.parametrize(
    "url", [f"{SHOP}/sepa#part", "https://other.example.com/", "https://[half", "mailto:a@b"]
)
def test_other_destinations_stay_as_they_are(shop: Site, url: str) -> None:
    link = shop.services.world.links.click(ClickTarget(MAIL, 1, url)).removeprefix(PUBLIC)
    assert "lb=" not in shop.get(link).headers["Location"]


def test_an_arrival_is_good_for_ten_minutes(open_one: Open, programme: str, house: House) -> None:
    site = open_one(PROGRAM=programme, clock=house.clock)
    token = with_arrival(site.services.tokens, SHOP, Arrival(MAIL), house.clock()).partition("lb=")[2]
    house.clock.move(minutes=10)
    tell(site, PAGE | {"arrival": token})
    house.clock.move(seconds=1)
    tell(site, PAGE | {"arrival": token})
    assert [record.get("arrival") for record in site.journalled()] == [str(MAIL), None]


def test_a_visit_is_told_when_database_and_redis_are_there_too(
    open_one: Open, programme: str, servers: Servers
) -> None:
    site = open_one(PROGRAM=programme, DATABASE_URL=servers.database_url, REDIS_URL=servers.redis_url)
    assert tell(site).status_code == 204


# Forms that our script has been at


DOWNLOAD = "/forms/download"


def test_a_form_learns_from_the_script_whose_browser_it_is(shop: Site) -> None:
    posted = {
        "email": "anna@beispiel.example",
        "consent_tracking": "1",
        "_visitor": BROWSER,
        "_referrer": "https://www.google.com/?q=1",
    }
    assert shop.post(DOWNLOAD, posted | {"_anything": "1"}).status_code == 303
    record = shop.only_record()
    assert (record["context"]["visitor"], record["context"]["referrer"]) == (
        BROWSER,
        "https://www.google.com/",
    )
    assert record["fields"] == {"email": "anna@beispiel.example"}


def test_a_form_whose_tracking_box_was_left_empty_does_not(shop: Site) -> None:
    shop.post(DOWNLOAD, {"email": "anna@beispiel.example", "_visitor": BROWSER})
    assert "visitor" not in shop.only_record()["context"]


@pytest.mark.parametrize("visitor", ["x", "\x00", BROWSER + "0", "<script>"])
def test_a_browser_that_calls_itself_something_else_is_unknown(shop: Site, visitor: str) -> None:
    shop.post(
        DOWNLOAD,
        {"email": "anna@beispiel.example", "consent_tracking": "1", "_visitor": visitor, "_referrer": "\x00"},
    )
    assert {"visitor", "referrer"}.isdisjoint(shop.only_record()["context"])


def test_an_address_cannot_say_whose_browser_it_is(shop: Site) -> None:
    shop.post(f"{DOWNLOAD}?_visitor={BROWSER}", {"email": "anna@beispiel.example", "consent_tracking": "1"})
    assert "visitor" not in shop.only_record()["context"]


def test_a_form_that_has_to_be_corrected_remembers_the_browser(shop: Site) -> None:
    page = shop.post(DOWNLOAD, {"email": "anna", "_visitor": BROWSER})
    assert page.status_code == 422
    assert f'name="_visitor" value="{BROWSER}"' in page.text


FIRST = {
    "page_url": "https://www.example.com/",
    "utm": {"source": "messe", "term": None},
    "at": "2026-03-01T09:00:00+01:00",
}


def test_a_websites_server_may_say_how_somebody_came_for_the_first_time(edge: Site) -> None:
    assert (
        send(edge, ANNA | {"context": {"first_touch": FIRST | {"more": 1}, "visitor": BROWSER}}).status_code
        == 202
    )
    context = edge.only_record()["context"]
    assert context["first_touch"] == FIRST | {"utm": {"source": "messe"}}
    assert context["visitor"] == BROWSER


@pytest.mark.parametrize("first", [None, {}])
def test_it_may_say_that_it_does_not_know(edge: Site, first: Any) -> None:
    assert send(edge, ANNA | {"context": {"first_touch": first}}).status_code == 202
    assert "first_touch" not in edge.only_record()["context"]


@pytest.mark.parametrize(
    ("first", "field"),
    [
        ("text", "context.first_touch"),
        ({"page_url": 5}, "context.first_touch.page_url"),
        ({"utm": []}, "context.first_touch.utm"),
        ({"at": "yesterday"}, "context.first_touch.at"),
        ({"referrer": "x" * 2001}, "context.first_touch.referrer"),
    ],
)
def test_what_makes_no_sense_of_it_is_named(edge: Site, first: Any, field: str) -> None:
    response = send(edge, ANNA | {"context": {"first_touch": first}})
    assert response.status_code == 422
    assert any(name.startswith(field) for name in response.json["errors"]["fields"])  # type: ignore[index]
