"""One row of the outbox, in words."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta, tzinfo
from typing import Any

import click

from bridge.cli.printing import short
from bridge.flow.sending.show_addressees import shown_payload
from bridge.store.outbox import WAITING, Delivery

STATES = {
    "due": 'waits for its time, and then for a worker; "why" says what it was put off for',
    "leased": "a worker is at it",
    "deferred": "an attempt failed; the next one comes by itself",
    "sent": "the other side took responsibility",
    "refused": "will never be sent: its reason fell away, the address bounced, or by hand",
    "dead": "was given up: look at it, then retry or drop it",
}
KINDS = {
    "mail": "mail to a person",
    "sales": "mail to sales",
    "operator": "mail to the operator",
    "account": "mail to somebody who signs in to the console",
    "digest": "weekly mail with results",
    "webhook": "webhook",
}
GROUNDS = {
    "consent": "the person consented to advertising mail",
    "request": "it answers what the person asked for",
    "staff": "our own people are told",
    "contract": "the programme asks for it",
}
SAID_ELSEWHERE = {"endpoint", "url", "person"}


def facts(row: Delivery, to: str) -> dict[str, Any]:
    """A delivery for programs. to: see `addressees`; of a webhook's address only scheme and host are told."""
    return {"id": row.id, "to": to} | asdict(row) | {"payload": shown_payload(row)}


def print_delivery(row: Delivery, to: str, now: datetime, zone: tzinfo) -> None:
    """A delivery for people, and what was written down for it."""
    for name, value in _told(row, to, now, zone):
        if value:
            click.echo(f"{name:<12} {value}")
    content = [(name, value) for name, value in _leaves(row.payload) if name not in SAID_ELSEWHERE]
    width = max((len(name) for name, _ in content), default=0)
    for name, value in content:
        click.echo(f"  {name:<{width}}  {value}")


def from_now(moment: datetime, now: datetime) -> str:
    """How soon something comes, such as "in 3 h"."""
    return "now" if moment <= now else f"in {span(moment - now)}"


def span(length: timedelta) -> str:
    """A length of time in its largest unit, such as "3 h"."""
    seconds = max(0, int(length.total_seconds()))
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def _told(row: Delivery, to: str, now: datetime, zone: tzinfo) -> Iterator[tuple[str, object]]:
    yield "id", row.id
    yield "what", f"{KINDS.get(row.kind, row.kind)}: {row.template}"
    yield "to", to
    yield "because", GROUNDS.get(row.ground, row.ground)
    yield "state", f"{row.state}: {STATES[row.state]}"
    yield "why", row.error
    yield (
        "attempts",
        f"{row.attempts}{f', the last {row.deaths} ended with their worker' if row.deaths else ''}",
    )
    if row.state in WAITING:
        yield "next", f"{short(row.due_at, zone)} ({from_now(row.due_at, now)})"
        yield "gives up", row.gives_up_at and short(row.gives_up_at, zone)
    yield "leased until", row.leased_until and short(row.leased_until, zone)
    yield "made", f"{short(row.created_at, zone)} ({span(now - row.created_at)} ago)"
    yield "finished", row.finished_at and short(row.finished_at, zone)
    yield "in line for", row.domain if row.finished_at is None else None
    yield "profile", row.profile_id
    yield "trace", row.trace


def _leaves(content: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, object]]:
    """Names and values of nested content: "body.data.stage"."""
    for name, value in content.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value
