"""Fetches a file, unless it is the same as before: so many bytes, so many seconds, from public addresses only."""

import ssl
from dataclasses import dataclass

from connectors.web.asking import Limits, host_of
from connectors.web.following import follow
from connectors.web.guard import Guard, Unreachable

LARGEST = 50_000_000
LIMITS = Limits(seconds=60.0, size=LARGEST)
NOT_MODIFIED = 304
_LONGEST_MARK = 1_000


@dataclass(frozen=True, slots=True)
class Marks:
    """By what a server tells whether a file changed (RFC 9110, 8.8), as it said last time; "" for nothing."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class FetchedFile:
    """A file as it is now."""

    body: bytes
    marks: Marks


def fetch_file(
    guard: Guard,
    address: str,
    marks: Marks,
    limits: Limits = LIMITS,
    trust: ssl.SSLContext | None = None,
) -> FetchedFile | None:
    """Get a file, whole; None when it has not changed. Raises Forbidden, Unreachable."""
    asked = {"If-None-Match": marks.etag, "If-Modified-Since": marks.last_modified}
    headers = {"User-Agent": "Leadbridge", "Accept": "*/*", "Accept-Encoding": "identity"}
    headers |= {name: mark for name, mark in asked.items() if mark}
    within = Limits(limits.seconds, limits.size + 1)
    reply = follow(guard, "GET", address, headers=headers, limits=within, trust=trust).reply
    host = host_of(address)
    if reply.status == NOT_MODIFIED and any(asked.values()):
        return None
    if reply.status != 200:
        raise Unreachable(f"{host} answered {reply.status}")
    if len(reply.body) > limits.size:
        raise Unreachable(f"{host} sends more than {limits.size / 1_000_000:g} MB")
    if not reply.is_whole:
        raise Unreachable(f"{host} broke off, or did not send all of it within {limits.seconds:g} seconds")
    said = {name: reply.headers.get(name, "")[:_LONGEST_MARK] for name in ("etag", "last-modified")}
    return FetchedFile(reply.body, Marks(said["etag"], said["last-modified"]))
