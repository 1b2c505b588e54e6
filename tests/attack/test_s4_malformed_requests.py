"""Promise S4: whatever is sent, no answer is an error of ours, and memory stays flat.

schemathesis (https://schemathesis.readthedocs.io) makes requests from the description, good ones and bad ones; it is
not told what the code does. Random bodies go to a real web process.
"""

import random
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.attack.bodies import attempt
from tests.attack.web import Web
from tests.edge.site import Site
from tests.house import ANNA, House
from tests.promise import few_or_many

pytestmark = pytest.mark.promise("S4", "malformed requests: no answer ≥ 500, memory flat")

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EACH = few_or_many(5, 200)
BODIES = few_or_many(500, 10_000)
QUIET = settings(
    max_examples=EACH, deadline=None, database=None, suppress_health_check=list(HealthCheck), print_blob=False
)
SLACK = 16 * 2**20
"""Bytes that a process may grow by: pools that fill, caches that have a bound."""


@pytest.fixture
def tokens(site: Site, house: House) -> dict[str, str]:
    """Beginning of a path → a token that is good there, so that requests get past it."""
    house.subscriber()
    links, lead = site.services.world.links, house.lead()
    house.submit(email="ben@beispiel.example", form="webinar")
    found = {
        "/confirm/": house.token(house.mails_to("ben@beispiel.example")[-1], "confirm"),
        "/leads/": house.token(house.lead_by_form("carla@beispiel.example"), "leads"),
        "/preferences/": links.preferences(lead.id),
        "/unsubscribe/": links.unsubscribe(lead.id, None),
        "/me/": links.own_data(lead.id),
        "/d/": house.token(house.mails_to(ANNA)[-1], "d"),
    }
    return {path: token.rpartition("/")[2] for path, token in found.items()}


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_requests_made_from_the_description_are_answered_as_it_says(
    site: Site, tokens: dict[str, str], mode: GenerationMode, saw: Callable[..., None]
) -> None:
    schema = schemathesis.openapi.from_wsgi("/openapi.json", site.client.application)
    chance, sent = random.Random(4), 0
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        if mode is GenerationMode.NEGATIVE and not (operation.body or operation.query):
            continue  # any token is a string

        @seed(4)
        @QUIET
        @given(case=operation.as_strategy(generation_mode=mode))
        def send(case: Any) -> None:
            nonlocal sent
            path = next((one for one in tokens if case.path.startswith(one)), None)
            if path and chance.random() < 0.7:
                case.path_parameters["token"] = tokens[path]
            case.validate_response(case.call(), checks=CHECKS)
            sent += 1

        with suppress(Unsatisfiable):  # nothing that such a route takes can be wrong
            send()
    assert sent > EACH * 15
    saw(described=sent, errors=0)


@pytest.mark.xdist_group("web")
def test_random_bodies_do_no_harm(web: Web, saw: Callable[..., None]) -> None:
    chance = random.Random(44)
    warm = [send_one(web, chance) for _ in range(BODIES // 2)]
    before = web.memory()
    statuses = warm + [send_one(web, chance) for _ in range(BODIES)]
    grown = web.memory() - before
    assert max(statuses) < 500, web.log.read_text(encoding="utf-8")[-3000:]
    assert web.ask("GET", "/readyz")[0] == 200
    assert grown < SLACK
    saw(bodies=len(statuses), errors=0, grown_kib=grown // 1024)


def send_one(web: Web, chance: random.Random) -> int:
    """Send one random request; returns the status."""
    made = attempt(chance)
    return web.ask("POST", made.target, made.body, made.headers)[0]
