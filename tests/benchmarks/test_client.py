"""Our own load generator, for machines without wrk."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from benchmarks.client import drive, is_whole, wires
from benchmarks.load import A_FORM, Request

CLICK = Request("/t/c/token", headers={"Accept": "text/html, */*;q=0.8"})
FORM = Request("/forms/kontakt", "email=anna%40example.com", A_FORM)


class Server(BaseHTTPRequestHandler):
    """Answers clicks, and refuses what it is posted."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(204)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(422)

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    """Of a server."""
    server = HTTPServer(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def written(folder: Path, *requests: Request) -> Iterator[bytes]:
    """Requests as the client sends them, over and over."""
    (folder / "requests").write_text("".join(one.line for one in requests), encoding="utf-8")
    return wires(folder / "requests")


def test_requests_stand_on_the_wire_as_they_were_listed(tmp_path: Path) -> None:
    sent = written(tmp_path, CLICK, FORM)
    click, form, again = next(sent), next(sent), next(sent)
    assert click == b"GET /t/c/token HTTP/1.1\r\nHost:127.0.0.1\r\nAccept:text/html, */*;q=0.8\r\n\r\n"
    assert form.startswith(b"POST /forms/kontakt HTTP/1.1\r\n")
    assert form.endswith(b"\r\nContent-Length:24\r\n\r\nemail=anna%40example.com")
    assert again == click


@pytest.mark.parametrize(
    ("got", "whole"),
    [
        (b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n", False),
        (b"HTTP/1.1 302 Found\r\ncontent-length: 0\r\n\r\n", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", True),
        (b"HTTP/1.1 204 No Content\r\n\r\n", True),
    ],
)
def test_an_answer_is_whole_when_its_body_is(got: bytes, whole: bool) -> None:
    assert is_whole(got) is whole


def test_answers_and_refusals_are_counted_with_their_latencies(tmp_path: Path, port: int) -> None:
    tally, took = drive(port, written(tmp_path, CLICK, FORM), 0.2, connections=1)
    assert tally.answers == sum(tally.latencies.values()) > 1
    assert tally.refused == tally.answers // 2
    assert tally.broken == 0
    assert took >= 0.2
