"""The proof of consents on paper: what a browser prints, and how the page looks before."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import Engine

from bridge.app import create_wsgi
from tests.conftest import Servers
from tests.edge.site import open_site
from tests.house import ANNA, PUBLIC, House
from tests.web_server import answering

pytestmark = pytest.mark.browser

WORDS = "Ja, bitte rufen Sie mich an.\nIch kann das jederzeit widerrufen – „ohne Gründe“. 👍"
BLACK, WHITE = "rgb(0, 0, 0)", "rgb(255, 255, 255)"


@pytest.fixture
def address(servers: Servers, engine: Engine, house: House, tmp_path: Path) -> Iterator[str]:
    """Where Anna's page is, on a real server: e-mail withdrawn and given again, tracking, and the telephone."""
    house.submit(context={"ip": "198.51.100.20", "page_url": "https://www.example.com/sepa?utm=1"})
    house.confirm()
    house.unsubscribe(ANNA)
    texts = replace(house.program, consents={**house.program.consents, "phone": {"de": WORDS}})
    House(engine, texts, house.clock).save_preferences(ANNA, allowed={"email": True, "phone": True})
    site = open_site(
        tmp_path, clock=house.clock, DATABASE_URL=servers.database_url, REDIS_URL=servers.redis_url
    )
    path = house.world.links.own_data(house.lead().id).removeprefix(PUBLIC) + "/consents"
    with answering(create_wsgi(site.services)) as port:
        yield f"http://127.0.0.1:{port}{path}"
    site.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The page in a dark browser, as it lies on the screen."""
    opened = browser.new_page(color_scheme="dark", locale="de-DE")
    opened.goto(address)
    yield opened
    opened.close()


def style(page: Page, place: str, name: str) -> str:
    found: str = page.locator(place).first.evaluate(
        "(one, name) => getComputedStyle(one).getPropertyValue(name)", name
    )
    return found


def test_paper_is_black_on_white_without_anything_to_press(page: Page) -> None:
    page.emulate_media(media="print", color_scheme="dark")
    assert style(page, "body", "background-color") == WHITE
    for place in ("body", ".record", "h1", ".badge", "footer a", ".quote"):
        assert style(page, place, "color") == BLACK, place
    assert style(page, ".record", "break-inside") == "avoid"
    for place in (".screen", ".record details", ".record summary"):
        assert not page.locator(place).first.is_visible(), place


def test_paper_says_everything(page: Page, house: House) -> None:
    page.emulate_media(media="print")
    said = page.locator("body").inner_text()
    for fact in (ANNA, WORDS, "198.51.100.20", "203.0.113.7", "https://www.example.com/sepa", "Stand: "):
        assert fact in said, fact
    for record in house.records():
        assert record.first.text_hash in said
        for step in record.steps:
            assert step.message_id is None or step.message_id in said
    assert "beweist nicht, wem die Telefonnummer gehört" in said
    imprint = page.locator("footer a").first.evaluate("one => getComputedStyle(one, '::after').content")
    assert "https://www.example.com/" in imprint


def test_a_browser_makes_a_pdf_of_it(page: Page) -> None:
    printed = page.pdf(format="A4")
    assert printed.startswith(b"%PDF-")
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= 4


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_is_wider_than_the_screen(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    wide: int = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width
