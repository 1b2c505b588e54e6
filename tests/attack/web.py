"""One web process as an operator runs it, and raw requests to it."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Event

from bridge.up.ports import free_port
from tests.commands import inherited
from tests.edge.site import environment

PATIENCE = 30.0


@dataclass
class Web:
    """`leadbridge web`. One connection is kept for all requests, as long as the server keeps it."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path
    _connection: HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self._connection = HTTPConnection("127.0.0.1", self.port, timeout=10)

    def ask(
        self, method: str, target: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> tuple[int, Mapping[str, str], bytes]:
        """One request. target: already as it stands on the wire. Returns status, headers, body.

        A server may close a connection whose last request had a body that nobody read: then a new one is made.
        """
        try:
            return self._ask(method, target, body, headers or {})
        except (ConnectionError, HTTPException):
            self._connection.close()
            return self._ask(method, target, body, headers or {})

    def _ask(
        self, method: str, target: str, body: bytes, headers: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str], bytes]:
        self._connection.request(method, target, body or None, dict(headers))
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.will_close:
            self._connection.close()
        return answer.status, dict(answer.getheaders()), content

    def memory(self) -> int:
        """Bytes of memory that its processes hold, shared pages once for each."""
        return sum(_resident(pid) for pid in (self.process.pid, *_children(self.process.pid)))

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()

    def _is_up(self) -> bool:
        try:
            return self.ask("GET", "/healthz")[0] == 200
        except OSError:
            self._connection.close()
            return False


def _resident(pid: int) -> int:
    words = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()
    return int(words[1]) * os.sysconf("SC_PAGE_SIZE")


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    found = [int(word) for word in listed.read_text(encoding="ascii").split()] if listed.exists() else []
    return [*found, *(grandchild for child in found for grandchild in _children(child))]


@contextmanager
def serving(folder: Path, **settings: str) -> Iterator[Web]:
    """A web process, until the block ends. Its database and queue are away, unless the settings name some."""
    port = free_port()
    log = folder / "web.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "bridge.cli", "web"],
            env=inherited() | environment(folder, BIND=f"127.0.0.1:{port}", **settings),
            stdout=out,
            stderr=out,
        )
    web = Web(port, process, log)
    try:
        pause = Event()
        assert any(web._is_up() or pause.wait(0.05) for _ in range(int(PATIENCE / 0.05))), log.read_text()
        yield web
    finally:
        web.close()
        process.terminate()
        process.wait(PATIENCE)
