"""The script on somebody's website, in a real browser: nothing before consent, and all of it after."""

import json
import re
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from bridge.delivery.jinja import template_folder
from bridge.delivery.site_script import integrity, newest_version, site_script_url
from bridge.program.loading import DEMO
from tests.browser.conftest import System, running_system

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

COOKIE = "leadbridge_visitor"
FORM = """
<form method="post" action="{bridge}/forms/globe-next-download">
  <input name="email"><input name="company" value="Beispiel GmbH">
  <input type="checkbox" name="consent_email" value="1"><input type="checkbox" name="consent_tracking" value="1">
  <input type="hidden" name="utm_campaign" value="by-hand"><button>Send</button>
</form>"""
PLACEHOLDER = '<div data-leadbridge-form="{form}"><a href="{bridge}/forms/{form}">To the form</a></div>'
NUMBERED = '<script src="{bridge}{script}" integrity="{integrity}" crossorigin="anonymous" defer></script>'
OWN = '<script src="/own.js" data-bridge="{bridge}" defer></script>'
FORMS_ONLY = '<script src="{bridge}/site.js" data-visits="off" defer></script>'
EARLY = "<script>window.leadbridge = {{agreed: true}}</script>" + NUMBERED


@dataclass(frozen=True)
class Website:
    """Somebody's website on a port of its own. bridge: where it finds the bridge."""

    folder: Path
    url: str
    bridge: System

    def write(self, name: str, body: str, script: str = NUMBERED, **more: str) -> None:
        """Put a page there."""
        words = {
            "bridge": self.bridge.url,
            "script": site_script_url(),
            "integrity": integrity(newest_version()),
            **more,
        }
        page = (
            f'<!doctype html><html lang="en"><head><title>{name.title()}</title>{script}</head><body>{body}'
        )
        (self.folder / f"{name}.html").write_text(page.format(**words), encoding="utf-8")


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def website(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Website]:
    """A website that the programme names, and the bridge that it tells of visits."""
    folder = tmp_path_factory.mktemp("website")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://localhost:{server.server_port}"
    programme = tmp_path_factory.mktemp("programme") / "demo"
    shutil.copytree(DEMO.parent, programme)
    welcome = programme / "mails" / "welcome.de.md"
    text = welcome.read_text(encoding="utf-8")
    welcome.write_text(
        text.replace("https://www.example.com/sepa", f"{url}/plain.html?a=1"), encoding="utf-8"
    )
    with (programme / "program.toml").open("a", encoding="utf-8") as file:
        file.write(f'\n[website]\norigins = ["{url}"]\n')
    with running_system(LEADBRIDGE_PROGRAM=str(programme / "program.toml")) as system:
        site = Website(folder, url, system)
        shutil.copy(template_folder() / "static" / "site.js", folder / "own.js")
        site.write("plain", "")
        site.write("own", FORM, OWN)
        site.write("form", FORM)
        site.write("early", "", EARLY)
        site.write("silent", PLACEHOLDER, FORMS_ONLY, form="kontakt")
        site.write("placeholder", PLACEHOLDER, form="kontakt")
        site.write("nothing", PLACEHOLDER, form="no-such-form")
        yield site
    server.shutdown()
    server.server_close()


@dataclass
class Guest:
    """Somebody with a browser. told: what the bridge heard of visits. wrong: what the console complains of."""

    context: BrowserContext
    page: Page
    website: Website
    told: list[Request]
    wrong: list[str]

    def goto(self, path: str) -> None:
        """Open a page of the website and let its script do its work."""
        self.page.goto(self.website.url + path)
        self.page.wait_for_load_state("networkidle")

    def consent(self, yes: bool) -> None:
        """The consent manager says so."""
        self.page.evaluate(f"leadbridge.consent({str(yes).lower()})")
        self.page.wait_for_load_state("networkidle")
        time.sleep(0.2)

    def cookies(self) -> list[Any]:
        """What the browser stores for the website and for the bridge."""
        return self.context.cookies()

    def bodies(self) -> list[dict[str, Any]]:
        """What the bridge was told, oldest first."""
        return [json.loads(request.post_data or "") for request in self.told]

    def stored(self) -> int:
        """How much the website's own stores hold."""
        return int(self.page.evaluate("localStorage.length + sessionStorage.length"))

    def pages_of(self, email: str, count: int, seconds: float = 15) -> list[str]:
        """The pages a person is known to have looked at, as soon as they are so many."""
        until = time.monotonic() + seconds
        while True:
            lead = self.website.bridge.lead(email)
            pages = [event["subject"] for event in lead["events"] if event["kind"] == "page.visited"]
            if len(pages) >= count:
                return pages
            assert time.monotonic() < until, lead["events"]
            time.sleep(0.3)


def listening(guest: Guest) -> Guest:
    """Listen to what the browser says."""
    guest.page.on("request", lambda sent: guest.told.append(sent) if sent.url.endswith("/t/p") else None)
    guest.page.on("console", lambda said: guest.wrong.append(said.text) if said.type == "error" else None)
    guest.page.on("pageerror", lambda error: guest.wrong.append(str(error)))
    return guest


@pytest.fixture
def guest(browser: Browser, website: Website) -> Iterator[Guest]:
    """Somebody who has never been there."""
    context = browser.new_context(locale="de-DE")
    someone = listening(Guest(context, context.new_page(), website, [], []))
    yield someone
    context.close()
    assert [words for words in someone.wrong if "404" not in words] == []


def link_of(guest: Guest, email: str, subject: str, path: str) -> str:
    """The first link of that kind in a mail, read in a browser of its own."""
    bridge, other = guest.website.bridge.url, guest.context.browser.new_context(locale="de-DE")  # type: ignore[union-attr]
    page, until = other.new_page(), time.monotonic() + 15
    while True:
        page.goto(f"{bridge}/demo/inbox")
        row = page.locator("tbody tr", has_text=email).filter(has_text=subject)
        if row.count():
            break
        assert time.monotonic() < until, f"no mail “{subject}”"
        time.sleep(0.2)
    row.first.locator("a").click()
    link = re.search(rf"{bridge}/{path}/[^\s\"<>]+", page.content())
    other.close()
    assert link, subject
    return link[0]


def confirm(guest: Guest, email: str) -> None:
    """Press the button behind the confirmation mail, in a browser of its own."""
    other = guest.context.browser.new_context(locale="de-DE")  # type: ignore[union-attr]
    page = other.new_page()
    page.goto(link_of(guest, email, "bestätigen", "confirm"))
    page.get_by_role("button", name="Adresse bestätigen").click()
    other.close()


def send_form(guest: Guest, email: str) -> dict[str, str]:
    """Fill in the form with both boxes; returns what the browser sent."""
    page = guest.page
    page.locator("[name=email]").fill(email)
    page.locator("[name=consent_email]").check()
    page.locator("[name=consent_tracking]").check()
    with page.expect_request("**/forms/globe-next-download") as sent:
        page.locator("button").click()
    found = re.findall(r"(?:^|&)([^=&]+)=([^&]*)", sent.value.post_data or "")
    return dict(found)


def test_nothing_is_stored_or_sent_before_consent(guest: Guest) -> None:
    guest.goto("/plain.html")
    guest.goto("/form.html")
    assert (guest.cookies(), guest.stored(), guest.told) == ([], 0, [])
    assert "_visitor" not in send_form(guest, "nobody@beispiel.example")


def test_with_consent_the_visit_is_told_and_the_browser_remembered(guest: Guest) -> None:
    guest.goto("/plain.html?utm_source=messe")
    guest.consent(True)
    [cookie] = guest.cookies()
    assert (cookie["name"], cookie["domain"], cookie["path"]) == (COOKIE, "localhost", "/")
    assert (cookie["sameSite"], cookie["secure"]) == ("Lax", False)
    assert re.fullmatch(r"[0-9a-f]{32}", cookie["value"])
    assert 29.9 < (cookie["expires"] - time.time()) / 86400 <= 30
    [body] = guest.bodies()
    assert (body["visitor"], body["title"], body["language"]) == (cookie["value"], "Plain", "en")
    answer = guest.told[0].response()
    assert answer is not None and answer.status == 204
    assert "cookie" not in guest.told[0].all_headers()
    guest.consent(True)
    assert len(guest.told) == 1, "once for each page"
    guest.goto("/form.html")
    assert [body["title"] for body in guest.bodies()] == ["Plain", "Form"]
    assert guest.stored() == 0


def test_withdrawing_deletes_and_tells_so(guest: Guest) -> None:
    guest.goto("/plain.html")
    guest.consent(True)
    visitor = guest.cookies()[0]["value"]
    guest.consent(False)
    assert guest.cookies() == []
    assert guest.bodies()[-1] == {"visitor": visitor, "withdrawn": True}
    guest.goto("/form.html")
    assert len(guest.told) == 2
    guest.consent(True)
    assert guest.cookies()[0]["value"] != visitor, "a new consent is a new browser"
    assert len(guest.told) == 3


def test_a_withdrawal_that_did_not_arrive_is_told_again_on_the_next_page(guest: Guest) -> None:
    guest.goto("/plain.html")
    guest.consent(True)
    visitor = guest.cookies()[0]["value"]
    guest.page.route("**/t/p", lambda route: route.abort())
    guest.consent(False)
    assert guest.cookies()[0]["value"] == f"-{visitor}"
    guest.page.unroute("**/t/p")
    guest.goto("/form.html")
    time.sleep(0.2)
    assert guest.cookies() == []
    assert guest.bodies()[1:] == [{"visitor": visitor, "withdrawn": True}] * 2
    guest.wrong.clear()


@pytest.mark.parametrize(
    "signal",
    [
        "Object.defineProperty(navigator, 'doNotTrack', {value: '1'})",
        "Object.defineProperty(navigator, 'globalPrivacyControl', {value: true})",
    ],
)
def test_who_does_not_want_to_be_watched_is_not(guest: Guest, signal: str) -> None:
    guest.context.add_init_script(signal)
    guest.goto("/form.html")
    guest.consent(True)
    assert (guest.cookies(), guest.told) == ([], [])
    assert "_visitor" not in send_form(guest, "nobody@beispiel.example")


def test_a_consent_manager_may_be_quicker_than_the_script(guest: Guest) -> None:
    guest.goto("/early.html")
    assert len(guest.told) == len(guest.cookies()) == 1


def test_without_visits_the_script_only_brings_forms(guest: Guest) -> None:
    guest.goto("/silent.html")
    guest.consent(True)
    assert (guest.cookies(), guest.told) == ([], [])
    expect(guest.page.locator("[name=email]")).to_be_visible()


@pytest.mark.parametrize("page", ["form", "own"])
def test_visits_become_those_of_whoever_sends_a_form_and_confirms(guest: Guest, page: str) -> None:
    """As it is served, and the readable source from the website's own host."""
    email = f"gast.{page}@beispiel.example"
    guest.goto("/plain.html")
    guest.consent(True)
    guest.goto(f"/{page}.html?utm_source=messe&utm_campaign=from-address&x=1")
    visitor = guest.cookies()[0]["value"]
    sent = send_form(guest, email)
    assert (sent["_visitor"], sent["utm_source"], sent["utm_campaign"]) == (visitor, "messe", "by-hand")
    assert sent["page_url"].endswith(f"%2F{page}.html"), "nothing of the address behind the path"
    assert "x" not in sent
    confirm(guest, email)
    assert guest.pages_of(email, 2) == ["Plain", page.title()]
    guest.goto("/plain.html?again")
    assert guest.pages_of(email, 3) == ["Plain", page.title(), "Plain"]
    lead = guest.website.bridge.wait_for_lead(email, stage="marketing_qualified")
    assert lead["source"] == "messe / by-hand"


def test_who_comes_by_a_tracked_link_is_known(guest: Guest, browser: Browser) -> None:
    email = "ankunft@beispiel.example"
    guest.goto("/form.html")
    send_form(guest, email)
    confirm(guest, email)
    guest.page.goto(link_of(guest, email, "Willkommen", "t/c"))
    assert guest.page.url == f"{guest.website.url}/plain.html?a=1", "the token leaves the address bar at once"
    assert guest.told == []
    guest.consent(True)
    assert guest.bodies()[0]["arrival"]
    assert guest.pages_of(email, 1) == ["Plain"]
    guest.goto("/form.html")
    assert guest.pages_of(email, 2) == ["Plain", "Form"]


def test_a_placeholder_becomes_the_form(guest: Guest) -> None:
    guest.goto("/placeholder.html")
    email = guest.page.locator("[name=email]")
    expect(email).to_be_visible()
    expect(guest.page.get_by_text("To the form")).to_have_count(0)
    time.sleep(2.1)  # nobody types faster
    email.fill("platz@beispiel.example")
    guest.page.locator("[name=last_name]").fill("Halter")
    guest.page.locator("[name=message]").fill("Hello")
    guest.page.locator("form button").click()
    guest.page.wait_for_url(re.compile("danke|thanks"))
    assert guest.website.bridge.wait_for_lead("platz@beispiel.example")["stage"] in {
        "prospect",
        "sales_qualified",
    }


def test_when_there_is_no_such_form_the_link_stays(guest: Guest) -> None:
    guest.goto("/nothing.html")
    expect(guest.page.get_by_text("To the form")).to_be_visible()
    guest.wrong.clear()


def test_the_sample_website_asks_and_lets_people_change_their_mind(guest: Guest) -> None:
    guest.page.goto(f"{guest.website.bridge.url}/demo")
    box = guest.page.locator("#visits")
    expect(box.get_by_text("Darf diese Website")).to_be_visible()
    assert (guest.cookies(), guest.told) == ([], [])
    with guest.page.expect_response("**/t/p") as first:
        box.get_by_role("button", name="Erlauben", exact=True).click()
    expect(box.get_by_text("werden gezählt")).to_be_visible()
    with guest.page.expect_response("**/t/p") as second:
        guest.page.reload()
    expect(box.get_by_text("werden gezählt")).to_be_visible()
    assert (first.value.status, second.value.status) == (204, 204)
    box.get_by_role("button", name="Widerrufen").click()
    expect(box.get_by_text("nicht gezählt")).to_be_visible()
    guest.page.wait_for_function("document.cookie == ''")  # as soon as the bridge knows
    assert guest.cookies() == []


def sizes(guest: Guest) -> Any:
    """Where the box and the page lie, and how far the page is scrolled."""
    return guest.page.evaluate("""() => [
        document.querySelector("#visits"), document.querySelector("h1"), document.documentElement
    ].map(part => JSON.stringify(part.getBoundingClientRect()))""")


def press(guest: Guest, button: str, times: int = 1) -> None:
    """Press it where it is; Playwright's own click may scroll first."""
    place = guest.page.get_by_role("button", name=button, exact=True).bounding_box()
    assert place
    guest.page.mouse.click(place["x"] + 20, place["y"] + 20, click_count=times)


@pytest.mark.parametrize("size", [(360, 740), (1280, 800)])
@pytest.mark.parametrize("scrolled", [0, 300, 100_000])
def test_the_answer_is_given_where_the_person_looks(
    guest: Guest, size: tuple[int, int], scrolled: int
) -> None:
    guest.page.set_viewport_size({"width": size[0], "height": size[1]})
    guest.page.goto(f"{guest.website.bridge.url}/demo/preise")
    guest.page.evaluate(f"scrollTo(0, {scrolled})")
    before = sizes(guest)
    guest.page.get_by_role("button", name="Erlauben", exact=True).focus()
    assert sizes(guest) == before, "nothing jumps when the keyboard gets there, too"
    press(guest, "Erlauben", times=2)
    answer = guest.page.get_by_text("Besuche dieses Browsers werden gezählt.")
    expect(answer).to_be_in_viewport()
    assert sizes(guest) == before, "nothing jumps"
    press(guest, "Widerrufen")
    expect(guest.page.get_by_text("Besuche dieses Browsers werden nicht gezählt.")).to_be_in_viewport()
    assert sizes(guest) == before


def test_the_box_can_be_used_without_a_mouse(guest: Guest) -> None:
    page, press = guest.page, guest.page.keyboard.press
    focus = page.locator(":focus")
    page.goto(f"{guest.website.bridge.url}/demo")
    page.locator(".tiles a").last.focus()
    press("Tab")
    expect(focus).to_have_text("Erlauben")
    press("Enter")
    expect(focus).to_have_id("visits")
    expect(focus).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.activeElement.matches(':focus-visible')")
    expect(focus).to_have_attribute("aria-live", "polite")
    press("Tab")
    expect(focus).to_have_text("Widerrufen")
    press("Tab")
    expect(focus).to_have_text("Schließen")
    press("Enter")
    expect(focus).to_have_attribute("href", "/forms/bestellung")
    expect(focus).to_be_in_viewport()
    expect(page.get_by_role("button", name="Schließen")).to_have_count(0)


def test_on_a_phone_the_box_hides_no_field_that_somebody_tabs_to(guest: Guest) -> None:
    page = guest.page
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{guest.website.bridge.url}/demo")
    page.locator("#site-email").focus()
    for _ in range(7):
        page.keyboard.press("Tab")
        hidden = page.evaluate("""() => document.activeElement.getBoundingClientRect().bottom
            > document.querySelector("#visits").getBoundingClientRect().top""")
        assert not hidden, page.evaluate("document.activeElement.outerHTML")


def test_visits_of_the_two_sample_pages_are_told_apart(guest: Guest) -> None:
    guest.page.goto(f"{guest.website.bridge.url}/demo")
    with guest.page.expect_response("**/t/p"):
        guest.page.get_by_role("button", name="Erlauben", exact=True).click()
    with guest.page.expect_response(lambda answer: "title" in (answer.request.post_data or "")):
        guest.page.get_by_role("link", name="Preise").click()
    expect(guest.page.locator("nav [aria-current=page]")).to_have_text("Preise")
    expect(guest.page.get_by_text("Besuche dieses Browsers werden gezählt.")).to_be_visible()
    visits = [body for body in guest.bodies() if "title" in body]
    told = [(body["title"].split(" –")[0], body["page_url"].split("/demo")[1]) for body in visits]
    assert told == [("Software für Menschen, die rechnen", ""), ("Preise", "/preise")]
