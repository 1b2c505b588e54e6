"""A file is fetched from a real server: whole or not at all, again only when it changed, and never from inside."""

import time
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_network

import pytest

from connectors.web import Forbidden, Guard, Limits, Marks, NotPublic, Unreachable, fetch_file
from connectors.web.files import FetchedFile
from tests.endpoint import Answer, Endpoint, status

LOOPBACK = [ip_network("127.0.0.0/8")]
CONTENT = b"%PDF-1.7 " + bytes(range(256)) * 100


def fetched(endpoint: Endpoint, marks: Marks | None = None, **limits: float) -> FetchedFile | None:
    """What comes of it."""
    known = {"seconds": 5.0, "size": 1_000_000} | limits
    within = Limits(known["seconds"], int(known["size"]))
    return fetch_file(Guard(LOOPBACK), f"{endpoint.url}/a.pdf", marks or Marks(), within)


def moved(where: str, code: int = 302) -> Answer:
    """Sends on."""
    return status(code, Location=where)


def test_a_file_comes_whole_and_with_its_marks() -> None:
    with Endpoint(
        status(200, CONTENT, ETag='"7"', Last_Modified="Thu, 12 Mar 2026 12:00:00 GMT")
    ) as endpoint:
        found = fetched(endpoint)
    assert found == FetchedFile(CONTENT, Marks('"7"', "Thu, 12 Mar 2026 12:00:00 GMT"))
    assert "if-none-match" not in endpoint.received[0].headers
    assert endpoint.received[0].headers["accept-encoding"] == "identity"


def test_a_file_that_is_as_before_is_not_sent_again() -> None:
    marks = Marks('"7"', "Thu, 12 Mar 2026 12:00:00 GMT")
    with Endpoint(status(304)) as endpoint:
        assert fetched(endpoint, marks) is None
    headers = endpoint.received[0].headers
    assert (headers["if-none-match"], headers["if-modified-since"]) == (marks.etag, marks.last_modified)


def test_nothing_is_as_before_for_whoever_has_nothing() -> None:
    with Endpoint(status(304)) as endpoint, pytest.raises(Unreachable, match="answered 304"):
        fetched(endpoint)


@pytest.mark.parametrize("code", [204, 206, 403, 404, 410, 500, 503])
def test_no_other_answer_is_a_file(code: int) -> None:
    with Endpoint(status(code)) as endpoint, pytest.raises(Unreachable, match=f"answered {code}"):
        fetched(endpoint)


def test_what_is_too_large_is_not_taken() -> None:
    with Endpoint(status(200, CONTENT)) as endpoint:
        with pytest.raises(Unreachable, match=r"sends more than 0\.01 MB"):
            fetched(endpoint, size=10_000)
        assert fetched(endpoint, size=len(CONTENT)) is not None


def test_half_a_file_is_none() -> None:
    with (
        Endpoint(status(200, CONTENT[:100], Content_Length="5000")) as endpoint,
        pytest.raises(Unreachable, match="broke off"),
    ):
        fetched(endpoint)


def test_who_drips_is_not_waited_for() -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(100):
            handler.wfile.write(b"x")
            handler.wfile.flush()
            time.sleep(0.05)

    started = time.monotonic()
    with Endpoint(drip) as endpoint, pytest.raises(Unreachable):
        fetched(endpoint, seconds=0.3)
    assert time.monotonic() - started < 4.5, "it drips for five seconds"


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_it_is_followed_to_where_it_lies_now(code: int) -> None:
    with Endpoint(moved("/elsewhere.pdf", code), status(200, CONTENT)) as endpoint:
        found = fetched(endpoint)
    assert found is not None
    assert [one.path for one in endpoint.received] == ["/a.pdf", "/elsewhere.pdf"]


def test_who_sends_in_circles_is_followed_six_times() -> None:
    with Endpoint(moved("/a.pdf")) as endpoint, pytest.raises(Unreachable, match="more than 5 times"):
        fetched(endpoint)
    assert len(endpoint.received) == 6


@pytest.mark.parametrize("where", ["http://10.0.0.7/a.pdf", "http://169.254.169.254/latest", "http://[::1]/"])
def test_a_redirect_leads_to_no_inner_address(where: str) -> None:
    with Endpoint(moved(where)) as endpoint, pytest.raises(NotPublic):
        fetched(endpoint)


@pytest.mark.parametrize(
    "where", ["file:///etc/passwd", "ftp://example.com/a.pdf", "http://a:b@example.com/"]
)
def test_a_redirect_leads_to_the_web_only(where: str) -> None:
    with Endpoint(moved(where)) as endpoint, pytest.raises(Forbidden):
        fetched(endpoint)


def test_a_redirect_to_nowhere_is_none() -> None:
    with Endpoint(status(302)) as endpoint, pytest.raises(Unreachable, match="redirects to nowhere"):
        fetched(endpoint)


def test_nobody_inside_is_asked() -> None:
    with Endpoint(status(200, CONTENT)) as endpoint:
        with pytest.raises(NotPublic):
            fetch_file(Guard(), f"{endpoint.url}/a.pdf", Marks())
        assert endpoint.connections == 0
