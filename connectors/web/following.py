"""Requests that go on where a server sends them: a few times, through the guard each time, never away from https."""

import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from connectors.web.asking import Limits, Reply, ask, host_of
from connectors.web.guard import Guard, Unreachable

MOST_REDIRECTS = 5
_MOVED = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Arrived:
    """Where a request came to. address: the one that was asked last."""

    reply: Reply
    address: str


def follow(
    guard: Guard,
    method: str,
    address: str,
    *,
    headers: Mapping[str, str],
    limits: Limits | None = None,
    trust: ssl.SSLContext | None = None,
) -> Arrived:
    """Send a request without a body, and what it is redirected to. Raises Forbidden, Unreachable.

    limits: seconds for all of it together. Each step goes through the guard anew.
    """
    limits = limits or Limits()
    ends = time.monotonic() + limits.seconds
    for _ in range(MOST_REDIRECTS + 1):
        left = ends - time.monotonic()
        if left <= 0:
            raise Unreachable(f"{host_of(address)} did not answer within {limits.seconds:.2g} seconds")
        reply = ask(guard, method, address, headers=headers, limits=Limits(left, limits.size), trust=trust)
        if reply.status not in _MOVED:
            return Arrived(reply, address)
        address = _next(address, reply.headers.get("location", ""))
    raise Unreachable(f"{host_of(address)} redirects more than {MOST_REDIRECTS} times")


def _next(address: str, location: str) -> str:
    host = host_of(address)
    if not location:
        raise Unreachable(f"{host} redirects to nowhere")
    try:
        target = urljoin(address, location)
        leaves = urlsplit(address).scheme == "https" and urlsplit(target).scheme != "https"
    except ValueError:
        raise Unreachable(f"{host} redirects to what is no address") from None
    if leaves:
        raise Unreachable(f"{host} redirects from https to what anybody may read along")
    return target
