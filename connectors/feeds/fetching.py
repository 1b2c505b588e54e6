"""Fetches a feed, unless it is the same as before: so many bytes and seconds, from public addresses only."""

import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urljoin, urlsplit

from connectors import web
from connectors.feeds.unpacking import Unpacked, unpack
from connectors.web.asking import host_of
from connectors.web.webhook import retry_after

MOST_REDIRECTS = 5
NOT_MODIFIED, GONE = 304, 410
_MOVED = frozenset({301, 302, 303, 307, 308})
_LONGEST_MARK = 1_000
_ASKS = {
    "User-Agent": "Leadbridge",
    "Accept": "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1",
    "Accept-Encoding": "gzip",
}


class Unavailable(Exception):
    """The feed could not be had; why, in words an operator understands.

    after: the pause that its server asked for, or None. status: what it answered, None where that is not the reason.
    """

    def __init__(self, words: str, after: timedelta | None = None, *, status: int | None = None) -> None:
        super().__init__(words)
        self.after = after
        self.status = status

    @property
    def gone(self) -> bool:
        """Whether it is not to be asked again."""
        return self.status == GONE


@dataclass(frozen=True, slots=True)
class Limits:
    """seconds: until the last byte, over all redirects. size: bytes, as they are sent and when they are unpacked."""

    seconds: float = 10.0
    size: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Known:
    """By what a server tells whether a feed changed (RFC 9110, 8.8), as it said last time."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A feed as it is now. address: where it was, after redirects. kind: what its server calls it, or ""."""

    body: bytes
    address: str
    kind: str
    known: Known


def fetch_feed(
    guard: web.Guard,
    address: str,
    known: Known,
    now: datetime,
    limits: Limits | None = None,
    trust: ssl.SSLContext | None = None,
) -> Fetched | None:
    """Get a feed; None when it has not changed. Raises Unavailable.

    Every step of a redirect goes through the guard anew, and none leads away from https.
    """
    limits = limits or Limits()
    ends = time.monotonic() + limits.seconds
    for _ in range(MOST_REDIRECTS + 1):
        reply = _ask(guard, address, known, web.Limits(ends - time.monotonic(), limits.size + 1), trust)
        if reply.status not in _MOVED:
            return _fetched(reply, address, limits, now)
        address = _next(address, reply.headers.get("location", ""))
    raise Unavailable(f"{host_of(address)} redirects more than {MOST_REDIRECTS} times")


def _ask(
    guard: web.Guard, address: str, known: Known, limits: web.Limits, trust: ssl.SSLContext | None
) -> web.Reply:
    if limits.seconds <= 0:
        raise Unavailable(f"{host_of(address)} did not answer in time")
    marks = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    headers = _ASKS | {name: mark for name, mark in marks.items() if mark}
    try:
        return web.ask(guard, "GET", address, headers=headers, limits=limits, trust=trust)
    except web.Unreachable as error:
        raise Unavailable(str(error)) from error


def _next(address: str, location: str) -> str:
    host = host_of(address)
    if not location:
        raise Unavailable(f"{host} redirects to nowhere")
    try:
        target = urljoin(address, location)
        leaves = urlsplit(address).scheme == "https" and urlsplit(target).scheme != "https"
    except ValueError:
        raise Unavailable(f"{host} redirects to what is no address") from None
    if leaves:
        raise Unavailable(f"{host} redirects from https to what anybody may read along")
    return target


def _fetched(reply: web.Reply, address: str, limits: Limits, now: datetime) -> Fetched | None:
    host = host_of(address)
    if reply.status == NOT_MODIFIED:
        return None
    if reply.status != 200:
        pause = retry_after(reply.headers.get("retry-after"), now)
        raise Unavailable(f"{host} answered {reply.status}", pause, status=reply.status)
    if len(reply.body) > limits.size:
        raise Unavailable(_too_much(host, limits))
    if not reply.is_whole:
        raise Unavailable(f"{host} broke off in the middle, or took longer than {limits.seconds:g} seconds")
    match unpack(reply.body, reply.headers.get("content-encoding", ""), limits.size):
        case Unpacked.TOO_MUCH:
            raise Unavailable(_too_much(host, limits))
        case Unpacked.BROKEN:
            raise Unavailable(f"{host} packs what it sends in a way that we do not understand")
        case bytes(body):
            return Fetched(body, address, reply.headers.get("content-type", ""), _known(reply.headers))


def _known(headers: Mapping[str, str]) -> Known:
    marks = (headers.get(name) for name in ("etag", "last-modified"))
    return Known(*(one if one and _is_printable(one) else None for one in marks))


def _is_printable(mark: str) -> bool:
    """Whether a mark may go back as a header: not too long, and no line of its own."""
    return len(mark) <= _LONGEST_MARK and mark.isascii() and mark.isprintable()


def _too_much(host: str, limits: Limits) -> str:
    return f"{host} sends more than {limits.size:,} bytes"
