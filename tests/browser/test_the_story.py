"""The main story, as people live it: browser, mails, sales, and the command line at the end."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import System

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@dataclass
class Visitor:
    """Somebody with a browser and a mailbox."""

    page: Page
    system: System

    def goto(self, address: str) -> None:
        """Open a page of the system."""
        self.page.goto(address if address.startswith("http") else self.system.url + address)

    def send_download_form(self, email: str, *, allows: tuple[str, ...]) -> None:
        """Fill in the form on the sample website."""
        self.goto("/demo")
        form = self.page.locator("form[action='/forms/globe-next-download']")
        form.locator("[name=email]").fill(email)
        form.locator("[name=first_name]").fill("Anna")
        form.locator("[name=last_name]").fill("Berg")
        form.locator("[name=company]").fill("Beispiel GmbH")
        for purpose in allows:
            form.locator(f"[name=consent_{purpose}]").check()
        form.locator("button").click()

    def open_mail(self, recipient: str, subject: str, seconds: float = 15) -> str:
        """Wait for a mail and open it; returns its words."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.goto("/demo/inbox")
            row = self.page.locator("tbody tr", has_text=recipient).filter(has_text=re.compile(subject))
            if row.count():
                row.first.locator("a").click()
                return self.page.locator("main").inner_text()
            time.sleep(0.1)
        pytest.fail(f"no mail “{subject}” to {recipient}: {self.page.locator('main').inner_text()}")

    def open_profile(self, words: str) -> None:
        """Follow the link in the mail that is open, as somebody in sales whose browser is not known yet."""
        address, known = self.links("leads")[0], self.codes()
        self.page.goto(address)
        expect(self.page.locator("main")).not_to_contain_text(words)
        self.page.get_by_role("button", name="Code senden").click()
        until = time.monotonic() + 15
        while len(self.codes()) == len(known):
            assert time.monotonic() < until, "no code came"
            time.sleep(0.1)
        code = self.codes()[0]
        self.page.goto(address)
        self.page.get_by_label("Code aus sechs Ziffern").fill(code)
        self.page.get_by_role("button", name="Seite öffnen").click()
        expect(self.page.locator("h1")).to_contain_text(words)

    def codes(self) -> list[str]:
        """The codes that sales got, newest first."""
        self.goto("/demo/inbox")
        return re.findall(r"\b(\d{6}) ist Ihr Code", self.page.locator("main").inner_text())

    def links(self, path: str) -> list[str]:
        """Addresses of one kind in the mail that is open."""
        found = re.findall(rf"{re.escape(self.system.url)}/{path}/[^\s\"<>]+", self.page.content())
        return list(dict.fromkeys(found))

    def follow(self, address: str) -> int:
        """Follow a link without leaving this machine; returns the status."""
        agent = self.page.evaluate("navigator.userAgent")
        return self.page.request.get(address, max_redirects=0, headers={"User-Agent": agent}).status


@pytest.fixture
def visitor(browser: Browser, system: System) -> Iterator[Visitor]:
    """Somebody German, on a phone, without JavaScript."""
    context = browser.new_context(
        locale="de-DE", viewport={"width": 390, "height": 844}, java_script_enabled=False
    )
    yield Visitor(context.new_page(), system)
    context.close()


@pytest.fixture
def desk(browser: Browser, system: System) -> Iterator[Visitor]:
    """A desktop with JavaScript."""
    context = browser.new_context(locale="de-DE", viewport={"width": 1280, "height": 900})
    yield Visitor(context.new_page(), system)
    context.close()


def test_a_visitor_becomes_a_sales_qualified_lead(desk: Visitor) -> None:
    become_a_sales_qualified_lead(desk)


def become_a_sales_qualified_lead(desk: Visitor) -> None:
    """From the form on the sample website to the lead that sales accepted."""
    email, system, page = "anna.berg@beispiel.example", desk.system, desk.page
    desk.send_download_form(email, allows=("email", "tracking"))
    expect(page.locator("h1")).to_contain_text("Postfach")

    desk.open_mail(email, "Bitte bestätigen Sie Ihre Adresse")
    assert desk.links("t/o") == desk.links("t/c") == [], "a confirmation is not watched"
    page.goto(desk.links("confirm")[0])
    page.get_by_role("button", name="Adresse bestätigen").click()
    expect(page.get_by_role("status")).to_contain_text("bestätigt")
    page.get_by_label("SEPA").check()
    page.get_by_role("button", name=re.compile("speichern", re.IGNORECASE)).click()
    expect(page.get_by_role("status")).to_contain_text("gespeichert")

    desk.open_mail(email, "Willkommen")
    contents, download = desk.links("t/c"), desk.links("d")[0]
    assert len(contents) >= 3
    assert desk.follow(download) == 200
    assert desk.follow(contents[0]) == 302
    time.sleep(10.5)  # two decisions are ten seconds apart
    assert desk.follow(contents[1]) == 302

    desk.open_mail("@example.com", "Vertriebsreif: Anna Berg, Beispiel GmbH", seconds=30)
    desk.open_profile("Anna Berg")
    page.get_by_role("button", name=re.compile("übernehmen", re.IGNORECASE)).first.click()
    lead = system.wait_for_lead(email, stage="accepted")
    assert lead["score"] == sum(entry["points"] for entry in lead["ledger"]) >= 12
    assert lead["topics"]["sepa"] > 0
    assert lead["consents"] == {"email": "given", "tracking": "given"}
    assert [handover["state"] for handover in lead["handovers"]] == ["accepted"]


def test_without_the_mail_box_there_is_only_the_receipt(visitor: Visitor) -> None:
    email = "carla@beispiel.example"
    visitor.send_download_form(email, allows=())
    words = visitor.open_mail(email, ".")
    assert visitor.links("d") and not visitor.links("confirm"), words
    assert visitor.system.lead(email)["consents"] == {}


def test_without_tracking_the_welcome_mail_is_not_watched_and_unsubscribing_ends_it(visitor: Visitor) -> None:
    email, page = "dora@beispiel.example", visitor.page
    visitor.send_download_form(email, allows=("email",))
    visitor.open_mail(email, "Bitte bestätigen")
    page.goto(visitor.links("confirm")[0])
    page.get_by_role("button", name="Adresse bestätigen").click()
    visitor.open_mail(email, "Willkommen")
    assert visitor.links("t/o") == visitor.links("t/c") == []
    page.goto(visitor.links("unsubscribe")[0])
    page.get_by_role("button", name="Abbestellen").or_(page.get_by_role("button", name="Abmelden")).click()
    expect(page.locator("h1")).to_contain_text(re.compile("abgemeldet|abbestellt", re.IGNORECASE))
    assert visitor.system.wait_for_lead(email, consents={"email": "withdrawn"})


def test_a_callback_reaches_sales_at_once_and_comes_back_with_a_reason(visitor: Visitor) -> None:
    email, page = "emil@beispiel.example", visitor.page
    visitor.goto("/forms/rueckruf")
    page.locator("[name=last_name]").fill("Emil")
    page.locator("[name=email]").fill(email)
    page.locator("[name=phone]").fill("+49 30 23125 010")
    time.sleep(2.1)  # nobody types faster
    page.locator("form button").last.click()
    visitor.open_mail("@example.com", "Rückruf gewünscht")
    visitor.open_profile("Emil")
    page.locator("summary", has_text="Marketing").click()
    page.locator("details[open] select[name=reason]").select_option("no-budget")
    page.locator("details[open] button").click()
    lead = visitor.system.wait_for_lead(email, stage="prospect")
    assert lead["score"] <= 6
    assert lead["handovers"][0]["state"] == "rejected"
    assert visitor.system.command("lead", "erase", email, "--yes").returncode == 0
    gone = visitor.system.command("lead", "show", email)
    assert (gone.returncode, gone.stderr.count("\n")) == (1, 1)
