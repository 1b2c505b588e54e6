"""Refuses a request whose head is longer than any honest one, before anybody reads it.

What reads headers is partly not ours; a header of some kilobytes keeps any of it from taking long. Tracked links
are answered before this: they look at the beginnings of a few headers alone, and whoever carries many cookies is to
get to where the link leads.
"""

from collections.abc import Iterable

from bridge.edge.wsgi import Application, Environ, StartResponse

LONGEST = 4 * 1024
LONGEST_COOKIES = 8 * 1024
"""Browsers send along what other websites of the same domain have set."""
LONGEST_HEAD = 16 * 1024
TOO_LONG = b"The headers are too long. / Die Kopfzeilen sind zu lang.\n"
_ANSWER = [("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store")]


class Bounds:
    """Answers 431 (RFC 6585) to a header of more than 4 KiB (cookies: 8 KiB), or 16 KiB of headers altogether."""

    def __init__(self, behind: Application) -> None:
        self._behind = behind

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request (PEP 3333)."""
        if _is_honest(environ):
            return self._behind(environ, start_response)
        start_response("431 Request Header Fields Too Large", list(_ANSWER))
        return [TOO_LONG]


def _is_honest(environ: Environ) -> bool:
    altogether = 0
    for name, value in environ.items():
        if name.startswith(("HTTP_", "CONTENT_")):
            altogether += len(value)
            if len(value) > (LONGEST_COOKIES if name == "HTTP_COOKIE" else LONGEST):
                return False
    return altogether <= LONGEST_HEAD
