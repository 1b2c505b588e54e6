"""A small HTTP client that keeps connections and asks as fast as it is answered (RFC 9112).

It runs as a process of its own: `python -m benchmarks.client PORT FILE SECONDS CONNECTIONS`. It reads requests as
`benchmarks.load` writes them and prints what came of it as JSON.
"""

import json
import selectors
import socket
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path


@dataclass
class Line:
    """A connection with one request under way."""

    socket: socket.socket
    asked: float = 0.0
    got: bytes = b""


@dataclass
class Tally:
    """What was seen so far. latencies: microseconds → how often."""

    answers: int = 0
    refused: int = 0
    broken: int = 0
    latencies: Counter[int] = field(default_factory=Counter)


def wires(listed: Path) -> Iterator[bytes]:
    """The requests as they stand on the wire, over and over."""
    found = []
    for line in listed.read_text(encoding="utf-8").splitlines():
        path, told, body = line.split("\t", 2)
        headers = ["Host:127.0.0.1", *told.split("\x1f")]
        headers += [f"Content-Length:{len(body.encode())}"] if body else []
        begin = f"{'POST' if body else 'GET'} {path} HTTP/1.1"
        found.append("\r\n".join([begin, *headers, "", body]).encode())
    return cycle(found)


def is_whole(got: bytes) -> bool:
    """Whether an answer with Content-Length, or one without a body, has arrived."""
    head, found, body = got.partition(b"\r\n\r\n")
    if not found:
        return False
    _, named, length = head.lower().partition(b"content-length:")
    return not named or len(body) >= int(length.split(b"\r\n", 1)[0])


def drive(port: int, requests: Iterator[bytes], seconds: float, connections: int) -> tuple[Tally, float]:
    """Ask until the time is over; returns what was seen, and the seconds that it took."""
    tally, waiting = Tally(), selectors.DefaultSelector()
    lines = [Line(socket.create_connection(("127.0.0.1", port))) for _ in range(connections)]
    began = time.perf_counter()
    for line in lines:
        line.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        waiting.register(line.socket, selectors.EVENT_READ, line)
        _ask(line, next(requests))
    while time.perf_counter() - began < seconds:
        for key, _ in waiting.select(1.0):
            _hear(key.data, tally, requests, waiting)
    took = time.perf_counter() - began
    for line in lines:
        line.socket.close()
    return tally, took


def _ask(line: Line, wire: bytes) -> None:
    line.got, line.asked = b"", time.perf_counter()
    line.socket.sendall(wire)


def _hear(line: Line, tally: Tally, requests: Iterator[bytes], waiting: selectors.BaseSelector) -> None:
    received = line.socket.recv(65536)
    if not received:
        tally.broken += 1
        waiting.unregister(line.socket)
        return
    line.got += received
    if is_whole(line.got):
        tally.answers += 1
        tally.refused += line.got[9:10] in b"45"
        tally.latencies[round((time.perf_counter() - line.asked) * 1e6)] += 1
        _ask(line, next(requests))


def main() -> None:
    """Drive as the arguments say."""
    port, listed, seconds, connections = sys.argv[1:]
    tally, took = drive(int(port), wires(Path(listed)), float(seconds), int(connections))
    seen = {"answers": tally.answers, "refused": tally.refused, "broken": tally.broken}
    sys.stdout.write(json.dumps(seen | {"micros": took * 1e6, "latencies": list(tally.latencies.items())}))


if __name__ == "__main__":
    main()
