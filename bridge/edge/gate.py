"""Keeps threads free for the edge: when pages use up theirs, a page waits no longer than its 503."""

import threading
from collections.abc import Callable, Iterable
from typing import Any

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

EDGE = ("/t/", "/forms/", "/api/", "/unsubscribe/", "/d/", "/static/", "/healthz")
BUSY = b"Busy, please try again in a moment. / Gerade ausgelastet, bitte gleich noch einmal versuchen.\n"


class Gate:
    """Lets at most `slots` pages be answered at once; what belongs to the edge always passes."""

    def __init__(self, behind: Application, slots: int) -> None:
        self._behind = behind
        self._slots = threading.BoundedSemaphore(slots)

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request (PEP 3333)."""
        if environ.get("PATH_INFO", "").startswith(EDGE):
            return self._behind(environ, start_response)
        if not self._slots.acquire(blocking=False):
            return _busy(start_response)
        try:
            return [_whole(self._behind(environ, start_response))]
        finally:
            self._slots.release()


def _whole(answer: Iterable[bytes]) -> bytes:
    """A page in one piece, so that its slot is free again whatever the server does with it."""
    try:
        return b"".join(answer)
    finally:
        close = getattr(answer, "close", None)
        if close:
            close()


def _busy(start_response: Callable[..., Any]) -> Iterable[bytes]:
    headers = [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Retry-After", "2"),
        ("Cache-Control", "no-store"),
    ]
    start_response("503 Service Unavailable", headers)
    return [BUSY]
