"""Posts a webhook, and says in one of three words what the endpoint made of it."""

import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from connectors.contract import Answer, Deferred, Posted, Receipt, Refused
from connectors.dates import moment_in
from connectors.web.asking import Limits, Reply, ask, host_of
from connectors.web.guard import Guard, Unreachable

GONE = 410


@dataclass(frozen=True, slots=True)
class Posting:
    """What is posted, and where."""

    url: str
    headers: Mapping[str, str]
    body: bytes


def post_webhook(
    guard: Guard,
    posting: Posting,
    now: Callable[[], datetime],
    limits: Limits | None = None,
    trust: ssl.SSLContext | None = None,
) -> Posted:
    """Post a webhook as Standard Webhooks asks: 2xx is taken, 410 wants no more, anything else is tried again."""
    started = time.monotonic()
    try:
        reply = ask(
            guard, "POST", posting.url, headers=posting.headers, body=posting.body, limits=limits, trust=trust
        )
    except Unreachable as error:
        return Posted(Deferred(str(error)), None, _milliseconds(started))
    return Posted(answer_of(posting.url, reply, now()), reply.status, _milliseconds(started))


def answer_of(url: str, reply: Reply, now: datetime) -> Answer:
    """What a reply means for the delivery."""
    host = host_of(url)
    if 200 <= reply.status < 300:
        return Receipt(f"HTTP {reply.status}")
    if reply.status == GONE:
        return Refused(f"{host} answered 410: it wants no more")
    if 300 <= reply.status < 400:
        return Deferred(f"{host} answered {reply.status}: redirects are not followed")
    return Deferred(f"{host} answered {reply.status}", retry_after(reply.headers.get("retry-after"), now))


def retry_after(text: str | None, now: datetime) -> timedelta | None:
    """The pause that a server asks for: in seconds, or until a date (RFC 9110, 10.2.3). None when it is neither."""
    if text is None:
        return None
    if text.strip().isascii() and text.strip().isdigit():
        return timedelta(seconds=min(int(text.strip()[:9]), 10**8))
    until = moment_in(text, UTC)
    return max(timedelta(0), until - now) if until else None


def _milliseconds(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
