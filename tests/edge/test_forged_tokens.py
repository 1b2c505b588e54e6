"""Promise S1: tokens that we did not sign are nothing to us, and never an error of ours."""

import base64
import random
import string
import time
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from bridge.delivery.links import ClickTarget, DownloadTarget
from tests.edge.conftest import Open
from tests.edge.site import Site
from tests.house import PUBLIC, Clock

LETTERS = string.ascii_letters + string.digits + "-_.=~!%+ "
EACH = 300
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
        "me": links.own_data(SOMEBODY),
        "erase": links.erase(SOMEBODY, now),
        "confirm": links.confirm(uuid4(), now),
        "lead": links.lead(uuid4(), now),
    }
    return {kind: url.removeprefix(PUBLIC) for kind, url in urls.items()}


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
    "/unsubscribe/{}": ("GET", "POST"),
    "/preferences/{}": ("GET", "POST"),
    "/me/{}": ("GET", "POST"),
    "/me/{}/data.json": ("GET",),
    "/me/{}/consents": ("GET",),
    "/erase/{}": ("GET", "POST"),
    "/confirm/{}": ("GET", "POST"),
    "/leads/{}": ("GET",),
    "/leads/{}/outcome": ("POST",),
    "/leads/{}/fields": ("POST",),
    "/leads/{}/code": ("POST",),
    "/leads/{}/device": ("POST",),
    "/leads/{}/sign-out": ("POST",),
    "/leads/{}/close": ("POST",),
}


@pytest.mark.parametrize("route", ROUTES)
def test_forged_tokens_are_not_found(edge: Site, route: str) -> None:
    """No database is behind this site, so a token that was believed would show as a 503."""
    chance = random.Random(route)
    own = next(path for path in paths(edge).values() if path.startswith(route.partition("{")[0]))
    token = token_of(own)
    started = time.monotonic()
    for forged in [*mutations(token, chance), *(resigned(token, chance) for _ in range(EACH // 5))]:
        if forged == token:
            continue
        method = chance.choice(ROUTES[route])
        response = edge.client.open(route.format("x").replace("x", forged), method=method)
        response.close()
        assert response.status_code in {404, 405}, forged
    assert edge.journalled() == []
    assert time.monotonic() - started < 20


def test_a_token_of_one_purpose_is_good_for_no_other(edge: Site) -> None:
    for kind, path in paths(edge).items():
        token = token_of(path)
        for route, methods in ROUTES.items():
            address = route.format(token)
            if address.startswith(path):
                continue
            for method in methods:
                assert edge.client.open(address, method=method).status_code == 404, (kind, route)
    assert edge.journalled() == []


def test_a_token_of_somebody_elses_key_is_good_for_nothing(edge: Site, open_one: Open) -> None:
    stranger = open_one(SECRET_KEYS="another-key-of-somebody")
    for path in paths(stranger).values():
        assert edge.get(path).status_code == 404


@pytest.mark.parametrize(("kind", "days"), [("confirm", 14), ("lead", 180), ("erase", 2)])
def test_a_token_of_ours_that_is_too_old_is_gone(open_one: Open, kind: str, days: int) -> None:
    clock = Clock()
    site = open_one(clock=clock)
    path = paths(site)[kind]
    clock.now += timedelta(days=days)
    assert site.get(path).status_code == 503, "still good, and the database is away"
    clock.move(seconds=1)
    assert site.get(path).status_code == 410
