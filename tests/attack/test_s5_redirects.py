"""Promise S5: whoever sends a browser on, sends it where we signed for, or to a path of our own."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, unquote, urljoin, urlsplit
from uuid import uuid4

import pytest
from werkzeug.test import TestResponse

from bridge.delivery.links import AskTarget, ClickTarget, DownloadTarget
from tests.edge.conftest import Open
from tests.edge.site import Site
from tests.house import ANNA, PUBLIC, House

pytestmark = pytest.mark.promise("S5", "only destinations that we signed")

EVIL = "evil.example"
HOSTILE = (
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example/",
    "https:evil.example",
    "https:/evil.example",
    "http://leads.example.com@evil.example/",
    "https://leads.example.com.evil.example/",
    "//evil.example%2f..",
    "/%09/evil.example",
    "/%5cevil.example",
    "/%2f/evil.example",
    "javascript:alert(1)",
    "data:text/html,evil.example",
    "\r\nLocation: https://evil.example/",
    "%0d%0aLocation:%20https://evil.example/",
    "https://evil。example/",
    "//evil.example:443/",
    "/..//evil.example/",
    ".evil.example",
    "@evil.example",
)
LYING: tuple[dict[str, str], ...] = (
    {"Host": EVIL},
    {"Host": f"leads.example.com@{EVIL}"},
    {"Host": "leads.example.com", "X-Forwarded-Host": EVIL},
    {"Forwarded": f"host={EVIL};proto=http"},
    {"X-Original-URL": f"//{EVIL}/"},
    {"X-Rewrite-URL": f"//{EVIL}/"},
    {"X-Forwarded-Prefix": f"//{EVIL}"},
    {"X-Forwarded-Server": EVIL, "X-Host": EVIL},
    {"Referer": f"https://{EVIL}/?page_url=https://{EVIL}/"},
    {"Origin": f"https://{EVIL}"},
)
NAMES = (
    "next",
    "url",
    "redirect",
    "return",
    "returnTo",
    "to",
    "thanks",
    "continue",
    "page_url",
    "done",
    "form",
)


def leads_away(location: str) -> bool:
    """Whether a browser on a page of ours would end up somewhere else (URL standard: a backslash is a slash)."""
    seen = re.sub(r"[\t\r\n]", "", location.strip()).replace("\\", "/")
    return urlsplit(urljoin(f"{PUBLIC}/any/page", seen)).netloc not in {urlsplit(PUBLIC).netloc, "localhost"}


def test_what_a_browser_makes_of_a_location_is_known() -> None:
    ours = ("/thanks", "https://leads.example.com/x", "?saved=1", "/a//evil.example")
    assert not any(leads_away(one) for one in ours)
    assert all(
        leads_away(one)
        for one in ("//evil.example/", "/\\evil.example", "https://evil.example/", "\t//e.example")
    )


def redirecting(site: Site, house: House) -> dict[str, tuple[str, str, dict[str, str]]]:
    """Name of every route that redirects → method, path, body."""
    house.subscriber()
    links, lead = site.services.world.links, house.lead()
    preferences = links.preferences(lead.id).removeprefix(PUBLIC)
    asks = links.ask(AskTarget(lead.id, None), house.clock())
    download = links.download(DownloadTarget(lead.id, None, "globe-next-download", house.clock()))
    house.submit(email="ben@beispiel.example", form="webinar")
    confirm = house.token(house.mails_to("ben@beispiel.example")[-1], "confirm")
    token = house.token(house.lead_by_form("carla@beispiel.example"), "leads")
    form = {"email": ANNA, "last_name": "Berg", "message": "Guten Tag"}
    return {
        "forms_send": ("POST", "/forms/kontakt", form),
        "confirmations_confirm": ("POST", f"/confirm/{confirm}", {}),
        "download_links_ask": ("POST", download.removeprefix(PUBLIC).replace("/d/", "/downloads/"), {}),
        "questions_answer": ("POST", asks.removeprefix(PUBLIC), {"ask_role": "Leitung"}),
        "preferences_save": ("POST", preferences, {"frequency": "normal", "language": "de"}),
        "own_data_act": ("POST", links.own_data(lead.id).removeprefix(PUBLIC), {"action": "object"}),
        "leads_answer": ("POST", f"/leads/{token}/outcome", {"outcome": "accepted"}),
        "leads_take_over": ("POST", f"/leads/{token}/fields", {"field": "company"}),
        "devices_ask_for_code": ("POST", f"/leads/{token}/code", {}),
        "devices_show_code": ("POST", f"/leads/{token}/device", {"code": "000000"}),
        "devices_leave": ("POST", f"/leads/{token}/sign-out", {}),
        "devices_close": ("POST", f"/leads/{token}/close", {}),
        "demo_home": ("GET", "/", {}),
    }


def ask(site: Site, method: str, target: str, headers: Mapping[str, str], **more: Any) -> TestResponse:
    """One request for exactly that target, as a web server passes it on (PEP 3333)."""
    path, _, query = target.partition("?")
    known = {"PATH_INFO": unquote(path, "latin-1"), "QUERY_STRING": query, "REQUEST_URI": target}
    return site.client.open(
        "/", method=method, headers=dict(headers), environ_overrides=known, buffered=True, **more
    )


def variants(path: str) -> Iterator[str]:
    """The same path, bent towards somewhere else."""
    yield path
    for one in HOSTILE:
        word = quote(one, safe="%/:@\\")
        yield f"{path}{word}"
        yield f"{path}/{word}"
        yield f"/{word}"
        yield f"/{word}{path}"
    for name in NAMES:
        yield f"{path}?{name}={quote('https://evil.example/', safe='')}"
    yield f"/{path}"
    yield f"//{EVIL}{path}"
    yield f"{path}//{EVIL}"
    yield f"{path}/"


@pytest.fixture
def demo(open_one: Open, site: Site, house: House) -> Site:
    """The demo: it has a redirect more."""
    settings = site.services.settings
    return open_one(
        clock=house.clock, DATABASE_URL=settings.database_url, REDIS_URL=settings.redis_url, DEMO="1"
    )


def test_no_route_can_be_bent(demo: Site, house: House, saw: Callable[..., None]) -> None:
    content = demo.get("/openapi.json").json
    assert content
    routes = redirecting(demo, house)
    described = {
        op["operationId"]
        for methods in content["paths"].values()
        for op in methods.values()
        if set(op["responses"]) & {"301", "302", "303", "307", "308"}
    }
    assert described - set(routes) == {"tracking_c"}, "every route that redirects is tried; clicks below"
    tried = followed = 0
    for method, path, body in routes.values():
        for headers in ({}, *LYING):
            for target in variants(path) if not headers else (path, f"{path}/", f"/{path}"):
                typed = body | dict.fromkeys(NAMES, HOSTILE[0])
                answer = ask(demo, method, target, headers, data=typed)
                tried += 1
                location = answer.headers.get("Location")
                followed += location is not None
                assert answer.status_code < 500, target
                assert location is None or not leads_away(location), (target, headers, location)
    assert followed > 100
    saw(tried=tried, redirects=followed, away=0)


def test_a_click_leads_only_where_we_signed_for(edge: Site) -> None:
    links = edge.services.world.links
    for url in ("https://www.example.com/a?b=c", "https://www.example.com/ü", "http://192.0.2.1:8080/"):
        path = links.click(ClickTarget(uuid4(), 1, url)).removeprefix(PUBLIC)
        for headers in ({}, *LYING):
            location = ask(edge, "GET", path, headers).headers["Location"]
            assert urlsplit(location).netloc == urlsplit(url).netloc
        for bent in [*variants(path)][1:]:
            answer = ask(edge, "GET", bent, {})
            goes = urlsplit(answer.headers.get("Location", "")).netloc
            assert answer.status_code == 404 or goes == urlsplit(url).netloc, bent


def test_a_line_break_in_a_signed_destination_ends_no_header(edge: Site) -> None:
    """The programme is the operator's; still, a destination is one line."""
    url = "https://www.example.com/\r\nSet-Cookie: a=b\x00"
    path = edge.services.world.links.click(ClickTarget(uuid4(), 1, url)).removeprefix(PUBLIC)
    answer = edge.get(path)
    assert answer.status_code == 302 and "Set-Cookie" not in answer.headers
    assert not re.search(r"[\s\x00]", answer.headers["Location"])
