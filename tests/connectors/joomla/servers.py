"""What stands at the other end: the real bridge as a process of its own, and servers that behave badly."""

import contextlib
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.commands import inherited
from tests.edge.site import environment

READY_WITHIN = 40.0
STOPS_WITHIN = 20.0

Answer = Callable[[socket.socket, threading.Event], None]


@contextmanager
def running_bridge(folder: Path, port: int) -> Iterator[None]:
    """`leadbridge web --only edge` with neither database nor queue: all that accepting leads needs."""
    with (folder / "web.log").open("w+") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "bridge.cli", "web", "--only", "edge"],
            env=inherited() | environment(folder, BIND=f"127.0.0.1:{port}"),
            stdout=log,
            stderr=log,
        )
        try:
            _wait_until_ready(process, port, folder / "web.log")
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(STOPS_WITHIN)


def _wait_until_ready(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    until = time.monotonic() + READY_WITHIN
    while True:
        with (
            contextlib.suppress(OSError),
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1),
        ):
            return
        assert process.poll() is None, log.read_text(encoding="utf-8")
        assert time.monotonic() < until, log.read_text(encoding="utf-8")
        time.sleep(0.1)


@contextmanager
def bad_server(answer: Answer) -> Iterator[str]:
    """The address of a server that treats each connection like this, until the block ends."""
    stop = threading.Event()
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)
        listening.settimeout(0.1)
        thread = threading.Thread(target=_serve, args=(listening, answer, stop))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            stop.set()
            thread.join(STOPS_WITHIN)


def _serve(listening: socket.socket, answer: Answer, stop: threading.Event) -> None:
    threads = []
    while not stop.is_set():
        with contextlib.suppress(TimeoutError):
            connection, _ = listening.accept()
            connection.settimeout(5)
            threads.append(threading.Thread(target=_treat, args=(connection, answer, stop)))
            threads[-1].start()
    for thread in threads:
        thread.join(STOPS_WITHIN)


def _treat(connection: socket.socket, answer: Answer, stop: threading.Event) -> None:
    with connection, contextlib.suppress(OSError):
        answer(connection, stop)


def _request(connection: socket.socket) -> bytes:
    """A whole request with its body."""
    read = b""
    while b"\r\n\r\n" not in read:
        read += connection.recv(65536)
    head, _, body = read.partition(b"\r\n\r\n")
    length = int(re.findall(rb"content-length: (\d+)", head.lower())[0])
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def says(status: str, body: str = "", after: float = 0.0) -> Answer:
    """Reads a request and answers it, after so many seconds."""

    def answer(connection: socket.socket, stop: threading.Event) -> None:
        _request(connection)
        stop.wait(after)
        head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body.encode())}\r\nConnection: close\r\n\r\n"
        connection.sendall((head + body).encode())
        connection.shutdown(socket.SHUT_WR)
        connection.recv(65536)

    return answer


def swallowing(port: int) -> Answer:
    """Passes a request on to a server on loopback and keeps its answer."""

    def answer(connection: socket.socket, stop: threading.Event) -> None:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as behind:
            behind.sendall(_request(connection))
            behind.recv(65536)
            stop.wait(5)

    return answer


def garbage(connection: socket.socket, stop: threading.Event) -> None:
    """Answers with something that is no HTTP."""
    _request(connection)
    connection.sendall(bytes(range(256)) * 40)


def dripping(connection: socket.socket, stop: threading.Event) -> None:
    """Answers properly, one byte every 50 ms."""
    _request(connection)
    for byte in b'HTTP/1.1 202 Accepted\r\nContent-Length: 900\r\n\r\n{"id": "' + b"x" * 900:
        if stop.wait(0.05):
            return
        connection.sendall(bytes([byte]))


def hanging_up(connection: socket.socket, stop: threading.Event) -> None:
    """Reads a little and hangs up."""
    connection.recv(10)
