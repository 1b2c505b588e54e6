"""A marketer opens the console and finds out, by few clicks, what worked and what did not."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from redis import Redis

from bridge.app import create_wsgi
from bridge.flow.accounts.console_accounts import add_account
from bridge.flow.results.roll_up import rebuild
from tests.conftest import Servers
from tests.edge.site import open_site
from tests.house import House
from tests.web_server import answering

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PASSWORD = "a long and quiet sentence"
WON = {"sepa-checkliste": (9000, 3000), "globe-next-download": (20000,)}
"""First form → the amounts of its deals: the form with the most deals is not that with the most turnover."""
REJECTED = ("only-informing", "no-budget", "only-informing", "not-reached", "only-informing", "no-budget")


@dataclass
class Marketer:
    """Somebody who is signed in, and whose clicks are counted."""

    page: Page
    url: str
    clicks: int = 0

    def start(self) -> None:
        """Open the console anew."""
        self.page.goto(f"{self.url}/console")
        self.clicks = 0

    def click(self, name: str) -> None:
        """Follow the first link of that name on the page."""
        self.page.locator("main").get_by_role("link", name=name, exact=True).first.click()
        self.clicks += 1

    def rows(self) -> list[list[str]]:
        """The cells of each line of the table."""
        lines = self.page.locator("main table tbody tr").all()
        return [[" ".join(cell.split()) for cell in one.locator("th, td").all_inner_texts()] for one in lines]


def lead(house: House, number: int, form: str) -> str:
    """Somebody who sent a form first, and later asked for a call; whom sales accepted."""
    email = f"person{number}@firma{number}.example"
    house.submit(form=form, email=email, allows=())
    house.clock.move(minutes=2)
    letter = house.lead_by_form(email)
    house.answer(letter, "accepted")
    return email


@pytest.fixture
def marketer(
    house: House, servers: Servers, redis: Redis, browser: Browser, tmp_path: Path
) -> Iterator[Marketer]:
    """Nine leads, of which three were won and six rejected; and Kim, who is to find that out."""
    del redis  # it is empty now, and that is all
    deals = [(form, amount) for form, amounts in WON.items() for amount in amounts]
    for number, (form, amount) in enumerate(deals):
        lead(house, number, form)
        house.answer(house.to_sales()[-1], "won", amount=Decimal(amount), currency="EUR")
    for number, reason in enumerate(REJECTED, start=len(deals)):
        house.submit(form="webinar", email=f"person{number}@firma{number}.example", allows=())
        letter = house.lead_by_form(f"person{number}@firma{number}.example")
        house.answer(letter, "rejected", reason=reason)
    with house.unit() as unit:
        add_account(unit, "kim@example.com", "Kim Beispiel", "marketing", PASSWORD)
    for _ in rebuild(house.unit):
        pass
    with served(house, servers, tmp_path) as url:
        context = browser.new_context(locale="de-DE", java_script_enabled=False)
        yield Marketer(_signed_in(context.new_page(), url), url)
        context.close()


@contextmanager
def served(house: House, servers: Servers, folder: Path) -> Iterator[str]:
    """The pages over the house's database, on a free port: where."""
    site = open_site(
        folder,
        clock=house.clock,
        PUBLIC_URL="http://127.0.0.1",
        DATABASE_URL=servers.database_url,
        REDIS_URL=servers.redis_url,
    )
    try:
        with answering(create_wsgi(site.services)) as port:
            yield f"http://127.0.0.1:{port}"
    finally:
        site.close()


def _signed_in(page: Page, url: str) -> Page:
    page.goto(f"{url}/console")
    page.get_by_label("E-Mail-Adresse").fill("kim@example.com")
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Anmelden").click()
    return page


def test_which_form_brought_the_most_deals_and_why_leads_came_back_is_found_in_three_clicks(
    marketer: Marketer,
) -> None:
    marketer.start()
    told = marketer.page.locator("section", has=marketer.page.get_by_role("heading", name="Was auffällt"))
    expect(told).to_contain_text("SEPA-Checkliste (PDF) · 2")
    marketer.click("SEPA-Checkliste (PDF)")
    assert marketer.rows()[0][0].startswith("SEPA-Checkliste (PDF)")
    expect(marketer.page.locator("main")).to_contain_text("Aufträge: am meisten bei SEPA-Checkliste (PDF)")
    assert marketer.clicks <= 3

    marketer.start()
    marketer.click("Warum Leads zurückkamen")
    rows = [cells for cells in marketer.rows() if cells[1] != "0"]
    assert [(reason.rpartition(" ")[0], count.split()[0]) for reason, count, *_ in rows] == [
        ("Informiert sich nur", "3"),
        ("Kein Budget", "2"),
        ("Nicht erreicht", "1"),
    ]
    assert marketer.clicks <= 3
