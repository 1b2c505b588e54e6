"""Every page of the console in a browser: for people who see little, have a keyboard or a telephone, or no script."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine

from bridge.app import create_app, create_wsgi
from bridge.flow.accounts.console_accounts import add_account, open_session
from bridge.flow.results.roll_up import rebuild
from bridge.ids import new_id
from bridge.store import dead_letters
from bridge.store.dead_letters import DeadLetter
from bridge.up.ports import free_port
from connectors.contract import Receipt, Refused
from tests import make
from tests.conftest import Servers, empty
from tests.edge.site import Site, open_site
from tests.house import House
from tests.web_server import answering

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("console pages")]

PHONE, DESK = {"width": 360, "height": 780}, {"width": 1280, "height": 900}
PASSWORD = "a long and quiet sentence"
FILES = {
    "/console/audit.csv",
    "/console/export/file",
    "/console/results/<name>.csv",
    "/console/handovers/<uuid:handover_id>/letter",
    "/console/handovers/<uuid:handover_id>/appointment.ics",
}
ELSEWHERE = {"/console/sign-in/elsewhere", "/console/sign-in/callback"}
WITHOUT_SESSION = ("/console/sign-in", "/console/password", "/console/password/not-a-link")


@dataclass(frozen=True)
class Office:
    """A console at a free port. paths: of all its pages that need somebody signed in, by their route."""

    url: str
    site: Site
    house: House
    secret: str
    paths: dict[str, list[str]]

    def page(self, browser: Browser, *, signed_in: bool = True, **how: Any) -> Page:
        """A German browser, with the session of an admin."""
        context = browser.new_context(**({"locale": "de-DE", "viewport": DESK} | how))
        context.set_default_timeout(10_000)
        if signed_in:
            context.add_cookies([{"name": "leadbridge-console", "value": self.secret, "url": self.url}])
        return context.new_page()


@pytest.fixture(scope="module")
def office(
    servers: Servers, one_engine: Engine, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    """A console in which every page has something to show. It is filled once, for all tests of this file."""
    empty(one_engine)
    house, port = House(one_engine), free_port()
    url = f"http://127.0.0.1:{port}"
    fill(house)
    site = open_site(
        tmp_path_factory.mktemp("office"),
        clock=house.clock,
        PUBLIC_URL=url,
        DATABASE_URL=servers.database_url,
        REDIS_URL=servers.redis_url,
    )
    with house.unit() as unit:
        account = add_account(unit, "kim@example.com", "Kim Beispiel", "admin", PASSWORD, None)
        secret = open_session(unit, account, make.A_BROWSER)
    with answering(create_wsgi(site.services), port):
        yield Office(url, site, house, secret, all_paths(house, str(account.id)))
    site.close()


def fill(house: House) -> None:
    """People in several stages, something held, something that failed, and the figures of it all."""
    spam = make.submission("rueckruf", "spam@beispiel.example", at=house.clock(), phone="+49 30 23125 010")
    house.submit(replace(spam, suspicion="honeypot"))
    house.lead_by_form("anna@beispiel.example", message="Bitte rufen Sie mich an.")
    bert = house.lead_by_form("bert@firma.example", first_name="Bert", last_name="Amsel")
    house.answer(bert, "accepted")
    house.answer(bert, "won", amount=Decimal("12500.50"), currency="EUR")
    house.lead_by_points("carla@werk.example")
    house.click_two(house.subscriber("dora@kontorwerk-software.example"))
    house.reply = Refused("554 rejected for policy reasons")
    house.submit(email="emil@beispiel.example", form="webinar", allows=())
    house.reply = Receipt("250 ok")
    with house.unit() as unit:
        letter = DeadLetter(new_id(), "journal", {"body": {"form": "none"}}, "it broke", unit.now)
        dead_letters.bury(unit.connection, letter)
    for _ in rebuild(house.unit):
        pass


def all_paths(house: House, account: str) -> dict[str, list[str]]:
    """Paths of the pages by their routes; those of which the look depends on what is asked for, several times."""
    lead, [dead] = house.lead("bert@firma.example"), house.outbox("dead")
    return {
        "/console": ["", "?per=year", "?per=all"],
        "/console/results/<dimension>": [
            "form",
            "mail",
            "reason",
        ],
        "/console/profiles": ["", "?q=nobody", "?topic=sepa&from=2&order=score"],
        "/console/profiles/<uuid:profile_id>": [str(house.lead().id), str(lead.id)],
        "/console/profiles/<uuid:profile_id>/events": [f"{lead.id}/events"],
        "/console/companies/<domain>": ["firma.example"],
        "/console/handovers": ["", "?late=1"],
        "/console/handovers/<uuid:handover_id>": [
            str(house.lead().handovers[0].id),
            str(lead.handovers[0].id),
        ],
        "/console/held": [""],
        "/console/held/forms": [""],
        "/console/outbox": ["", "?heap=dead"],
        "/console/outbox/<uuid:delivery_id>": [str(dead.id)],
        "/console/outbox/letters": [""],
        "/console/outbox/sources": [""],
        "/console/programme": [""],
        "/console/export": [""],
        "/console/audit": [""],
        "/console/accounts": [""],
        "/console/accounts/<uuid:account_id>": [account],
        "/console/account": [""],
        "/console/account/second-factor": [""],
    }


def addresses(paths: dict[str, list[str]]) -> list[str]:
    """The paths, complete."""
    return [route.partition("<")[0] + end for route, ends in paths.items() for end in ends]


def test_every_page_of_the_console_is_looked_at(office: Office) -> None:
    rules = create_app(office.site.services).url_map.iter_rules()
    pages = {one.rule for one in rules if one.rule.startswith("/console") and "GET" in (one.methods or ())}
    open_ones = {
        "/console/sign-in",
        "/console/sign-in/code",
        "/console/password",
        "/console/password/<token>",
    }
    assert pages - FILES - ELSEWHERE - open_ones == set(office.paths)


def test_nobody_is_kept_out_and_nothing_is_cut_off(office: Office, browser: Browser) -> None:
    """axe-core finds nothing, in the light on a desk and in the dark on a telephone, and no page is wider."""
    page, wrong = office.page(browser), list[Any]()
    page.on("console", lambda said: wrong.append(said.text) if "Content Security" in said.text else None)
    titles = [_look(page, office.url + path, wrong) for path in addresses(office.paths)]
    stranger = office.page(browser, signed_in=False)
    titles += [_look(stranger, office.url + path, wrong) for path in WITHOUT_SESSION]
    assert wrong == []
    one_each = dict(zip((route for route, ends in office.paths.items() for _ in ends), titles, strict=False))
    assert len(set(one_each.values())) == len(one_each), "every page has a title of its own"


def _look(page: Page, address: str, wrong: list[Any]) -> str:
    """Look at a page in both ways, and note what is wrong; returns its title."""
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    page.goto(address)
    seen = _axe(page, {"resultTypes": ["violations"]})
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    seen += _axe(page, {"resultTypes": ["violations"], "runOnly": ["color-contrast", "target-size"]})
    wrong += [(address, *one) for one in seen]
    if (width := page.evaluate("document.documentElement.scrollWidth")) > PHONE["width"]:
        wrong.append((address, f"{width} wide"))
    if (count := page.locator("h1").count()) != 1:
        wrong.append((address, f"{count} headings of the first level"))
    return page.title()


def _axe(page: Page, options: dict[str, Any]) -> list[tuple[str, str]]:
    found: list[dict[str, Any]] = Axe().run(page, options=options).response["violations"]
    return [(one["id"], one["nodes"][0]["html"][:160]) for one in found]


FOCUS = """() => {
    const one = document.activeElement, look = getComputedStyle(one), box = one.getBoundingClientRect()
    const seen = look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2
    const name = one.tagName + " " + (one.innerText || one.name || one.id || "").trim().slice(0, 40)
    const place = [...document.querySelectorAll("*")].indexOf(one)
    return [name, one === document.body ? -1 : place, seen && box.width > 0 && box.height > 0]
}"""


@pytest.mark.parametrize("route", ["/console/profiles", "/console/handovers/<uuid:handover_id>"])
def test_a_keyboard_gets_everywhere_in_order_and_one_sees_where(
    office: Office, browser: Browser, route: str
) -> None:
    page = office.page(browser)
    page.goto(office.url + addresses({route: office.paths[route]})[0])
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    seen = [page.evaluate(FOCUS)]
    while len(seen) < 200:
        page.keyboard.press("Tab")
        if (focus := page.evaluate(FOCUS))[1] < seen[-1][1]:
            break
        seen.append(focus)
    assert [name for name, _place, is_seen in seen if not is_seen] == []
    last = page.locator("footer a").last.evaluate("one => [...document.querySelectorAll('*')].indexOf(one)")
    assert seen[-1][1] == last, "nothing holds the keyboard before the end of the page"
    page.goto(page.url)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    inside = page.evaluate("document.getElementById('content').contains(document.activeElement)")
    assert inside, "the first link passes over the menu"


def test_on_a_telephone_without_a_script_the_menu_opens_filters_ask_and_a_lead_is_accepted(
    office: Office, browser: Browser
) -> None:
    page = office.page(browser, java_script_enabled=False, viewport=PHONE)
    page.goto(f"{office.url}/console")
    link = page.get_by_role("link", name="Personen", exact=True)
    expect(link).not_to_be_visible()
    page.get_by_role("button", name="Menü").press("Enter")
    link.click()
    page.get_by_label("Name, Adresse, Firma, Funktion oder Telefonnummer").fill("carla")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.locator("tbody th a").click()
    page.get_by_role("button", name=re.compile("^Für .+ übernehmen$")).click()
    expect(page.locator("main")).to_contain_text("Übernommen")


def test_whoever_made_a_mistake_stands_before_the_words_that_say_which(
    office: Office, browser: Browser
) -> None:
    page = office.page(browser)
    page.goto(f"{office.url}/console/account")
    page.get_by_label("Bisheriges Passwort").fill("something else")
    page.get_by_label("Neues Passwort").fill("a new and long sentence")
    page.keyboard.press("Enter")
    said = page.get_by_role("alert")
    expect(said).to_be_focused()
    said.get_by_role("link", name="Bisheriges Passwort").press("Enter")
    field = page.get_by_label("Bisheriges Passwort")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description("Das bisherige Passwort stimmt nicht.")


def test_an_answer_that_cannot_be_taken_says_so_where_it_was_given(office: Office, browser: Browser) -> None:
    page = office.page(browser, viewport=PHONE)
    page.goto(office.url + addresses(office.paths)[addresses(office.paths).index("/console/handovers") + 2])
    fold = page.locator("details").filter(has=page.get_by_text("Wieder melden", exact=True))
    fold.locator("summary").press("Enter")
    fold.get_by_role("button").press("Enter")
    expect(fold.locator(".error")).to_be_focused()
    expect(fold.locator(".error")).to_be_in_viewport()
    expect(fold.locator(".error")).to_contain_text("„Wieder melden am“: Bitte wählen Sie heute")


def test_a_printed_page_is_black_on_white_without_menu_and_buttons(office: Office, browser: Browser) -> None:
    page = office.page(browser, color_scheme="dark")
    for path in ("/console?per=year", "/console/handovers", addresses(office.paths)[9]):
        page.goto(office.url + path)
        page.emulate_media(media="print", color_scheme="dark")
        for place, name, colour in (
            ("body", "backgroundColor", "rgb(255, 255, 255)"),
            ("h1", "color", "rgb(0, 0, 0)"),
        ):
            found = page.locator(place).evaluate("(one, name) => getComputedStyle(one)[name]", name)
            assert found == colour, (path, place)
        shown = [one for one in page.locator(".menu, button, form.filters, .tabs").all() if one.is_visible()]
        assert shown == [], path
