"""Signed submissions from a website's server: every answer that senders rely on."""

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from tests.conftest import Servers
from tests.edge.conftest import Open
from tests.edge.signed import ANNA, PATH, headers, send, signature
from tests.edge.site import SECRET, Site
from tests.house import Clock
from tests.make import NOON

OTHER_SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
BODY = json.dumps(ANNA).encode()


def test_a_signed_submission_is_accepted_and_written_down(edge: Site) -> None:
    content = ANNA | {
        "consents": {"email": {"given": True, "text": "Ja, senden Sie mir …"}},
        "context": {
            "page_url": "https://www.example.com/sepa",
            "utm": {"source": "google", "medium": None},
            "ip": "203.0.113.7",
            "language": "de-DE",
            "visitor": None,
        },
    }
    response = send(edge, content, key="msg_1")
    record = edge.only_record()
    assert response.status_code == 202
    assert response.json == {"id": record["id"]}
    assert record["source"] == "api"
    assert record["key"] == "msg_1"
    assert record["fields"] == ANNA["fields"]
    assert record["consents"] == {"email": {"given": True, "text": "Ja, senden Sie mir …"}}
    assert record["context"] == {
        "page_url": "https://www.example.com/sepa",
        "utm": {"source": "google"},
        "ip": "203.0.113.7",
        "language": "de-DE",
    }


def test_the_same_webhook_id_has_the_same_id(edge: Site) -> None:
    first = send(edge, key="a").json
    assert send(edge, key="a").json == first
    assert send(edge, key="b").json != first


# Signatures


def refused(site: Site, given: dict[str, str], body: bytes = BODY) -> bool:
    response = site.post(PATH, body, content_type="application/json", headers=given)
    assert response.status_code in {202, 401}
    return response.status_code == 401


@pytest.mark.parametrize("missing", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_missing_header_is_refused(edge: Site, missing: str) -> None:
    given = headers(BODY)
    assert refused(edge, {name: value for name, value in given.items() if name != missing})
    assert refused(edge, given | {missing: ""})
    assert edge.journalled() == []


@pytest.mark.parametrize(
    "changed",
    [
        {"webhook-signature": "v1,AAAA"},
        {"webhook-signature": "v1," + "A" * 43 + "="},
        {"webhook-signature": "v2," + headers(BODY)["webhook-signature"][3:]},
        {"webhook-signature": "nonsense"},
        {"webhook-signature": "v1,ü v1,% ,"},
        {"webhook-id": "two"},
        {"webhook-timestamp": "soon"},
        {"webhook-timestamp": "nan"},
        {"webhook-timestamp": "1e400"},
        {"webhook-timestamp": "-1"},
    ],
)
def test_a_wrong_signature_is_refused(edge: Site, changed: dict[str, str]) -> None:
    assert refused(edge, headers(BODY) | changed)
    response = edge.post(PATH, BODY, content_type="application/json")
    assert response.json == {"error": "the signature is missing, wrong or too old", "status": 401}


def test_a_changed_body_or_another_secret_is_refused(edge: Site) -> None:
    assert refused(edge, headers(BODY), BODY.replace(b"anna", b"hugo"))
    assert refused(edge, headers(BODY, secret=OTHER_SECRET))


@pytest.mark.parametrize(("skew", "is_refused"), [(299, False), (-299, False), (301, True), (-301, True)])
def test_clocks_may_differ_by_five_minutes(edge: Site, skew: int, is_refused: bool) -> None:
    with time_machine.travel(NOON, tick=False):
        assert refused(edge, headers(BODY, at=time.time() + skew)) is is_refused


def test_one_good_signature_among_several_is_enough(edge: Site) -> None:
    good = headers(BODY)
    wrong = signature(BODY, "one", time.time(), OTHER_SECRET)
    for others in (wrong, "v1,AA", "v1a,ed25519", "nonsense", "v1,a,b", ""):
        assert not refused(edge, good | {"webhook-signature": f"{others}  {good['webhook-signature']}"})
        assert not refused(edge, good | {"webhook-signature": f"{good['webhook-signature']} {others}"})


def test_secrets_are_rotated_without_a_refused_request(open_one: Open) -> None:
    for known, old, new in (
        (SECRET, True, False),
        (f"{OTHER_SECRET},{SECRET}", True, True),
        (OTHER_SECRET, False, True),
    ):
        site = open_one(INTAKE_SECRETS=known)
        assert refused(site, headers(BODY)) is not old
        assert refused(site, headers(BODY, secret=OTHER_SECRET)) is not new


def test_names_of_headers_are_written_as_one_likes(edge: Site) -> None:
    assert not refused(edge, {name.title(): value for name, value in headers(BODY).items()})


# Contents


def test_an_unknown_form_is_not_found(edge: Site) -> None:
    response = send(edge, ANNA | {"form": "nothing\ud800"})
    assert response.status_code == 404
    assert response.json == {"error": "not found", "status": 404}


def test_a_body_over_64_kib_is_too_large(edge: Site) -> None:
    empty = len(json.dumps(ANNA | {"filler": ""}))
    fits = ANNA | {"filler": "x" * (64 * 1024 - empty)}
    assert send(edge, fits).status_code == 202
    response = send(edge, fits | {"filler": fits["filler"] + "x"})
    assert response.status_code == 413
    assert response.json == {"error": "too large", "status": 413}


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "", "json"])
def test_another_content_type_is_refused(edge: Site, content_type: str) -> None:
    response = edge.post(PATH, BODY, content_type=content_type, headers=headers(BODY))
    assert response.status_code == 415
    assert response.json == {"error": "unsupported content type", "status": 415}


def test_json_with_a_charset_is_json(edge: Site) -> None:
    response = edge.post(PATH, BODY, content_type="application/json; charset=utf-8", headers=headers(BODY))
    assert response.status_code == 202


def test_a_wrong_method_is_named_in_json(edge: Site) -> None:
    response = edge.get(PATH)
    assert response.status_code == 405
    assert response.headers["Allow"].replace("OPTIONS", "").strip(", ") == "POST"
    assert response.json == {"error": "method not allowed", "status": 405}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b"1",
        b"NaN",
        b"\xff\xfe{\x00}\x00",
        BODY.replace(b"anna", b"\xc3nna"),
        json.dumps(ANNA).encode("utf-16"),
        b"\xef\xbb\xbf" + BODY,
        b"[" * 30_000,
        b'{"form":' * 5000,
        b'{"form": "globe-next-download", "fields": {"email": ' + b"9" * 5000 + b"}}",
    ],
)
def test_a_malformed_body_is_unprocessable(edge: Site, body: bytes) -> None:
    response = send(edge, body)
    assert response.status_code == 422
    assert response.json is not None
    assert list(response.json["errors"]["fields"]) == ["body"] or b"9999" in body
    assert edge.journalled() == []


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"form": None}, "form"),
        ({"form": 7}, "form"),
        ({"form": ""}, "form"),
        ({"form": "x" * 101}, "form"),
        ({"fields": None}, "fields"),
        ({"fields": ["email"]}, "fields"),
        ({"fields": "email=anna"}, "fields"),
        ({"submitted_at": "yesterday"}, "submitted_at"),
        ({"submitted_at": 1_700_000_000}, "submitted_at"),
        ({"submitted_at": []}, "submitted_at"),
        ({"consents": []}, "consents"),
        ({"consents": {"email": True}}, "consents.email"),
        ({"consents": {"email": {"given": True}}}, "consents.email.text"),
        ({"consents": {"email": {"given": [], "text": "Ja"}}}, "consents.email.given"),
        ({"consents": {"email": {"given": True, "text": "x" * 5001}}}, "consents.email.text"),
        ({"consents": {"marriage": {"given": True, "text": "Ja"}}}, "consents.marriage"),
        ({"context": "x"}, "context"),
        ({"context": {"ip": "localhost"}}, "context.ip"),
        ({"context": {"ip": {}}}, "context.ip"),
        ({"context": {"page_url": 1}}, "context.page_url"),
        ({"context": {"utm": ["google"]}}, "context.utm"),
        ({"context": {"utm": {"source": 1}}}, "context.utm.source"),
        ({"context": {"user_agent": "x" * 1001}}, "context.user_agent"),
    ],
)
def test_a_wrong_type_is_named_by_its_place(edge: Site, changed: dict[str, Any], field: str) -> None:
    response = send(edge, ANNA | changed)
    assert response.status_code == 422
    assert response.json is not None
    named = list(response.json["errors"]["fields"])
    assert len(named) == 1
    assert named[0].startswith(field)
    assert edge.journalled() == []


def test_wrong_fields_have_messages_in_the_language_of_the_visitor(edge: Site) -> None:
    fields = {"email": "anna", "phone": "x"}
    english = send(edge, ANNA | {"fields": fields, "context": {"language": "en-GB"}})
    assert english.status_code == 422
    assert english.json == {
        "errors": {
            "fields": {
                "email": ["Please enter a valid e-mail address."],
                "company": ["This field is required."],
                "phone": ["Please enter a valid telephone number."],
            }
        }
    }
    german = send(edge, ANNA | {"fields": fields})
    assert german.json is not None
    assert german.json["errors"]["fields"]["company"] == ["Bitte füllen Sie dieses Feld aus."]


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (12, "12"),
        (True, "1"),
        (["SEPA", "ERP"], "SEPA, ERP"),
        ({"a": 1}, '{"a": 1}'),
        ("A\ud800\x00B", "AB"),
        (None, None),
        (False, None),
        ("", None),
    ],
)
def test_values_become_text(edge: Site, value: Any, kept: str | None) -> None:
    assert send(edge, ANNA | {"fields": ANNA["fields"] | {"quantity": value}}).status_code == 202
    assert edge.only_record()["fields"].get("quantity") == kept


@pytest.mark.parametrize("depth", [300, 450, 600, 900, 960])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_an_answer_nested_deeply_is_no_trouble(edge: Site, depth: int, opening: str, closing: str) -> None:
    nested = opening * depth + "1" + closing * depth
    body = json.dumps(ANNA | {"fields": ANNA["fields"] | {"x": "@"}}).replace('"@"', nested)
    assert send(edge, body.encode()).status_code in {202, 422}


def test_broken_unicode_and_control_characters_are_left_out_everywhere(edge: Site) -> None:
    dirt = "\x00\ud800\x1b"
    content = {
        "form": ANNA["form"],
        "fields": ANNA["fields"] | {f"x{dirt}": f"y{dirt}"},
        "consents": {"email": {"given": True, "text": f"Ja{dirt}"}},
        "context": {"page_url": f"https://a.example/{dirt}", "utm": {f"source{dirt}": f"g{dirt}"}},
    }
    assert send(edge, content, key="dirty\x01").status_code == 202
    record = edge.only_record()
    assert record["fields"]["x"] == "y"
    assert record["consents"]["email"]["text"] == "Ja"
    assert record["context"] == {"page_url": "https://a.example/", "utm": {"source": "g"}}
    assert record["key"] == "dirty"


# When it was sent


@pytest.mark.parametrize(
    ("age", "counts"),
    [
        (timedelta(days=29, hours=23), True),
        (timedelta(days=30, minutes=1), False),
        (timedelta(minutes=-4, seconds=-59), True),
        (timedelta(minutes=-5, seconds=-1), False),
        (timedelta(days=-400), False),
    ],
)
def test_the_senders_time_counts_when_it_is_plausible(open_one: Open, age: timedelta, counts: bool) -> None:
    site = open_one(clock=Clock())
    said = NOON - age
    send(site, ANNA | {"submitted_at": said.isoformat()})
    assert datetime.fromisoformat(site.only_record()["at"]) == (said if counts else NOON)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2026-03-12T11:00:00Z", datetime(2026, 3, 12, 11, tzinfo=UTC)),
        ("2026-03-12T12:00:00+01:00", datetime(2026, 3, 12, 11, tzinfo=UTC)),
        ("2026-03-12T11:00:00", datetime(2026, 3, 12, 11, tzinfo=UTC)),
        ("0001-01-01T00:00:00+23:59", NOON),
        ("9999-12-31T23:59:59-23:59", NOON),
        (None, NOON),
    ],
)
def test_times_are_read_with_their_zone(open_one: Open, said: str | None, meant: datetime) -> None:
    site = open_one(clock=Clock())
    assert send(site, ANNA | {"submitted_at": said}).status_code == 202
    assert datetime.fromisoformat(site.only_record()["at"]) == meant


# When things are away


def test_a_journal_that_cannot_be_written_asks_to_come_back(edge: Site) -> None:
    edge.break_journal()
    response = send(edge)
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert response.json == {"error": "unavailable, please try again", "status": 503}


def test_signed_submissions_are_not_limited_by_network(
    open_one: Open, servers: Servers, redis: object
) -> None:
    site = open_one(REDIS_URL=servers.redis_url, RATE_LIMITS="2/hour")
    assert {send(site, key=str(number)).status_code for number in range(8)} == {202}
    for _ in range(3):
        site.post("/forms/globe-next-download", ANNA["fields"])
    records = site.journalled()
    assert [record.get("suspicion") for record in records] == [None] * 10 + ["too many"]
