"""S10: the link to a profile is opaque, expires, can be revoked, is noted, and asks unknown devices for a code."""

import base64
import re
from collections.abc import Callable
from uuid import UUID

import pytest
import requests

from bridge.clock import utc_now
from bridge.delivery.codes import Codes
from bridge.delivery.links import read_lead
from bridge.errors import TooManyCodes
from bridge.flow.sales.sign_in import good_code, send_code, sign_in
from bridge.flow.unit import Unit
from bridge.intake.records import Request
from bridge.store import handovers
from bridge.store.handovers import LinkRow
from bridge.store.tables import link_openings, profile_links, profiles
from tests.promise import few_or_many
from tests.promises.test_s11_get_changes_nothing import link
from tests.promises.travelled import Bridge

pytestmark = pytest.mark.promise("S10", "opaque, expiring, revocable, noted; a code on unknown devices")

ANSWERS = {
    "email": "anna@beispiel.example",
    "first_name": "Anna",
    "last_name": "Berg",
    "company": "Beispiel GmbH",
    "phone": "+49 30 23125 010",
}
MIRA = "mira.steinfeld@example.com"
DEEDS = ("outcome", "fields", "code", "device", "sign-out", "close")


@pytest.fixture
def profile(bridge: Bridge) -> str:
    """The link in the mail to sales after a request for a call."""
    bridge.send_form("rueckruf", ANSWERS)
    bridge.settle()
    return link(bridge.mails(MIRA)[-1], "leads")


def shows(page: requests.Response) -> bool:
    """Whether a page shows the lead."""
    return "Anna Berg" in page.text


def sealed(page: requests.Response) -> bool:
    """Whether nobody keeps a page, nobody is told its address, and it loads nothing from elsewhere."""
    policy = page.headers["Content-Security-Policy"]
    loads = re.findall(r"(?:src|<link[^>]+href)=\"([^\"]+)\"", page.text)
    return (
        page.headers["Cache-Control"] == "no-store"
        and page.headers["Referrer-Policy"] == "no-referrer"
        and "noindex" in page.headers["X-Robots-Tag"]
        and policy.startswith("default-src 'none'; style-src 'self'; img-src 'self'")
        and all(one.startswith("/static/") for one in loads)
    )


def let_in(bridge: Bridge, profile: str) -> dict[str, str]:
    """Go from the link to the mailbox and back; the cookies of that browser."""
    assert bridge.ask("POST", f"{profile}/code").status_code == 303
    bridge.settle()
    code = re.fullmatch(r"(\d{6}) ist Ihr Code", bridge.mails(MIRA)[-1].subject)
    assert code
    answer = bridge.ask("POST", f"{profile}/device", data={"code": code[1]})
    assert answer.status_code == 303
    name, _, value = answer.headers["Set-Cookie"].partition(";")[0].partition("=")
    return {name: value}


def test_an_unknown_device_needs_the_mailbox(bridge: Bridge, profile: str, saw: Callable[..., None]) -> None:
    before = bridge.ask("GET", profile)
    assert sealed(before)
    assert not shows(before)
    cookies = let_in(bridge, profile)
    after = bridge.ask("GET", profile, cookies=cookies)
    assert sealed(after)
    assert shows(after)
    assert not shows(bridge.ask("GET", profile)), "other browsers are as unknown as before"
    refused = [bridge.ask("POST", f"{profile}/{deed}").status_code for deed in ("outcome", "fields", "close")]
    assert refused == [403] * 3
    assert bridge.ask("POST", f"{profile}/outcome", cookies=cookies, data={"outcome": "accepted"}).ok
    noted = [(row.what, row.times) for row in sorted(bridge.rows(link_openings), key=lambda row: row.id)]
    assert noted == [("stopped", 5), ("code_sent", 1), ("signed_in", 1), ("opened", 1)]
    saw(noted=len(noted))


def test_the_link_says_nothing_by_itself(bridge: Bridge, profile: str) -> None:
    token = profile.rpartition("/")[2]
    payload = token.rpartition(".")[0]
    plain = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    known = [row.id for row in bridge.rows(profiles)]
    assert len(plain) == 21, "a time and a random id"
    assert not any(one.bytes in plain for one in known)


@pytest.mark.parametrize("end", ["after 90 days", "by the sales person", "by command"])
def test_a_link_ends(bridge: Bridge, profile: str, end: str, saw: Callable[..., None]) -> None:
    cookies = let_in(bridge, profile)
    if end == "after 90 days":
        bridge.clock.move(days=90)
    elif end == "by the sales person":
        bridge.ask("POST", f"{profile}/close", cookies=cookies)
    else:
        assert "1 link(s) revoked" in bridge.command("lead", "revoke", ANSWERS["email"])
    answers = [bridge.ask("GET", profile, cookies=cookies)]
    answers += [bridge.ask("POST", f"{profile}/{deed}", cookies=cookies) for deed in DEEDS]
    assert {answer.status_code for answer in answers} == {410}
    assert all(sealed(answer) and not shows(answer) for answer in answers)
    assert "Dieser Link ist geschlossen" in answers[0].text
    saw(answered_410=len(answers))


def test_operators_renew_links_and_sign_devices_out(bridge: Bridge) -> None:
    bridge.clock.now = utc_now()  # commands go by the clock on the wall
    bridge.send_form("rueckruf", ANSWERS)
    bridge.settle()
    closed = link(bridge.mails(MIRA)[-1], "leads")
    assert MIRA in bridge.command("lead", "link", ANSWERS["email"])
    bridge.tick(minutes=1)
    renewed = link(bridge.mails(MIRA)[-1], "leads")
    assert bridge.ask("GET", closed).status_code == 410
    cookies = let_in(bridge, renewed)
    assert shows(bridge.ask("GET", renewed, cookies=cookies))
    assert "Firefox on Linux" in bridge.command("devices", "list")
    assert "1 device(s) signed out" in bridge.command("devices", "revoke", "--person", "mira")
    assert not shows(bridge.ask("GET", renewed, cookies=cookies))


def a_wrong_code(unit: Unit, row: LinkRow) -> str:
    """Six digits that open nothing."""
    code = good_code(unit, row.id)
    right = int(unit.world.links.tokens.codes.write(code.id)) if code else 0
    return f"{(right + 1) % 10**6:06d}"


def guesses(bridge: Bridge, row: LinkRow, minutes: int) -> tuple[int, int]:
    """Guess codes of a link without its mailbox for so long; how many codes were sent, how often one was tried."""
    thief, codes = Request("198.51.100.66", "curl/8.5"), 0
    for _ in range(minutes):
        sent = codes
        with bridge.services.unit() as unit:
            try:
                send_code(unit, row, thief)
                codes += 1
            except TooManyCodes:
                unit.connection.rollback()
        for _ in range(6 if codes > sent else 1):
            with bridge.services.unit() as unit:
                assert sign_in(unit, row, a_wrong_code(unit, row), thief) is None
        bridge.clock.move(minutes=1)
    return codes, [one.what for one in bridge.rows(link_openings)].count("code_wrong")


def test_guessing_codes_is_bounded(bridge: Bridge, profile: str, saw: Callable[..., None]) -> None:
    """Every minute of a day, by somebody who has the link and not the mailbox."""
    link_id = read_lead(bridge.services.tokens, profile.rpartition("/")[2], bridge.clock())
    with bridge.services.unit() as unit:
        row = handovers.link(unit.connection, link_id, unit.now)
    minutes = few_or_many(35, 24 * 60)
    codes, tries = guesses(bridge, row, minutes)
    assert codes == 8
    assert tries == 5 * codes
    bridge.settle()
    saw(minutes=minutes, codes=codes, tries=tries, chance=f"1 in {10**6 // tries:,}")


def test_every_number_is_as_likely_a_code_as_another(saw: Callable[..., None]) -> None:
    codes, many = Codes(["a-key"]), few_or_many(20_000, 200_000)
    made = [codes.write(UUID(int=number)) for number in range(many)]
    assert all(re.fullmatch(r"\d{6}", one) for one in made)
    first = [sum(one.startswith(digit) for one in made) for digit in "0123456789"]
    expected = many / 10
    chi_squared = sum((count - expected) ** 2 / expected for count in first)
    assert chi_squared < 33.7, "one in ten thousand with nine degrees of freedom"
    saw(codes_drawn=many)


def test_links_in_the_database_are_only_ids(bridge: Bridge, profile: str) -> None:
    token = profile.rpartition("/")[2]
    assert token not in str(bridge.rows(profile_links))
