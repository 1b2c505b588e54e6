"""S9: whoever types an address learns nothing about it: known and unknown addresses get the same answer."""

import base64
import re
from collections.abc import Callable

import pytest
import requests

from bridge.flow.erase_profile import erase_profile
from bridge.flow.object_to_scoring import object_to_scoring
from bridge.intake.records import Request
from bridge.profiles.address import parse_address
from bridge.store import profiles, suppressions
from bridge.store.profiles import ProfileRow
from tests import make
from tests.promises.travelled import Bridge
from tests.statements import statements

pytestmark = pytest.mark.promise("S9", "the same answer for every address, at the same speed")

DOMAIN = "beispiel.example"
STATES = (
    "nobody",
    "unasked",
    "prospect",
    "customer",
    "leaving",
    "erased",
    "bounced",
    "blocked",
    "excluded",
    "objector",
)
"""The local parts of addresses, each in the state that it is named after; “nobody” was never heard of."""

ANSWERS = {"first_name": "Anna", "last_name": "Berg", "company": "Beispiel GmbH", "message": "Bitte melden."}
Ask = Callable[[Bridge, str, int], requests.Response]


def address(name: str) -> str:
    """The address of somebody in that state."""
    return f"{name}@{DOMAIN}"


def person(bridge: Bridge, name: str) -> ProfileRow:
    """Somebody's profile."""
    with bridge.services.engine.connect() as connection:
        return profiles.by_address(connection, parse_address(address(name)))


@pytest.fixture
def people(bridge: Bridge) -> Bridge:
    """A bridge that knows addresses in every state."""
    for name in STATES[2:]:
        bridge.send_form("webinar", ANSWERS | {"email": address(name), "role": "Leitung"}, allows=["email"])
    bridge.settle()
    for mail in bridge.mails():
        name = mail.recipient.partition("@")[0]
        if name != "prospect" and "/confirm/" in mail.text:
            assert bridge.ask("POST", link(mail.text, "confirm")).status_code == 303
    bridge.settle()
    welcome = next(mail for mail in bridge.mails(address("leaving")) if "/unsubscribe/" in mail.text)
    assert bridge.ask("POST", link(welcome.text, "unsubscribe")).status_code == 200
    bridge.settle()
    _change_by_hand(bridge)
    bridge.tick(days=2)
    return bridge


def _change_by_hand(bridge: Bridge) -> None:
    found = {name: person(bridge, name) for name in STATES[2:]}
    with bridge.services.unit() as unit:
        erase_profile(unit, parse_address(address("erased")))
        suppressions.suppress(unit.connection, found["bounced"].email_key, "bounced", unit.now)
        suppressions.suppress(unit.connection, found["blocked"].email_key, "blocked", unit.now)
        profiles.change(unit.connection, found["excluded"].id, excluded=True)
        object_to_scoring(unit, found["objector"].id, "own data page", Request())


def link(text: str, path: str) -> str:
    """The first link of that kind in a mail."""
    found = re.search(rf"https://\S+/{path}/\S+", text)
    assert found, path
    return found[0]


def said(answer: requests.Response, name: str) -> tuple[int, dict[str, str], str]:
    """An answer without what differs every time: the time, new ids and stamps, and the address that was typed."""
    headers = {key: value for key, value in answer.headers.items() if key not in {"Date", "Content-Length"}}
    body = answer.text.replace(address(name), "ADDRESS")
    body = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "ID", body)
    return answer.status_code, headers, re.sub(r'(name="_(?:stamp|once)" value=")[^"]*', r"\1", body)


def by_browser(bridge: Bridge, email: str, number: int) -> requests.Response:
    """A form of a browser."""
    fields = ANSWERS | {"email": email, "company": f"Firma {number}"}
    return bridge.send_form("kontakt", fields, allows=["email", "tracking"])


def by_script(bridge: Bridge, email: str, number: int) -> requests.Response:
    """A form that a script sends."""
    fields = ANSWERS | {"email": email, "company": f"Firma {number}"}
    return bridge.send_form("kontakt", fields, headers={"Accept": "application/json"})


def by_server(bridge: Bridge, email: str, number: int) -> requests.Response:
    """A signed form."""
    return bridge.send_signed({"form": "webinar", "fields": ANSWERS | {"email": email}}, f"{email}-{number}")


def with_a_mistake(bridge: Bridge, email: str, number: int) -> requests.Response:
    """A form in which something is missing."""
    return bridge.send_form("webinar", {"email": email, "company": f"Firma {number}"}, allows=["email"])


def by_address(bridge: Bridge, email: str, number: int) -> requests.Response:
    """A look at a form, with an address in the query."""
    return bridge.ask("GET", f"/forms/kontakt?email={email}&number={number}")


def test_every_address_gets_the_same_answer(people: Bridge) -> None:
    ways: list[Ask] = [by_browser, by_script, by_server, with_a_mistake, by_address]
    for way in ways:
        answers = [said(way(people, address(name), 1), name) for name in STATES]
        assert answers[0][0] in {200, 202, 303, 422}
        for name, answer in zip(STATES, answers, strict=True):
            assert answer == answers[0], f"{way.__name__} tells of {name}"
    people.settle()
    again = [said(by_browser(people, address(name), 2), name) for name in STATES]
    assert again == [again[0]] * len(STATES)


def test_no_answer_takes_longer_because_somebody_is_looked_up(people: Bridge) -> None:
    """How long an answer takes says nothing where nothing is looked up: forms know the journal alone."""
    ways: list[Ask] = [by_browser, by_script, by_server, with_a_mistake, by_address]
    with statements() as seen:
        for way in ways:
            for name in STATES:
                way(people, address(name), 3)
        assert seen == []
        people.settle()
        assert seen, "this is how looking up would show"


def tokens(bridge: Bridge) -> list[str]:
    """Every token in every mail that was sent."""
    found = {
        one
        for mail in bridge.mails()
        for one in re.findall(
            r"https://leads\.example\.com/[a-z/]+?/([\w.-]{20,})", mail.text + (mail.html or "")
        )
    }
    assert len(found) > len(STATES)
    return sorted(found)


def test_no_token_holds_an_address(people: Bridge) -> None:
    people.send_form("rueckruf", ANSWERS | {"email": address("customer"), "phone": "+49 30 23125 010"})
    people.settle()
    for token in tokens(people):
        payload = token.removesuffix(".gif").rpartition(".")[0]
        plain = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
        for word in (*STATES, DOMAIN):
            assert word.encode() not in plain
            assert word not in token


def test_unsubscribing_says_neither_whose_link_it_is_nor_whether_they_are_still_there(people: Bridge) -> None:
    links = people.services.world.links
    pages: dict[str, list[tuple[int, dict[str, str], str]]] = {"GET": [], "POST": []}
    for profile_id in (person(people, "customer").id, person(people, "leaving").id, make.some_id()):
        for method, answers in pages.items():
            answer = people.ask(method, links.unsubscribe(profile_id, None))
            assert "@" not in re.sub(r"@(media|import|font-face)", "", answer.text)
            status, headers, body = said(answer, "customer")
            body = re.sub(r"/(unsubscribe|preferences|me)/[\w.-]+", r"/\1/TOKEN", body)
            answers.append((status, headers, body))
    for answers in pages.values():
        assert answers == [answers[0]] * 3
    assert pages["POST"][0][0] == 200


def test_the_page_behind_the_confirmation_shows_the_address_masked(people: Bridge) -> None:
    bridge = people
    bridge.send_form("webinar", ANSWERS | {"email": "annabell@muster.example", "role": "x"}, allows=["email"])
    bridge.settle()
    [mail] = [one for one in bridge.mails("annabell@muster.example") if "/confirm/" in one.text]
    page = bridge.ask("GET", link(mail.text, "confirm")).text
    assert "annabell" not in page
    assert "muster.example" not in page
    assert "a…l@m…r.example" in page


@pytest.mark.parametrize("change", [lambda token: token[:-1], lambda token: f"x{token}", lambda _: "x" * 60])
def test_a_wrong_link_says_the_same_whoever_it_was_made_for(
    people: Bridge, change: Callable[[str], str]
) -> None:
    links = people.services.world.links
    for make_link in (links.preferences, lambda profile: links.unsubscribe(profile, None)):
        answers = []
        for profile_id in (person(people, "customer").id, make.some_id()):
            path, _, token = make_link(profile_id).rpartition("/")
            answers.append(said(people.ask("GET", f"{path}/{change(token)}"), "customer"))
        assert answers[0] == answers[1]
        assert answers[0][0] == 404
