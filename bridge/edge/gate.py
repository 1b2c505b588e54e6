"""Keeps threads free for tracked links, whatever else is slow.

Pages and everything with a body have slots of their own. Whoever finds them used up waits for a moment in a line of
their own; who finds the line full, or waits too long, is answered 503. A slow page, a slow database or a client
that sends its form byte by byte delays no redirect.
"""

import logging
import sys
import threading
import weakref
from base64 import b64encode
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Generic, Literal, TypeVar

from bridge.edge.wsgi import Application, Environ, StartResponse

log = logging.getLogger(__name__)

P = TypeVar("P")

ALWAYS = ("/t/o/", "/t/c/", "/healthz")
EDGE = (
    "/t/",
    "/forms/",
    "/api/v1/submissions",
    "/unsubscribe/",
    "/d/",
    "/site.js",
    "/static/",
    "/connectors/",
    "/thanks",
    "/demo/danke",
)
Part = Literal["edge", "pages", "all"]
THREADS: dict[Part, int] = {"edge": 1, "pages": 8, "all": 64}
"""One thread answers twice as many clicks as four, which pass the interpreter's lock to and fro for each."""
UNKNOWN_SERVER = 8
"""Threads that a server of somebody else's has, as far as we know."""
AT_WORK, FOR_LINKS = 4, 8
"""Of many threads: so many pages, and as many other requests, are worked at; so many are kept for tracked links. In
the others people wait for a moment, which costs nothing."""
READERS = 4
"""One of so many threads may give somebody a file piece by piece, however slowly they read."""
PATIENCE = 2.0
"""Seconds: nobody notices the first of them, and whoever sends a form would rather wait than send it again."""
BUSY = b"Busy, please try again in a moment. / Gerade ausgelastet, bitte gleich noch einmal versuchen.\n"
_PLAIN = ("Content-Type", "text/plain; charset=utf-8")
_STYLE = "body { font: 1rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 3rem auto; padding: 0 1rem }"
_ONLY_THAT = b64encode(sha256(_STYLE.encode()).digest()).decode()
_PAGE = f"""\
<!doctype html>
<html lang="de"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>Gerade ausgelastet / Busy</title>
<style>{_STYLE}</style></head>
<body><main><h1>Gerade ausgelastet</h1>
<p>Bitte laden Sie diese Seite in ein paar Sekunden neu. Was Sie eingegeben haben, wird dann noch einmal gesendet.</p>
<div lang="en"><h2>Busy at the moment</h2>
<p>Please reload this page in a few seconds. What you typed will be sent once more.</p></div></main>
</body></html>
""".encode()
_POLICY = ("Content-Security-Policy", f"default-src 'none'; style-src 'sha256-{_ONLY_THAT}'")
_HEADERS = [("Retry-After", "2"), ("Cache-Control", "no-store"), ("Vary", "Accept")]


class Slots:
    """So many are at work at once, and so many may wait for it."""

    def __init__(self, working: int, waiting: int, patience: float = PATIENCE) -> None:
        self._working = threading.BoundedSemaphore(working)
        self._waiting = threading.BoundedSemaphore(waiting) if waiting else None
        self._patience = patience

    def take(self) -> bool:
        """Take a slot, perhaps after a moment; whether there was one."""
        if self._working.acquire(blocking=False):
            return True
        if self._waiting is None or not self._waiting.acquire(blocking=False):
            return False
        try:
            return self._working.acquire(timeout=self._patience)
        finally:
            self._waiting.release()

    def give_back(self) -> None:
        """Let the next one in."""
        self._working.release()


class Gate:
    """Lets pages and other requests in as far as there are slots for them; tracked links always pass."""

    def __init__(self, behind: Application, pages: Slots, edge: Slots, readers: Slots | None = None) -> None:
        self._behind = behind
        self._pages = pages
        self._edge = edge
        self._readers = readers

    @classmethod
    def of_threads(cls, behind: Application, threads: int) -> "Gate":
        """One for a server with so many threads, of which at least one is kept for tracked links if there are three.

        People wait, and read files piece by piece, only where threads are many; where they are few, one that waits is
        one that works no more.
        """
        at_work = max(1, min(AT_WORK, (threads - 1) // 2))
        reading = threads // READERS if threads > FOR_LINKS + 2 * at_work else 0
        waiting = max(0, threads - FOR_LINKS - 2 * at_work - reading) // 2
        readers = Slots(reading, 0) if reading else None
        return cls(behind, Slots(at_work, waiting), Slots(at_work, waiting), readers)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request (PEP 3333)."""
        path = environ.get("PATH_INFO", "")
        if path.startswith(ALWAYS):
            return self._behind(environ, start_response)
        slots = self._edge if path.startswith(EDGE) else self._pages
        if not slots.take():
            log.warning("too busy, answered 503", extra={"part": "edge" if slots is self._edge else "pages"})
            return _busy(environ, start_response)
        stays = False
        try:
            answer = self._behind(environ, start_response)
            length = environ.get(LENGTH, 0)
            if self._readers and length > A_PIECE and self._readers.take():
                return Leaving(answer, self._readers)
            stays = length == ENDLESS
            return Leaving(answer, slots) if stays else [_whole(answer)]
        finally:
            if not stays:
                slots.give_back()


LENGTH = "bridge.length"
"""In the environment of a request: the bytes of its answer, when that is a file."""
ENDLESS = sys.maxsize
"""The length of an answer that is never in one piece, since nobody knows how long it is. Where nobody else reads, its
reader keeps the slot that let the request in."""
A_PIECE = 256 * 1024
"""Bytes of a file that are read at a time."""
LARGEST_PIECE = 64_000_000
"""Bytes that a server with a thread for everything holds in memory for somebody."""


class Leaving(Generic[P]):
    """A file that leaves piece by piece. Whoever reads it has a slot until it is over, closed, or forgotten."""

    def __init__(self, answer: Iterable[P], slots: Slots) -> None:
        self._answer = answer
        self._over = weakref.finalize(self, slots.give_back)

    def __iter__(self) -> Iterator[P]:
        """The pieces."""
        yield from self._answer
        self._over()

    def close(self) -> None:
        """Let the next one read."""
        try:
            _close(self._answer)
        finally:
            self._over()


def in_one_piece(behind: Application) -> Application:
    """The application with answers that a server takes over at once: a thread that gives pieces waits for readers."""

    def whole(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        answer = behind(environ, start_response)
        return answer if environ.get(LENGTH, 0) > LARGEST_PIECE else [_whole(answer)]

    return whole


def _whole(answer: Iterable[bytes]) -> bytes:
    """A page in one piece, so that its slot is free again whatever the server does with it."""
    try:
        return b"".join(answer)
    finally:
        _close(answer)


def _close(answer: Iterable[object]) -> None:
    close = getattr(answer, "close", None)
    if close:
        close()


def _busy(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """A page for browsers, a line for programs."""
    is_browser = "text/html" in environ.get("HTTP_ACCEPT", "")
    headers = [("Content-Type", "text/html; charset=utf-8"), _POLICY] if is_browser else [_PLAIN]
    start_response("503 Service Unavailable", [*headers, *_HEADERS])
    return [_PAGE if is_browser else BUSY]
