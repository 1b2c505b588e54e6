"""S11: looking changes nothing. Every link of every mail is followed three times, by programs and by browsers."""

import re
from collections.abc import Iterable, Sequence
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import Table

from bridge.inbox import CaughtMail
from bridge.store.tables import (
    consent_proofs,
    consents,
    enrolments,
    erasures,
    events,
    handovers,
    ledger,
    outbox,
    profiles,
    stage_changes,
    submissions,
    suppressions,
)
from tests.house import PUBLIC
from tests.promises.travelled import Bridge

pytestmark = pytest.mark.promise("S11", "every link of every mail, followed three times")

ANNA, BEN, CARLA, DORA, EMIL, FRED = (
    f"{name}@{name}s-firma.example" for name in ("anna", "ben", "carla", "dora", "emil", "fred")
)
ANSWERS = {"first_name": "Anna", "last_name": "Berg", "company": "Beispiel GmbH", "phone": "+49 30 23125 010"}
STATE: Sequence[Table] = (
    profiles,
    consents,
    consent_proofs,
    ledger,
    stage_changes,
    suppressions,
    enrolments,
    handovers,
    submissions,
    erasures,
    outbox,
)
"""All that says what a person allows, is worth and has done, and what is sent because of it."""

PROGRAM = "python-requests/2.32.5"
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/145.0.0.0 Safari/537.36"
)
SCANNER = "192.0.2.77"
"""Where the crawl comes from."""


def addresses(mail: CaughtMail) -> list[str]:
    """Every address of ours in both parts of a mail, pictures and all."""
    written = re.findall(r"https?://[^\s<>\"')]+", mail.text + " " + (mail.html or ""))
    headers = re.findall(r"https?://[^\s<>]+", dict(mail.headers).get("List-Unsubscribe", ""))
    ours = [unescape(one) for one in [*written, *headers] if one.startswith(PUBLIC)]
    return list(dict.fromkeys(ours))


def link(mail: CaughtMail, path: str, nth: int = 0) -> str:
    """A link of that kind in a mail."""
    return [one for one in addresses(mail) if urlsplit(one).path.startswith(f"/{path}/")][nth]


def subscribe(bridge: Bridge, email: str, *allows: str) -> CaughtMail:
    """Somebody asks for the download and confirms; returns the welcome mail."""
    bridge.send_form("globe-next-download", ANSWERS | {"email": email}, allows=allows)
    bridge.settle()
    bridge.clock.move(minutes=1)
    assert bridge.ask("POST", link(bridge.mails(email)[-1], "confirm")).status_code == 303
    bridge.settle()
    return bridge.mails(email)[-1]


def click_two(bridge: Bridge, welcome: CaughtMail) -> None:
    """A person follows two links, and is handed over."""
    bridge.clock.move(minutes=5)
    for number in (0, 1):
        bridge.ask("GET", link(welcome, "t/c", number), headers={"Accept-Language": "de"})
        bridge.tick(seconds=40)
    bridge.tick(minutes=3)


@pytest.fixture
def campaign(bridge: Bridge) -> Bridge:
    """A bridge that has sent every kind of mail that it sends; a week later all is quiet."""
    subscribe(bridge, ANNA, "email", "tracking")
    subscribe(bridge, BEN, "email")
    bridge.send_form("sepa-checkliste", ANSWERS | {"email": CARLA})
    call = ANSWERS | {"email": DORA}
    bridge.send_form("rueckruf", call, allows=["email", "phone"])
    bridge.settle()
    bridge.send_form("kontakt", call | {"message": "Bitte heute noch."})
    bridge.settle()
    click_two(bridge, subscribe(bridge, EMIL, "email", "tracking"))
    welcome = subscribe(bridge, FRED, "email", "tracking")
    click_two(bridge, welcome)
    for number in range(4):  # the same browser shows itself to be a machine
        bridge.ask("HEAD", link(welcome, "t/c", number), headers={"Accept-Language": "de"})
    bridge.tick(minutes=5)
    assert bridge.ask("POST", link(welcome, "me"), data={"action": "erase"}).status_code == 303
    for _ in range(9):
        bridge.tick(days=1)
    return bridge


def state(bridge: Bridge) -> dict[str, list[Any]]:
    """Everything that must not change."""
    return {table.name: sorted(map(str, bridge.rows(table))) for table in STATE}


def crawl(bridge: Bridge, found: Iterable[str], agent: str, methods: Sequence[str]) -> list[str]:
    """Ask for every address, one after another without a pause; returns the pages that came."""
    pages = []
    for address in found:
        for method in methods:
            answer = bridge.ask(method, address, SCANNER, headers={"User-Agent": agent})
            assert answer.status_code < 500, address
            if "text/html" in answer.headers.get("Content-Type", ""):
                pages.append(answer.text)
            bridge.clock.move(milliseconds=80)
    return pages


def links_of(pages: Iterable[str]) -> list[str]:
    """What pages of ours lead to on this host."""
    found = [unescape(one) for page in pages for one in re.findall(r'href="([^"]+)"', page)]
    paths = [one.removeprefix(PUBLIC) for one in found if one.startswith((PUBLIC, "/"))]
    return list(dict.fromkeys(paths))


def test_the_campaign_has_sent_every_kind_of_mail(campaign: Bridge) -> None:
    kinds = {row.template for row in campaign.rows(outbox) if row.state == "sent"}
    assert kinds == {
        "mail/confirm",
        "mail/receipt",
        "mail/nurture",
        "mail/erase",
        "sales/handover",
        "sales/new_request",
        "sales/withdrawn",
    }
    paths = {urlsplit(one).path.split("/")[1] for mail in campaign.mails() for one in addresses(mail)}
    assert paths == {"confirm", "d", "erase", "leads", "me", "preferences", "t", "unsubscribe"}
    watched = {
        "/t/o/" in (mail.html or "") for mail in campaign.mails() if mail.subject.startswith("Willkommen")
    }
    assert watched == {True, False}
    stages = {row.email: row.stage for row in campaign.rows(profiles)}
    assert (stages[EMIL], stages[FRED], stages[CARLA]) == (
        "sales_qualified",
        "marketing_qualified",
        "prospect",
    )


@pytest.mark.parametrize(
    ("agent", "methods"),
    [
        (PROGRAM, ("HEAD", "GET")),
        (CHROME, ("HEAD", "GET")),
        ("", ("GET",)),
    ],
    ids=["program", "browser", "nobody"],
)
def test_following_every_link_three_times_changes_nothing(
    campaign: Bridge, agent: str, methods: tuple[str, ...]
) -> None:
    before = state(campaign)
    seen = len(campaign.rows(events))
    for _ in range(3):
        for mail in campaign.mails():
            found = addresses(mail)
            pages = crawl(campaign, found, agent, methods)
            crawl(campaign, links_of(pages), agent, methods)
            campaign.tick(seconds=45)
        campaign.tick(minutes=7)
    campaign.tick(minutes=10)
    assert len(campaign.rows(events)) > seen, "the hits were stored, and judged"
    assert state(campaign) == before
