"""Keeps threads free for tracked links, whatever else is slow.

Pages and everything with a body have slots of their own; when they are used up, the next one is answered 503 at
once. A slow page, a slow database or a client that sends its form byte by byte delays no redirect.
"""

import threading
from collections.abc import Callable, Iterable
from typing import Any

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

ALWAYS = ("/t/o/", "/t/c/", "/healthz")
EDGE = (
    "/t/",
    "/forms/",
    "/api/",
    "/unsubscribe/",
    "/d/",
    "/site.js",
    "/static/",
    "/connectors/",
    "/thanks",
    "/demo/danke",
)
BUSY = b"Busy, please try again in a moment. / Gerade ausgelastet, bitte gleich noch einmal versuchen.\n"


class Gate:
    """Lets at most `pages` pages and `edge` other requests be answered at once; tracked links always pass."""

    def __init__(self, behind: Application, pages: int, edge: int) -> None:
        self._behind = behind
        self._pages = threading.BoundedSemaphore(pages)
        self._edge = threading.BoundedSemaphore(edge)

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request (PEP 3333)."""
        path = environ.get("PATH_INFO", "")
        if path.startswith(ALWAYS):
            return self._behind(environ, start_response)
        slots = self._edge if path.startswith(EDGE) else self._pages
        if not slots.acquire(blocking=False):
            return _busy(start_response)
        try:
            return [_whole(self._behind(environ, start_response))]
        finally:
            slots.release()


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
