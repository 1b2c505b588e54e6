"""A head that no honest request has is refused before anybody reads it; a tracked link leads on all the same."""

import pytest

from bridge.edge.bounds import LONGEST, LONGEST_COOKIES
from bridge.wishes import wanted
from tests.edge.conftest import Open
from tests.edge.site import Site, with_cookies
from tests.edge.test_tracking import TARGET, click, hit
from tests.make import A_BROWSER

FORM = "/forms/kontakt"


@pytest.mark.parametrize("name", ["Accept", "Signature", "User-Agent", "Content-Type", "X-Anything"])
def test_a_header_of_more_than_four_kilobytes_is_refused(edge: Site, name: str) -> None:
    assert edge.get(FORM, headers={name: "a" * LONGEST}).status_code == 200
    refused = edge.get(FORM, headers={name: "a" * (LONGEST + 1)})
    assert refused.status_code == 431
    assert refused.mimetype == "text/plain"
    assert refused.headers["Cache-Control"] == "no-store"
    assert "too long" in refused.text


def test_cookies_of_other_websites_may_be_twice_as_long(edge: Site) -> None:
    browser = with_cookies(edge)
    assert browser.get(FORM, headers={"Cookie": "a" * LONGEST_COOKIES}).status_code == 200
    assert browser.get(FORM, headers={"Cookie": "a" * (LONGEST_COOKIES + 1)}).status_code == 431


def test_many_headers_are_refused_that_are_long_together(edge: Site) -> None:
    assert edge.get(FORM, headers={f"X-{n}": "a" * 4000 for n in range(4)}).status_code == 200
    assert edge.get(FORM, headers={f"X-{n}": "a" * 4000 for n in range(5)}).status_code == 431


@pytest.mark.parametrize("part", ["edge", "pages", "all"])
def test_each_part_of_the_web_has_the_bounds(open_one: Open, part: str) -> None:
    for path in ("/healthz", "/nothing", "/t/c/made-up"):
        assert open_one(part=part).get(path, headers={"Accept": "a" * 5000}).status_code == 431


def test_a_tracked_link_leads_on_however_many_cookies_somebody_carries(edge: Site) -> None:
    carried = {"Cookie": "a=b; " * 50_000, "User-Agent": A_BROWSER}
    answer = with_cookies(edge).get(click(edge), headers=carried)
    assert (answer.status_code, answer.headers["Location"]) == (302, TARGET)
    assert hit(edge).request.user_agent == A_BROWSER


@pytest.mark.parametrize(
    ("accept", "json"),
    [
        ("", False),
        ("*/*", False),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", False),
        ("application/json", True),
        ("Application/JSON; charset=utf-8", True),
        ("application/json, text/plain, */*", False),
        ("application/*", True),
        ("text/html;q=0.5, application/json", True),
        ("text/html, application/json;q=0.9", False),
        ("text/html, application/json", False),
        ("application/json;q=0, */*", False),
        ("application/json; profile=x ; Q=0.4, text/html;q=0.3", True),
        ("application/json;q=2", False),
        ("application/json;q=", False),
    ],
)
def test_a_program_is_told_by_what_it_accepts(edge: Site, accept: str, json: bool) -> None:
    answer = edge.get("/nothing", headers={"Accept": accept})
    assert (answer.mimetype == "application/json") == json


def test_the_most_exact_wish_counts() -> None:
    accept = "text/*;q=0.3, text/html;q=0.7, */*;q=0.5"
    assert [wanted(accept, kind) for kind in ("text/html", "text/css", "image/png")] == [0.7, 0.3, 0.5]
    assert wanted(None, "text/html") == 0
