"""A webhook is posted to a real server: what it answers, and what is wrong when it does not."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_network

import pytest

from connectors.contract import Answer, Deferred, Posted, Receipt, Refused
from connectors.web import Guard, Limits, Posting, ask, post_webhook
from connectors.web.webhook import retry_after
from tests.connectors.web.certificates import Authority
from tests.endpoint import Endpoint, status

LOOPBACK = [ip_network("127.0.0.0/8")]
NOON = datetime(2026, 3, 12, 12, tzinfo=UTC)
SECONDS = 0.3
"""So little patience have tests of whoever takes long."""


def posted(
    url: str, guard: Guard | None = None, trust: ssl.SSLContext | None = None, seconds: float = 15.0
) -> Posted:
    """What comes of it."""
    posting = Posting(url, {"webhook-id": "msg_1"}, b'{"type":"lead.created"}')
    return post_webhook(guard or Guard(LOOPBACK), posting, lambda: NOON, Limits(seconds), trust)


def reason(answer: Answer) -> str:
    """Why it was not taken."""
    assert isinstance(answer, Deferred | Refused)
    return answer.reason


def test_what_is_posted_arrives_as_it_was_written() -> None:
    with Endpoint() as endpoint:
        assert posted(f"{endpoint.url}/hooks/leads?tenant=7").answer == Receipt("HTTP 200")
    [request] = endpoint.received
    assert request.path == "/hooks/leads?tenant=7"
    assert request.body == b'{"type":"lead.created"}'
    assert request.headers["webhook-id"] == "msg_1"
    assert request.headers["host"] == f"127.0.0.1:{endpoint.port}"
    assert not {"cookie", "authorization"} & set(request.headers)


@pytest.mark.parametrize("code", [200, 201, 202, 204])
def test_two_hundred_and_what_follows_is_taken(code: int) -> None:
    with Endpoint(status(code)) as endpoint:
        result = posted(endpoint.url)
    assert (result.answer, result.status) == (Receipt(f"HTTP {code}"), code)
    assert result.milliseconds is not None


@pytest.mark.parametrize("code", [302, 400, 401, 403, 404, 408, 409, 429, 500, 502, 503, 504])
def test_anything_else_is_tried_again(code: int) -> None:
    with Endpoint(status(code)) as endpoint:
        result = posted(endpoint.url)
    assert isinstance(result.answer, Deferred)
    assert result.status == code
    assert result.answer.reason.startswith(f"127.0.0.1 answered {code}")


def test_who_is_gone_wants_no_more() -> None:
    with Endpoint(status(410)) as endpoint:
        assert posted(endpoint.url).answer == Refused("127.0.0.1 answered 410: it wants no more")


@pytest.mark.parametrize("code", [429, 503])
def test_the_pause_that_is_asked_for_is_passed_on(code: int) -> None:
    with Endpoint(status(code, Retry_After="120")) as endpoint:
        answer = posted(endpoint.url).answer
    assert answer == Deferred(f"127.0.0.1 answered {code}", timedelta(seconds=120))


@pytest.mark.parametrize(
    ("text", "pause"),
    [
        ("0", timedelta(0)),
        (" 90 ", timedelta(seconds=90)),
        ("99999999999999999999", timedelta(seconds=10**8)),
        ("Thu, 12 Mar 2026 13:00:00 GMT", timedelta(hours=1)),
        ("Thu, 12 Mar 2026 13:00:00", timedelta(hours=1)),
        ("Thu, 12 Mar 2026 11:00:00 GMT", timedelta(0)),
        ("Thu, 12 Mar 99999999999 13:00:00 GMT", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("", None),
        ("٣", None),
        (None, None),
    ],
)
def test_pauses_are_seconds_or_a_date(text: str | None, pause: timedelta | None) -> None:
    assert retry_after(text, NOON) == pause


# Servers that take their time


def drips(handler: BaseHTTPRequestHandler) -> None:
    """Always a byte more, never an answer."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
    for _ in range(200):
        handler.wfile.write(b"x")
        handler.wfile.flush()
        time.sleep(0.02)


def pours(handler: BaseHTTPRequestHandler) -> None:
    """An answer without end."""
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b"x" * 65_536)


def is_silent(handler: BaseHTTPRequestHandler) -> None:
    """Nothing, for long."""
    time.sleep(2)


@pytest.mark.parametrize("answer", [drips, is_silent])
def test_nobody_waits_longer_than_the_deadline(answer: object) -> None:
    with Endpoint(answer) as endpoint:  # type: ignore[arg-type]
        started = time.monotonic()
        result = posted(endpoint.url, seconds=SECONDS)
        took = time.monotonic() - started
    assert result.answer == Deferred(f"127.0.0.1 did not answer within {SECONDS} seconds")
    assert SECONDS <= took < SECONDS + 0.5


def test_a_huge_answer_is_not_read() -> None:
    with Endpoint(pours) as endpoint:
        started = time.monotonic()
        assert posted(endpoint.url).answer == Receipt("HTTP 200")
        assert time.monotonic() - started < 15


def test_of_a_huge_answer_so_much_is_read_as_was_asked_for() -> None:
    with Endpoint(pours) as endpoint:
        reply = ask(Guard(LOOPBACK), "GET", endpoint.url, headers={}, limits=Limits(2, size=100_000))
    assert reply.body == b"x" * 100_000
    assert reply.address == "127.0.0.1"


def test_a_name_server_that_is_silent_is_not_waited_for() -> None:
    answered = threading.Event()

    def never(host: str, port: int) -> list[str]:
        answered.wait(5)
        return []

    started = time.monotonic()
    result = posted("http://crm.example.com/", Guard(resolve=never), seconds=SECONDS)
    answered.set()
    assert "crm.example.com was not found within" in reason(result.answer)
    assert time.monotonic() - started < SECONDS + 0.5


def test_a_connection_that_nobody_takes_is_named() -> None:
    with Endpoint() as endpoint:
        pass
    assert reason(posted(endpoint.url).answer) == "127.0.0.1 could not be connected to: connection refused"


def test_a_server_that_hangs_up_is_named() -> None:
    with Endpoint(lambda handler: handler.connection.close()) as endpoint:
        assert reason(posted(endpoint.url).answer) == "127.0.0.1 broke off without an answer"


@pytest.mark.parametrize(
    "line", [b"garbage\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"\x16\x03\x01", b"SSH-2.0-x\r\n"]
)
def test_what_is_no_http_is_no_answer(line: bytes) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(line)

    with Endpoint(answer) as endpoint:
        assert reason(posted(endpoint.url).answer) == "127.0.0.1 broke off without an answer"


def test_a_path_is_a_secret_and_said_nowhere() -> None:
    with Endpoint(status(500), status(410)) as endpoint:
        for _ in range(2):
            assert "s3cret" not in reason(posted(f"{endpoint.url}/s3cret?key=s3cret").answer)
    assert "s3cret" not in reason(posted(f"{endpoint.url}/s3cret").answer)
    assert "s3cret" not in reason(posted("http://anna:s3cret@127.0.0.1/").answer)


# TLS


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    """Signs the certificates of this module."""
    yield Authority(tmp_path_factory.mktemp("tls"))


def over_tls(authority: Authority, server: ssl.SSLContext, trust: ssl.SSLContext | None) -> Posted:
    """A webhook to crm.example.com, which is a server with that certificate."""
    guard = Guard(LOOPBACK, lambda host, port: ["127.0.0.1"])
    with Endpoint(tls=server) as endpoint:
        return posted(f"https://crm.example.com:{endpoint.port}/", guard, trust)


def test_the_certificate_is_for_the_name_though_the_connection_is_to_the_address(
    authority: Authority,
) -> None:
    server = authority.server("crm.example.com")
    asked: list[str | None] = []
    server.sni_callback = lambda _socket, name, _context: asked.append(name)
    assert over_tls(authority, server, authority.trust).answer == Receipt("HTTP 200")
    assert asked == ["crm.example.com"]


def test_a_certificate_for_another_name_is_named(authority: Authority) -> None:
    words = reason(over_tls(authority, authority.server("www.example.com"), authority.trust).answer)
    assert words.startswith("the certificate of crm.example.com is not to be trusted: ")
    assert "match" in words.lower()


def test_a_certificate_that_has_expired_is_named(authority: Authority) -> None:
    server = authority.server("crm.example.com", days_left=-1)
    words = reason(over_tls(authority, server, authority.trust).answer)
    assert words == "the certificate of crm.example.com is not to be trusted: certificate has expired"


def test_a_certificate_of_an_unknown_authority_is_named(authority: Authority) -> None:
    words = reason(over_tls(authority, authority.server("crm.example.com"), None).answer)
    assert words.startswith("the certificate of crm.example.com is not to be trusted: ")
    assert "issuer" in words


def test_a_server_without_tls_is_named() -> None:
    with Endpoint() as endpoint:
        words = reason(posted(endpoint.url.replace("http:", "https:")).answer)
    assert words.startswith("127.0.0.1 speaks no TLS that we understand")


def test_a_handshake_that_never_ends_is_cut() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes the connection up, and reads nothing
        started = time.monotonic()
        result = posted(f"https://127.0.0.1:{silent.getsockname()[1]}/", seconds=SECONDS)
    assert result.answer == Deferred(f"127.0.0.1 did not answer within {SECONDS} seconds")
    assert time.monotonic() - started < SECONDS + 0.5
