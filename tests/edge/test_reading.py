"""Other systems read people, events and hand-overs, page by page, with a signature and no other way."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from redis import Redis
from werkzeug.test import TestResponse

from bridge.flow.export_rows import export_rows
from bridge.observe.sheets import sheet
from bridge.store import exports
from bridge.store.exports import WHATS, What
from bridge.store.tables import audit_log, events
from tests.conftest import Servers
from tests.edge.conftest import Open
from tests.edge.signed import headers
from tests.edge.site import READ_SECRET, Site
from tests.house import ANNA, House
from tests.web_server import answering

OTHER = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
STRANGE = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"
EVENTS = "/api/v1/events"


@pytest.fixture
def site(open_one: Open, servers: Servers, house: House, redis: Redis) -> Site:
    """A site with two readers: the warehouse, and one without a name."""
    del redis  # it is empty now, and that is all
    return open_one(
        clock=house.clock,
        DATABASE_URL=servers.database_url,
        REDIS_URL=servers.redis_url,
        READ_SECRETS=f"warehouse:{READ_SECRET},{OTHER}",
    )


def ask(site: Site, target: str, secret: str = READ_SECRET, **changed: str) -> TestResponse:
    """A signed question. target: path with query. changed: other headers."""
    return site.get(target, headers=headers(f"GET {target}".encode(), secret=secret) | changed)


def pages(site: Site, target: str) -> Iterator[list[Any]]:
    """All pages, as whoever follows their links reads them."""
    further: str | None = target
    while further:
        answer = ask(site, further)
        assert answer.status_code == 200
        yield lines(answer)
        link = answer.headers.get("Link")
        further = link.removeprefix("<").removesuffix('>; rel="next"') if link else None


def lines(answer: TestResponse) -> list[Any]:
    """What an answer says."""
    assert answer.mimetype == "application/x-ndjson"
    return [json.loads(line) for line in answer.text.splitlines()]


def errors(answer: TestResponse) -> dict[str, list[str]]:
    """What cannot be asked, by parameter."""
    assert answer.status_code == 400
    found: dict[str, list[str]] = answer.get_json()["errors"]["fields"]
    return found


@pytest.mark.parametrize("what", WHATS)
def test_page_by_page_it_is_what_the_export_writes(site: Site, house: House, what: What) -> None:
    for name in ("anna", "ben", "carla"):
        house.lead_by_form(f"{name}@{name}s-firma.example")
        house.tick(minutes=5)
    with exports.reading(house.engine) as connection:
        pieces = list(export_rows(connection, house.program, what, "jsonl", sheet))
    written = [json.loads(line) for piece in pieces for line in piece.text.splitlines()]
    found = list(pages(site, f"/api/v1/{what}?limit=2"))
    assert [len(page) for page in found[:-1]] == [2] * (len(found) - 1)
    assert len(found) > 1
    assert [row for page in found for row in page] == written


def test_a_person_is_told_with_fields_and_consents(site: Site, house: House) -> None:
    house.subscriber()
    [row] = lines(ask(site, "/api/v1/profiles"))
    assert (row["email"], row["fields"]["company"], row["consents"]["email"]) == (
        ANNA,
        "Beispiel GmbH",
        "given",
    )


def test_whoever_was_erased_is_not_told_of(site: Site, house: House) -> None:
    house.subscriber()
    house.erase(ANNA)
    assert [lines(ask(site, f"/api/v1/{what}")) for what in WHATS] == [[], [], []]


def test_each_secret_may_read_and_no_other(site: Site) -> None:
    asked = [ask(site, EVENTS, secret).status_code for secret in (READ_SECRET, OTHER, STRANGE)]
    assert asked == [200, 200, 401]


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"webhook-id": ""}, "webhook-id is missing"),
        ({"webhook-timestamp": ""}, "webhook-timestamp is missing"),
        ({"webhook-timestamp": "soon"}, "invalid signature headers"),
        ({"webhook-timestamp": str(int(time.time()) - 400)}, "message timestamp too old"),
        ({"webhook-timestamp": str(int(time.time()) + 4000)}, "message timestamp too new"),
        ({"webhook-signature": ""}, "webhook-signature is missing"),
        ({"webhook-signature": "v1a,abc"}, "webhook-signature holds none of the form v1,<base64>"),
        ({"webhook-id": "another"}, "no matching signature found"),
    ],
)
def test_what_is_wrong_with_a_signature_is_said_and_what_is_signed(
    site: Site, changed: dict[str, str], why: str
) -> None:
    answer = ask(site, f"{EVENTS}?limit=1", **changed)
    assert answer.status_code == 401
    assert "Signature" in answer.headers["WWW-Authenticate"]
    assert answer.get_json()["error"] == (
        f"{why}; what is signed is “webhook-id.webhook-timestamp.GET {EVENTS}?limit=1”"
    )
    assert READ_SECRET.removeprefix("whsec_") not in answer.text


@pytest.mark.parametrize(
    "asked", [f"{EVENTS}?limit=2", f"{EVENTS}?", "/api/v1/profiles", f"{EVENTS}?limit=%31"]
)
def test_a_signature_is_good_for_one_question_alone(site: Site, asked: str) -> None:
    signed = headers(f"GET {EVENTS}?limit=1".encode(), secret=READ_SECRET)
    assert site.get(asked, headers=signed).status_code == 401
    assert site.get(f"{EVENTS}?limit=1", headers=signed).status_code == 200
    assert site.get(f"{EVENTS}?limit=1", headers=signed).status_code == 200, "to read twice does no harm"


def test_strange_octets_are_no_error_of_ours(site: Site) -> None:
    assert site.get(f"{EVENTS}?kind=%FF", headers=headers(b"x", secret=READ_SECRET)).status_code == 401
    strange = {"QUERY_STRING": "kind=\xff\xfe"}
    answer = site.client.get(EVENTS, headers=headers(b"x", secret=READ_SECRET), environ_overrides=strange)
    assert answer.status_code == 401


def test_who_may_send_leads_may_not_read(open_one: Open) -> None:
    answer = ask(open_one(), EVENTS)
    assert answer.status_code == 404
    assert "LEADBRIDGE_READ_SECRETS is not set" in answer.get_json()["error"]


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("sinse=2026-10-01", "sinse"),
        ("since=gestern", "since"),
        ("since=2026-10-01T08:00:00", "since"),
        ("since=0001-01-01", "since"),
        ("until=9999-12-31", "until"),
        ("since=2026-10-02&until=2026-10-01", "until"),
        ("since=2026-10-01T08:00:01Z&until=2026-10-01T08:00:00Z", "until"),
        ("since=2026-10-02&until=2026-10-01T08:00:00Z", "until"),
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("limit=all", "limit"),
        ("limit=1&limit=2", "limit"),
        ("cursor=x", "cursor"),
        (f"cursor={'f' * 32}", "cursor"),
        ("kind=link.klicked", "kind"),
        ("profile=anna", "profile"),
    ],
)
def test_what_cannot_be_asked_is_named(site: Site, query: str, wrong: str) -> None:
    assert list(errors(ask(site, f"{EVENTS}?{query}"))) == [wrong]


@pytest.mark.parametrize(
    "query",
    [
        "since=2026-10-01&until=2026-10-01",
        "since=2026-10-01T08:00:00Z&until=2026-10-01",
        "since=2026-10-01T08:00:00Z&until=2026-10-01T08:00:00Z",
    ],
)
def test_a_short_time_may_be_asked_for(site: Site, query: str) -> None:
    assert ask(site, f"{EVENTS}?{query}").status_code == 200


def test_what_is_known_is_said_to_whoever_asks_for_something_else(site: Site) -> None:
    found = errors(ask(site, "/api/v1/profiles?kind=link.clicked"))
    assert found == {"kind": ["expected one of since, until, limit, cursor"]}


def test_days_are_those_of_the_programme_and_moments_are_exact(site: Site, house: House) -> None:
    house.clock.now = datetime(2026, 3, 12, 23, 30, tzinfo=UTC)  # in Berlin it is the 13th
    house.submit()
    for query, number in (
        ("since=2026-03-13", 1),
        ("since=2026-03-14", 0),
        ("until=2026-03-13", 1),
        ("until=2026-03-12", 0),
        ("since=2026-03-12T23:30:00Z", 1),
        ("until=2026-03-12T23:30:00Z", 0),
        ("since=" + quote("2026-03-13T00:30:01+01:00"), 0),
    ):
        assert len(lines(ask(site, f"/api/v1/profiles?{query}"))) == number, query


def test_events_of_one_kind_or_of_one_person(site: Site, house: House) -> None:
    house.subscriber()
    house.subscriber("ben@bens-firma.example")
    kinds = {row["kind"] for row in lines(ask(site, f"{EVENTS}?kind=form.submitted"))}
    assert kinds == {"form.submitted"}
    of_anna = lines(ask(site, f"{EVENTS}?profile={house.lead().id}"))
    assert {row["profile_id"] for row in of_anna} == {str(house.lead().id)}
    assert 0 < len(of_anna) < len(house.rows(events))
    assert lines(ask(site, f"{EVENTS}?profile={uuid4()}")) == []


def test_who_read_of_people_is_noted_and_who_found_nobody_is_not(site: Site, house: House) -> None:
    ask(site, EVENTS)
    house.subscriber()
    ask(site, "/api/v1/profiles?limit=7")
    ask(site, f"{EVENTS}?profile={house.lead().id}&limit=1", OTHER)
    first, second = house.rows(audit_log)
    assert (first.who, first.what, first.details) == (
        "read API: warehouse",
        "profiles.read",
        {"rows": 1, "asked": {"limit": "7"}},
    )
    assert (second.who, second.what, second.subject) == ("read API: 2", "events.read", str(house.lead().id))


def example(language: str) -> str:
    """An example of the documentation."""
    text = (Path(__file__).parents[2] / "docs" / "export.md").read_text(encoding="utf-8")
    [found] = re.findall(rf"```{language}\n(.*?)```", text, re.S)
    return str(found)


@contextmanager
def served(site: Site) -> Iterator[str]:
    """The address of a site that is reached by HTTP."""
    with answering(site.client.application) as port:
        yield f"http://127.0.0.1:{port}"


def test_the_examples_of_the_documentation_read_everything(site: Site, house: House, tmp_path: Path) -> None:
    house.lead_by_form()
    program = tmp_path / "read.py"
    program.write_text(example("python"), encoding="utf-8")
    with served(site) as bridge:
        known = {"PATH": os.environ["PATH"], "BRIDGE": bridge, "READ_SECRET": READ_SECRET}
        for command, number in (
            ([sys.executable, str(program), f"{EVENTS}?limit=1"], len(house.rows(events))),
            (["bash", "-c", example("sh")], 1),
        ):
            done = subprocess.run(command, env=known, capture_output=True, text=True, check=False)
            assert (done.returncode, done.stderr) == (0, "")
            assert len([json.loads(line) for line in done.stdout.splitlines()]) == number
