"""Whom deliveries go to, as an operator reads it."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import Connection

from bridge.flow.unit import World
from bridge.store import profiles
from bridge.store.outbox import Delivery

GONE = "somebody who is not known any more"
Say = Callable[[str], str]
"""Puts our words into the reader's language."""


def addressees(
    connection: Connection, world: World, deliveries: Iterable[Delivery], say: Say = str
) -> dict[UUID, str]:
    """Delivery → the address, or the endpoint of a webhook with its host."""
    rows = list(deliveries)
    people = profiles.addresses(
        connection, {row.profile_id for row in rows if row.kind == "mail" and row.profile_id}
    )
    return {row.id: _addressee(world, row, people, say) for row in rows}


def without_path(url: str) -> str:
    """Scheme and host of an address: what stands behind them may be a secret."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def shown_payload(delivery: Delivery) -> dict[str, Any]:
    """What was written down for a delivery; of a web address only scheme and host."""
    url = delivery.payload.get("url")
    return {**delivery.payload, **({"url": without_path(str(url))} if url else {})}


def _addressee(world: World, delivery: Delivery, people: Mapping[UUID, str], say: Say) -> str:
    match delivery.kind:
        case "webhook":
            return _endpoint(delivery.payload, say)
        case "operator":
            return world.operator or say("nobody: LEADBRIDGE_OPERATOR is not set")
        case "account" | "digest":
            return str(delivery.payload["to"])
        case "sales":
            person = world.program.people.get(str(delivery.payload.get("person")))
            return person.email if person else say(GONE)
        case _:
            return people.get(delivery.profile_id or UUID(int=0), say(GONE))


def _endpoint(payload: Mapping[str, Any], say: Say) -> str:
    host = without_path(str(payload["url"]))
    named = {"endpoint": payload.get("endpoint"), "host": host}
    return say("%(endpoint)s at %(host)s") % named if named["endpoint"] else host
