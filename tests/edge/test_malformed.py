"""Whatever is thrown at the edge: never a 500, and never a record that ingest could not read."""

import json
import random
import socket
import string
import time
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge.clock import utc_now
from bridge.intake.reading import parse_record
from tests.edge.conftest import Open
from tests.edge.signed import ANNA, PATH, headers, send
from tests.edge.site import Site
from tests.web_server import answering

QUIET = settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
shaped = st.fixed_dictionaries(
    {},
    optional={
        "form": st.sampled_from(["globe-next-download", "rueckruf"]) | anything,
        "submitted_at": st.datetimes().map(str) | anything,
        "fields": st.dictionaries(
            st.sampled_from(["email", "company", "phone"]) | st.text(max_size=9), anything
        )
        | anything,
        "consents": st.dictionaries(
            st.sampled_from(["email", "phone"]),
            st.fixed_dictionaries({}, optional={"given": anything, "text": anything}) | anything,
        )
        | anything,
        "context": st.dictionaries(
            st.sampled_from(["page_url", "utm", "ip", "language", "visitor", "user_agent"]), anything
        )
        | anything,
    },
)


HEADERS = [
    "WEBHOOK_ID",
    "WEBHOOK_TIMESTAMP",
    "WEBHOOK_SIGNATURE",
    "ACCEPT",
    "ACCEPT_LANGUAGE",
    "HOST",
    "USER_AGENT",
    "REFERER",
    "X_FORWARDED_FOR",
    "SEC_PURPOSE",
    "COOKIE",
    "IF_NONE_MATCH",
]


def every_record_can_be_read(site: Site, newest: int = 0) -> bool:
    records = site.journalled()[-newest:]
    for record in records:
        parse_record(UUID(int=1), record.pop("kind_of_record"), utc_now(), json.dumps(record))
    return bool(records)


@QUIET
@given(content=anything | shaped, key=st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1))
def test_any_signed_json_gets_a_clear_answer(edge: Site, content: Any, key: str) -> None:
    response = send(edge, content, key=key)
    assert response.status_code in {202, 404, 422}
    assert response.mimetype == "application/json"


@QUIET
@given(
    fields=st.dictionaries(st.text(max_size=20), st.text(max_size=400) | anything, max_size=8),
    context=st.dictionaries(st.sampled_from(["page_url", "language", "visitor"]), st.text(max_size=40)),
)
def test_what_is_accepted_can_be_read_again(edge: Site, fields: Any, context: Any) -> None:
    content = ANNA | {"fields": fields | ANNA["fields"], "context": context}
    if send(edge, content).status_code == 202:
        assert every_record_can_be_read(edge, newest=1)


@QUIET
@given(body=st.binary(max_size=300), kind=st.sampled_from(["application/json", "text/html", "", "é"]))
def test_any_bytes_get_a_clear_answer(edge: Site, body: bytes, kind: str) -> None:
    sent = edge.post(PATH, body, headers=headers(body), environ_overrides={"CONTENT_TYPE": kind})
    assert sent.status_code in {415, 422}


def test_mutations_of_a_good_request_get_a_clear_answer(edge: Site) -> None:
    chance = random.Random(7)
    good = json.dumps(ANNA | {"consents": {"email": {"given": True, "text": "Ja"}}}).encode()
    for number in range(400):
        body = bytearray(good)
        for _ in range(chance.randint(1, 4)):
            body[chance.randrange(len(body))] = chance.choice(b'{}[]",:\\\x00\xff0a')
        response = send(edge, bytes(body), key=str(number))
        assert response.status_code in {202, 404, 422}, bytes(body)
    assert every_record_can_be_read(edge)


def test_any_headers_get_a_clear_answer(edge: Site) -> None:
    chance = random.Random(8)
    body = json.dumps(ANNA).encode()
    letters = string.printable.strip() + "äß\x80\xff"
    for _ in range(150):
        environ = {
            f"HTTP_{name}": "".join(chance.choices(letters, k=chance.randint(0, 60)))
            for name in chance.sample(
                HEADERS,
                k=4,
            )
        }
        signed = {k: v for k, v in headers(body).items() if chance.random() < 0.8}
        for path in (PATH, "/forms/kontakt", "/nothing"):
            response = edge.post(
                path, body, content_type="application/json", headers=signed, environ_overrides=environ
            )
            assert response.status_code < 500, environ


def test_any_fields_of_a_browser_get_a_clear_answer(edge: Site) -> None:
    chance = random.Random(9)
    names = ["email", "company", "phone", "_stamp", "_once", "_language", "website", "consent_email"]
    names += ["utm_source", "page_url", "\x00", "x" * 99]
    values = ["anna@beispiel.example", "B", "", "\x00", "\ud7ff", "0" * 400, "on", "de", "a,b", "💥" * 9]
    started = time.monotonic()
    for _ in range(300):
        data = [(chance.choice(names), chance.choice(values)) for _ in range(chance.randint(0, 12))]
        response = edge.post(
            "/forms/globe-next-download",
            {name: [value for other, value in data if other == name] for name, _ in data},
            content_type=chance.choice(["multipart/form-data", "application/x-www-form-urlencoded"]),
        )
        assert response.status_code in {303, 422}
    assert time.monotonic() - started < 30
    assert every_record_can_be_read(edge)


@pytest.mark.parametrize("path", ["/console/sign-in", "/no-such-page"])
def test_who_is_refused_and_sends_nothing_more_is_answered_all_the_same(open_one: Open, path: str) -> None:
    site = open_one(PUBLIC_URL="http://127.0.0.1")
    asked = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: https://evil.example\r\nContent-Length: 999\r\n\r\n"
    with answering(site.client.application) as port, socket.create_connection(("127.0.0.1", port), 5) as line:
        line.sendall(asked.encode())
        assert line.recv(12) in {b"HTTP/1.1 403", b"HTTP/1.1 404", b"HTTP/1.0 403", b"HTTP/1.0 404"}
