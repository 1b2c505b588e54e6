"""Whom webhooks go to, and switching endpoints off and on."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from bridge.flow.alarm import alarm
from bridge.flow.unit import Unit
from bridge.program.model import Program, Webhook
from bridge.store import outbox, webhooks

OFF = "webhook {endpoint} was switched off: leadbridge webhook enable {endpoint} --resend"
MEMORY = timedelta(days=30)
"""So far back goes what an endpoint missed that was switched on before."""


def endpoint_of(program: Program, payload: Mapping[str, Any]) -> Webhook | None:
    """The endpoint that a delivery is for, as the programme has it now; None when it has it no more.

    Deliveries of earlier versions name the address only.
    """
    known = payload.get("endpoint")
    hooks = program.webhooks
    return next((h for h in hooks if (h.id == known if known else h.url == payload["url"])), None)


def turn_off(unit: Unit, hook: Webhook, because: str) -> None:
    """Switch an endpoint off, refuse what waits for it, and tell the operator; once."""
    if not webhooks.turn_off(unit.connection, hook, unit.now, because):
        return
    refused = webhooks.refuse_waiting(unit.connection, hook.id, unit.now, OFF.format(endpoint=hook.id))
    alarm(
        unit,
        "operator/webhook_disabled",
        f"webhook:{hook.id}:{unit.now.isoformat()}",
        endpoint=hook.id,
        host=urlsplit(hook.url).hostname or "",
        because=because,
        refused=refused,
    )


def turn_on(unit: Unit, hook: Webhook, resend: bool) -> list[UUID]:
    """Switch an endpoint on again. Returns the deliveries that it missed since it failed.

    resend: whether they are sent now, also those of an endpoint that is on already.
    """
    row = webhooks.turn_on(unit.connection, hook)
    since = (row.failing_since or row.disabled_at) if row else None
    if resend and since is None:
        since = unit.now - MEMORY
    missed = webhooks.missed(unit.connection, hook.id, since) if since else []
    if resend:
        unit.to_deliver += [one for one in missed if outbox.revive(unit.connection, one, unit.now)]
    return missed
