"""Promise S1: tokens that we did not sign are nothing to us, and never an error of ours."""

import base64
import random
import string
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import pytest

from bridge.delivery.links import AccountTarget, AskTarget, ClickTarget, DownloadTarget
from bridge.delivery.return_paths import ReturnPaths
from bridge.delivery.tokens import ARRIVAL, KNOWN, PURPOSES, STAMP, Tokens
from bridge.errors import InvalidToken
from tests.attack.web import Web
from tests.edge.conftest import Open
from tests.edge.site import Site
from tests.house import KEY, PUBLIC, Clock
from tests.promise import few_or_many

pytestmark = pytest.mark.promise("S1", "forged, damaged and misused tokens are refused")

LETTERS = string.ascii_letters + string.digits + "-_.=~!%+ "
EACH = few_or_many(300, 10_000)
SOMEBODY = UUID("018f2d6e-0000-7000-8000-000000000001")


def paths(site: Site) -> dict[str, str]:
    """A valid address of every kind."""
    links, now = site.services.world.links, site.services.clock()
    urls = {
        "click": links.click(ClickTarget(uuid4(), 1, "https://www.example.com/ü")),
        "open": links.pixel(uuid4()),
        "download": links.download(DownloadTarget(SOMEBODY, None, "globe-next-download")),
        "unsubscribe": links.unsubscribe(SOMEBODY, None),
        "preferences": links.preferences(SOMEBODY),
        "ask": links.ask(AskTarget(SOMEBODY, None), now),
        "me": links.own_data(SOMEBODY),
        "erase": links.erase(SOMEBODY, now),
        "confirm": links.confirm(uuid4(), now),
        "lead": links.lead(uuid4(), now),
        "reports": links.reports(now),
        "account": links.account(AccountTarget(SOMEBODY, bytes(8)), now),
    }
    paths = {kind: url.removeprefix(PUBLIC) for kind, url in urls.items()}
    return paths | {"new link": paths["download"].replace("/d/", "/downloads/")}


def token_of(path: str) -> str:
    """The token in an address."""
    return path.rpartition("/")[2].removesuffix(".gif")


def mutations(token: str, chance: random.Random) -> Iterator[str]:
    """Other tokens, made of that one. Its last character has two bits that no signature uses: never changed alone."""
    for _ in range(EACH):
        place = chance.randrange(len(token) - 1)
        yield chance.choice(
            [
                token[:place] + chance.choice(LETTERS) + token[place + 1 :],
                token[:place] + chance.choice(LETTERS) + token[place:],
                token[:place],
                token[place + 1 :],
                token[:place] + token[place + 1 :],
                token[:place] + token[place:].swapcase(),
                token + chance.choice(LETTERS),
                token[::-1],
                ".".join(reversed(token.split("."))),
                token.replace(".", ""),
                token + token,
                token[:place] + "é\x00" + token[place:],
            ]
        )


def resigned(token: str, chance: random.Random) -> str:
    """Another payload under the same signature."""
    payload = base64.urlsafe_b64encode(chance.randbytes(chance.randint(0, 40))).rstrip(b"=").decode()
    return f"{payload}.{token.partition('.')[2]}"


ROUTES = {
    "/t/c/{}": ("GET", "HEAD"),
    "/t/o/{}.gif": ("GET",),
    "/d/{}": ("GET",),
    "/downloads/{}": ("GET", "POST"),
    "/unsubscribe/{}": ("GET", "POST"),
    "/preferences/{}": ("GET", "POST"),
    "/ask/{}": ("GET", "POST"),
    "/me/{}": ("GET", "POST"),
    "/me/{}/data.json": ("GET",),
    "/me/{}/consents": ("GET",),
    "/erase/{}": ("GET", "POST"),
    "/confirm/{}": ("GET", "POST"),
    "/reports/{}": ("GET",),
    "/reports/{}/sequences.csv": ("GET",),
    "/console/password/{}": ("GET", "POST"),
    "/leads/{}": ("GET",),
    "/leads/{}/letter": ("GET",),
    "/leads/{}/appointment.ics": ("GET",),
    "/leads/{}/outcome": ("POST",),
    "/leads/{}/fields": ("POST",),
    "/leads/{}/code": ("POST",),
    "/leads/{}/device": ("POST",),
    "/leads/{}/sign-out": ("POST",),
    "/leads/{}/close": ("POST",),
}


@pytest.mark.parametrize("route", ROUTES)
def test_forged_tokens_are_not_found(edge: Site, route: str, saw: Callable[..., None]) -> None:
    """No database is behind this site, so a token that was believed would show as a 503."""
    chance = random.Random(route)
    statuses = [
        edge.client.open(
            route.replace("{}", forged), method=chance.choice(ROUTES[route]), buffered=True
        ).status_code
        for forged in forgeries(edge, route, chance)
    ]
    assert set(statuses) <= {404, 405}
    assert edge.journalled() == []
    saw(forged=len(statuses), accepted=0, errors=0)


def forgeries(site: Site, route: str, chance: random.Random) -> Iterator[str]:
    """Tokens that look like a good one for that route, and are none."""
    own = next(path for path in paths(site).values() if path.startswith(route.partition("{")[0]))
    token = token_of(own)
    for forged in [*mutations(token, chance), *(resigned(token, chance) for _ in range(EACH // 5))]:
        if forged != token:
            yield forged


@pytest.mark.xdist_group("web")
def test_a_web_server_hands_forged_tokens_on_as_they_are(
    edge: Site, web: Web, saw: Callable[..., None]
) -> None:
    """The same over a socket: what a server decodes, folds or cuts must not make a token good."""
    chance = random.Random(1)
    assert web.ask("GET", paths(edge)["unsubscribe"])[0] == 200, "a good one is good there"
    statuses = [
        web.ask("GET", route.replace("{}", quote(forged, safe="=.~!+")))[0]
        for route in ROUTES
        for forged in chance.sample(list(forgeries(edge, route, chance)), EACH // 10)
    ]
    assert set(statuses) <= {404, 405}
    saw(over_http=len(statuses), accepted=0)


def test_every_other_spelling_of_a_token_is_refused(edge: Site) -> None:
    """Base64 has several spellings of the same bytes, and quoted-printable mail breaks lines: one is ours."""
    for route in ROUTES:
        own = next(path for path in paths(edge).values() if path.startswith(route.partition("{")[0]))
        payload, _, signature = token_of(own).rpartition(".")
        alphabet = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
        last = alphabet.index(signature[-1])
        others = [signature[:-1] + alphabet[(last & ~3) + more] for more in range(4)]
        spelled = [f"{payload}.{other}" for other in others if other != signature]
        spelled += [f"{payload}=.{signature}", f"{payload}.{signature}=", f"{payload}.{signature}==="]
        spelled += [f"{payload}.{signature}".replace(".", "%2e%2e"), f"{payload}.={signature}"]
        for forged in spelled:
            answer = edge.client.open(route.replace("{}", forged), method=ROUTES[route][0], buffered=True)
            assert answer.status_code == 404, (route, forged)


def test_forged_stamps_and_arrivals_are_not_believed(edge: Site, saw: Callable[..., None]) -> None:
    """Tokens that no path carries: when a form was shown, by which mail somebody came, where somebody signed in."""
    chance, tokens, now = random.Random(2), edge.services.tokens, edge.services.clock()
    tried = 0
    for purpose in (STAMP, ARRIVAL, KNOWN):
        token = tokens.sign(purpose, b"x" * 32, now)
        for forged in mutations(token, chance):
            tried += forged != token
            assert forged == token or not is_read(tokens, purpose, forged, edge.services.clock)
    saw(beside_paths=tried, accepted=0)


def is_read(tokens: Tokens, purpose: Any, token: str, clock: Callable[[], Any]) -> bool:
    """Whether a token is believed."""
    try:
        tokens.open(purpose, token, clock())
    except InvalidToken:
        return False
    return True


def test_no_token_of_one_purpose_opens_another(edge: Site) -> None:
    tokens, now = edge.services.tokens, edge.services.clock()
    for one in PURPOSES:
        token = tokens.sign(one, b"x" * 16, now)
        assert [two for two in PURPOSES if is_read(tokens, two, token, edge.services.clock)] == [one]


def test_forged_return_paths_name_no_delivery(saw: Callable[..., None]) -> None:
    paths_, chance = ReturnPaths([KEY], "bounce@example.com"), random.Random(3)
    address = paths_.write(SOMEBODY)
    assert address and paths_.read(address) == SOMEBODY
    start = address.index("+") + 1
    tried = 0
    for _ in range(EACH):
        place = chance.randrange(start, address.index("@"))
        other = chance.choice(string.ascii_lowercase + "234567")
        for forged in (
            address[:place] + other + address[place + 1 :],
            address[:place] + address[place + 1 :],
        ):
            tried += forged != address
            assert forged == address or paths_.read(forged) is None, forged
    saw(return_paths=tried, accepted=0)


def test_a_token_of_one_purpose_is_good_for_no_other(edge: Site) -> None:
    for kind, path in paths(edge).items():
        token = token_of(path)
        for route, methods in ROUTES.items():
            address = route.format(token)
            if address.startswith(path) or {kind, route[:3]} in ({"download", "/do"}, {"new link", "/d/"}):
                continue
            for method in methods:
                assert edge.client.open(address, method=method).status_code == 404, (kind, route)
    assert edge.journalled() == []


def test_a_token_of_somebody_elses_key_is_good_for_nothing(edge: Site, open_one: Open) -> None:
    stranger = open_one(SECRET_KEYS="another-key-of-somebody")
    for path in paths(stranger).values():
        assert edge.get(path).status_code == 404


@pytest.mark.parametrize(("kind", "days"), [("confirm", 14), ("lead", 180), ("erase", 2), ("ask", 30)])
def test_a_token_of_ours_that_is_too_old_is_gone(open_one: Open, kind: str, days: int) -> None:
    clock = Clock()
    site = open_one(clock=clock)
    path = paths(site)[kind]
    clock.now += timedelta(days=days)
    assert site.get(path).status_code == 503, "still good, and the database is away"
    clock.move(seconds=1)
    assert site.get(path).status_code == 410
