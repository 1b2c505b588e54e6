"""The golden files that PHPUnit reads, too: both sides of the signed submission break together."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from standardwebhooks import Webhook
from werkzeug.test import Client, TestResponse

from bridge.edge.gate import Gate, Slots
from bridge.edge.signatures import verify
from bridge.errors import InvalidSignature
from tests.connectors.joomla.php import contract
from tests.edge.signed import headers, send
from tests.edge.site import Site, open_site
from tests.make import NOON

PATH = "/api/v1/submissions"
SIGNED = contract("signatures.json")["signed"]
UNREADABLE = contract("signatures.json")["unreadable"]
SUBMISSIONS = contract("submissions.json")["cases"]
ANSWERS = contract("answers.json")["answers"]
KONTAKT = {"form": "kontakt", "fields": {"email": "a@b.example", "last_name": "Berg", "message": "?"}}


def named(cases: list[dict[str, Any]]) -> pytest.MarkDecorator:
    """A parameter for each case, under its name."""
    return pytest.mark.parametrize("case", cases, ids=[case["name"] for case in cases])


@contextmanager
def site_at(folder: Path, moment: datetime) -> Iterator[Site]:
    """A bridge whose clock stands at that moment."""
    site = open_site(folder, clock=lambda: moment)
    try:
        with time_machine.travel(moment, tick=False):
            yield site
    finally:
        site.close()


@named(SIGNED)
def test_the_standards_package_signs_the_same(case: dict[str, Any]) -> None:
    moment = datetime.fromtimestamp(case["timestamp"], UTC)
    assert Webhook(case["secret"]).sign(case["id"], moment, case["body"]) == case["signature"]


@named(SIGNED)
def test_the_bridge_accepts_the_plugins_signature(case: dict[str, Any]) -> None:
    given = {
        "webhook-id": case["id"],
        "webhook-timestamp": str(case["timestamp"]),
        "webhook-signature": case["signature"],
    }
    with time_machine.travel(case["timestamp"], tick=False):
        assert verify(case["body"].encode(), given, [case["secret"]]).id == case["id"]
        with pytest.raises(InvalidSignature):
            verify(case["body"].encode() + b" ", given, [case["secret"]])


@named([case for case in SUBMISSIONS if case["payload"] is not None])
def test_the_bridge_understands_the_plugins_lead(case: dict[str, Any], tmp_path: Path) -> None:
    with site_at(tmp_path, datetime.fromtimestamp(case["now"], UTC)) as site:
        response = send(site, case["payload"])
        expected = case["bridge"]
        if expected["status"] == 202:
            record = site.only_record()
            assert {"status": response.status_code} | {
                key: record[key] for key in expected if key != "status"
            } == (expected)
        else:
            assert response.status_code == expected["status"]
            assert response.json is not None
            assert sorted(response.json["errors"]["fields"]) == expected["fields"]
            assert site.journalled() == []


def test_a_secret_never_stands_in_a_payload() -> None:
    payloads = json.dumps([case["payload"] for case in SUBMISSIONS], ensure_ascii=False)
    for secret in (
        "korrekt pferd",
        "tok_1234",
        "sesam",
        "anna-geheim",
        "$2y$",
        "9b74c989",
        "DE0212",
        "1980-01-01",
    ):
        assert secret in json.dumps([case["data"] for case in SUBMISSIONS], ensure_ascii=False)
        assert secret not in payloads


Provoke = Callable[[Site], TestResponse]


def _without_journal(site: Site) -> TestResponse:
    site.break_journal()
    return send(site, KONTAKT)


def _without_slot(site: Site) -> TestResponse:
    return Client(Gate(site.client.application, Slots(0, 0), Slots(0, 0))).post(PATH, data=b"{}")


PROVOKED: dict[str, Provoke] = {
    "submission": lambda site: send(site, KONTAKT),
    "other-secret": lambda site: site.post(
        PATH,
        b"{}",
        content_type="application/json",
        headers=headers(b"{}", secret="whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"),
    ),
    "unknown-form": lambda site: send(site, KONTAKT | {"form": "nothing"}),
    "large-body": lambda site: send(site, KONTAKT | {"filler": "x" * 65_536}),
    "text": lambda site: site.post(PATH, b"{}", content_type="text/plain", headers=headers(b"{}")),
    "wrong-fields": lambda site: send(site, KONTAKT | {"fields": {"email": "no address", "message": "?"}}),
    "no-journal": _without_journal,
    "no-slot": _without_slot,
    "test": lambda site: send(site, {"form": "kontakt", "fields": {}, "test": True}),
}


@named([case for case in ANSWERS if case["provoke"]])
def test_the_real_bridge_gives_this_answer(case: dict[str, Any], tmp_path: Path) -> None:
    with site_at(tmp_path, NOON) as site:
        response = PROVOKED[case["provoke"]](site)
        assert response.status_code == case["status"]
        assert response.headers.get("Retry-After") == case["headers"].get("retry-after")
        assert response.headers["Content-Type"] == case["headers"]["content-type"]
        if response.is_json:
            assert _alike(response.json, json.loads(case["body"]))
        else:
            assert response.text == case["body"]


def _alike(given: Any, golden: Any) -> bool:
    """The same fields, of the same kinds; a refusal names the same fields, an id is any text."""
    if isinstance(golden, dict):
        return isinstance(given, dict) and all(
            name in given and _alike(given[name], inner) for name, inner in golden.items()
        )
    return isinstance(given, list) if isinstance(golden, list) else type(given) is type(golden)


def test_every_answer_that_can_be_provoked_is() -> None:
    assert {case["provoke"] for case in ANSWERS if case["provoke"]} == set(PROVOKED)


def test_the_verdicts_are_those_of_the_documentation() -> None:
    for case in ANSWERS:
        status = case["status"]
        retried = status in {401, 408, 425, 429} or 500 <= status < 600
        parked = 400 <= status < 500 and not retried and (status == 413 or _is_refusal(case["body"]))
        assert (case["verdict"] == "park") == parked, case["name"]
        assert not (retried and case["verdict"] != "retry"), case["name"]
        assert case["verdict"] != "sent" or status == 202


def test_the_bridges_own_refusals_are_told_from_those_in_between() -> None:
    for case in ANSWERS:
        if case["provoke"] and 400 <= case["status"] < 500:
            assert _is_refusal(case["body"]), case["name"]


def _is_refusal(body: str) -> bool:
    """Whether the bridge says no: JSON with `error` or `errors`."""
    try:
        content = json.loads(body)
    except ValueError:
        return False
    return isinstance(content, dict) and ("error" in content or "errors" in content)
