"""Opens and clicks: a bare WSGI callable in front of everything else. It needs the journal, nothing more.

A tracked link always redirects, whether or not its click could be written down.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from bridge.clock import Clock
from bridge.delivery.links import Arrival, ClickTarget, read_click, read_open, with_arrival
from bridge.delivery.tokens import Tokens
from bridge.edge.network import origin_of
from bridge.edge.telling import hit_facts
from bridge.edge.wsgi import Application, Environ, StartResponse
from bridge.errors import InvalidToken, JournalUnavailable
from bridge.intake.records import HIT, Hit, Request
from bridge.journal import JournalWriter

log = logging.getLogger(__name__)

PIXEL = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00"
    b",\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)
_origin_of = lru_cache(1000)(origin_of)
"""Only of addresses that we signed: a campaign has few of them, and nobody else can fill this."""
_COMMON = [("Cache-Control", "no-store"), ("Referrer-Policy", "no-referrer"), ("X-Robots-Tag", "noindex")]
_PIXEL_HEADERS = [*_COMMON, ("Content-Type", "image/gif"), ("Content-Length", str(len(PIXEL)))]


@dataclass(frozen=True, slots=True)
class Tracking:
    """Answers `/t/o/…` and `/t/c/…`; everything else, and every token that is not ours, goes on to `behind`.

    origins: websites that include our script; it is told by which click of which mail somebody comes.
    """

    tokens: Tokens
    journal: JournalWriter
    clock: Clock
    trusted_proxies: int
    origins: frozenset[str]
    behind: Application

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request (PEP 3333)."""
        path = environ.get("PATH_INFO", "")
        if environ.get("REQUEST_METHOD") in {"GET", "HEAD"}:
            try:
                if path.startswith("/t/c/"):
                    return self._click(read_click(self.tokens, path[5:]), environ, start_response)
                if path.startswith("/t/o/") and path.endswith(".gif"):
                    return self._open(read_open(self.tokens, path[5:-4]), environ, start_response)
            except InvalidToken:
                pass
        return self.behind(environ, start_response)

    def _click(self, target: ClickTarget, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        hit = self._note(
            Hit("link.clicked", target.mail, None, self._facts(environ), target.number, target.url)
        )
        location = _ascii(self._destination(target, hit))
        start_response("302 Found", [*_COMMON, ("Location", location), ("Content-Length", "0")])
        return []

    def _destination(self, target: ClickTarget, hit: UUID | None) -> str:
        """A page of a website of ours learns of mail and click, unless the link leads to a place within the page."""
        if not self.origins or "#" in target.url or _origin_of(target.url) not in self.origins:
            return target.url
        return with_arrival(self.tokens, target.url, Arrival(target.mail, hit), self.clock())

    def _open(self, mail: UUID, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        self._note(Hit("mail.opened", mail, None, self._facts(environ)))
        start_response("200 OK", list(_PIXEL_HEADERS))
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [PIXEL]

    def _facts(self, environ: Environ) -> Request:
        return hit_facts(environ, self.trusted_proxies)

    def _note(self, hit: Hit) -> UUID | None:
        """Write a hit down. Returns its id, or None when it could not be written."""
        try:
            return self.journal.append(HIT, hit, self.clock(), durable=False)
        except JournalUnavailable as error:
            log.error("a hit was not journalled", extra={"reason": str(error)})
            return None


def _ascii(url: str) -> str:
    """A URL as a header may hold it (RFC 3986): everything beyond ASCII percent-encoded, no line breaks."""
    if url.isascii() and url.isprintable() and " " not in url:
        return url
    return "".join(c if "!" <= c <= "~" else "".join(f"%{byte:02X}" for byte in c.encode()) for c in url)
