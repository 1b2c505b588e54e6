"""What a website admin copies, pasted into a page of another website, in a real browser."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from bridge.program.loading import DEMO
from bridge.up.ports import free_port
from tests.edge.site import Site, open_site
from tests.web_server import answering

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
FORM = "/forms/globe-next-download"


@dataclass
class Shop:
    """Somebody's website beside a bridge whose programme names it as `localhost`, and not as 127.0.0.1."""

    bridge: Site
    port: int
    body: str = ""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        """Its one page (PEP 3333)."""
        start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
        return [f'<!doctype html><html lang="en"><title>Shop</title>{self.body}'.encode()]

    def paste(self, number: int) -> None:
        """Copy one of the two snippets into the page."""
        page = self.bridge.get(f"{FORM}/embed").text
        self.body = unescape(re.findall(r"<code>(.*?)</code>", page, re.DOTALL)[number])

    def address(self, host: str = "localhost") -> str:
        """Where the page is."""
        return f"http://{host}:{self.port}/?utm_source=fair"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A running shop and its bridge."""
    for name in ("files", "mails"):
        (tmp_path / name).symlink_to(DEMO.parent / name)
    port, bridge_port = free_port(), free_port()
    named = f'{DEMO.read_text(encoding="utf-8")}\n[website]\norigins = ["http://localhost:{port}"]\n'
    (tmp_path / "program.toml").write_text(named, encoding="utf-8")
    bridge = open_site(
        tmp_path, PROGRAM=str(tmp_path / "program.toml"), PUBLIC_URL=f"http://127.0.0.1:{bridge_port}"
    )
    with ExitStack() as stack:
        stack.callback(bridge.close)
        made = Shop(bridge, port)
        stack.enter_context(answering(bridge.client.application, bridge_port))
        stack.enter_context(answering(made, port))
        yield made


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Page]:
    """A browser window."""
    page = browser.new_page()
    yield page
    page.close()


def fill_in_and_send(page: Page) -> None:
    page.fill("[name=email]", "anna@beispiel.example")
    page.fill("[name=company]", "Beispiel GmbH")
    page.check("[name=consent_email]")
    page.click("form button")
    page.wait_for_url("**/danke**")


def test_the_link_becomes_a_form_that_arrives(shop: Shop, visitor: Page) -> None:
    shop.paste(0)
    visitor.goto(shop.address())
    expect(visitor.get_by_label("Company")).to_be_visible()
    expect(visitor.locator("[name=website]")).to_be_hidden()
    assert visitor.locator("[data-leadbridge-form] > a").count() == 0
    fill_in_and_send(visitor)
    record = shop.bridge.only_record()
    assert record["consents"]["email"]["text"].startswith("Yes, Exact may"), "the language of the page"
    assert record["context"]["utm"] == {"source": "fair"}


def test_where_the_programme_does_not_name_the_website_the_link_stays(shop: Shop, visitor: Page) -> None:
    shop.paste(0)
    visitor.goto(shop.address("127.0.0.1"), wait_until="networkidle")
    assert visitor.locator("form").count() == 0
    visitor.click("[data-leadbridge-form] a")
    expect(visitor.locator(f"form[action='{FORM}']")).to_be_visible()


def test_the_plain_form_arrives_from_anywhere(shop: Shop, visitor: Page) -> None:
    shop.paste(1)
    visitor.goto(shop.address("127.0.0.1"))
    expect(visitor.locator("[name=website]")).to_be_hidden()
    fill_in_and_send(visitor)
    assert shop.bridge.only_record()["fields"]["company"] == "Beispiel GmbH"
    assert "suspicion" not in shop.bridge.only_record()


@pytest.mark.parametrize("width", [320, 360])
def test_on_a_phone_the_code_scrolls_and_the_page_does_not(shop: Shop, visitor: Page, width: int) -> None:
    visitor.set_viewport_size({"width": width, "height": 700})
    visitor.goto(shop.bridge.services.settings.public_url + FORM + "/embed")
    assert visitor.evaluate("document.documentElement.scrollWidth") == width
    assert visitor.evaluate(
        "[...document.querySelectorAll('.code')].every(c => c.scrollWidth > c.clientWidth)"
    )
