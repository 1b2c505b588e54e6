"""Webhooks as they leave: Standard Webhooks (https://www.standardwebhooks.com), signed with HMAC-SHA256."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from standardwebhooks import Webhook as Signer


@dataclass(frozen=True, slots=True)
class WebhookRequest:
    """A POST, ready to be sent."""

    url: str
    headers: Mapping[str, str]
    body: bytes


def webhook_request(
    delivery: UUID, url: str, secrets: Iterable[str], content: Mapping[str, Any], now: datetime
) -> WebhookRequest:
    """Write a webhook and sign it with each secret, the newest first: whoever knows one of them can verify it.

    The id stays the same at every attempt, the timestamp is fresh.
    """
    # in the order in which people read it: the database sorts
    told = {key: content[key] for key in ("type", "timestamp", "data")}
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    message_id = f"msg_{delivery.hex}"
    at = now.astimezone(UTC)
    headers = {
        "content-type": "application/json",
        "user-agent": "Leadbridge",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(Signer(secret).sign(message_id, at, body) for secret in secrets),
    }
    return WebhookRequest(url, headers, body.encode())
