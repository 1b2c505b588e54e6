"""Whose pages may talk to us: those that the programme names, and our own."""

from pathlib import Path

import pytest
from flask import Response

from bridge.app import create_app
from bridge.edge.network import origin_of
from bridge.edge.origins import allowed_origin, share
from tests import make
from tests.edge.conftest import Open
from tests.edge.site import Site
from tests.house import PUBLIC

SHOP = "https://www.example.com"


@pytest.fixture
def named(open_one: Open, tmp_path: Path) -> Site:
    """A site whose programme names one website."""
    path = tmp_path / "program.toml"
    path.write_text(f'{make.EXACT}[website]\norigins = ["{SHOP}"]\n', encoding="utf-8")
    return open_one(PROGRAM=str(path))


def _asked(site: Site, origin: str | None) -> tuple[str | None, Response]:
    headers = {} if origin is None else {"Origin": origin}
    with create_app(site.services).test_request_context("/site.js", headers=headers):
        return allowed_origin(), share(Response("words"))


@pytest.mark.parametrize("origin", [SHOP, PUBLIC])
def test_a_page_of_a_named_website_or_of_ours_may_read_the_answer(named: Site, origin: str) -> None:
    allowed, response = _asked(named, origin)
    assert allowed == origin
    assert response.headers["Access-Control-Allow-Origin"] == origin
    assert "Access-Control-Allow-Credentials" not in response.headers


@pytest.mark.parametrize(
    "origin", [None, "", "null", "https://example.com", "http://www.example.com", f"{SHOP}.evil.example", "*"]
)
def test_nobody_else_may(named: Site, origin: str | None) -> None:
    allowed, response = _asked(named, origin)
    assert allowed is None
    assert "Access-Control-Allow-Origin" not in response.headers


@pytest.mark.parametrize("origin", [None, SHOP])
def test_a_cache_keeps_the_answers_apart(named: Site, origin: str | None) -> None:
    _, response = _asked(named, origin)
    assert response.headers["Vary"] == "Origin"


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://WWW.Example.com:443/a?b#c", "https://www.example.com"),
        ("http://127.0.0.1:8000/demo", "http://127.0.0.1:8000"),
        ("http://[::1]:8000/", "http://[::1]:8000"),
        ("mailto:anna@example.com", ""),
        ("https://example.com:port/", ""),
        ("https://[half", ""),
        ("", ""),
    ],
)
def test_an_address_has_an_origin_as_browsers_write_it(url: str, origin: str) -> None:
    assert origin_of(url) == origin
