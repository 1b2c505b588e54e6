"""Fetches a feed, unless it is the same as before: so many bytes and seconds, from public addresses only."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors import web
from connectors.feeds.unpacking import Unpacked, unpack
from connectors.web.asking import host_of
from connectors.web.webhook import retry_after

NOT_MODIFIED, GONE = 304, 410
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
    """Get a feed, also where it moved to; None when it has not changed. Raises Unavailable."""
    limits = limits or Limits()
    marks = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    headers = _ASKS | {name: mark for name, mark in marks.items() if mark}
    within = web.Limits(limits.seconds, limits.size + 1)
    try:
        arrived = web.follow(guard, "GET", address, headers=headers, limits=within, trust=trust)
    except web.Unreachable as error:
        raise Unavailable(str(error)) from error
    if arrived.reply.status == NOT_MODIFIED and any(marks.values()):
        return None  # without a mark nobody can know that it is as before
    return _fetched(arrived.reply, arrived.address, limits, now)


def _fetched(reply: web.Reply, address: str, limits: Limits, now: datetime) -> Fetched:
    host = host_of(address)
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
