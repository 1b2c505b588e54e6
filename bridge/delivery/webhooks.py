"""Webhooks as they leave: Standard Webhooks (https://www.standardwebhooks.com), signed with HMAC-SHA256."""

import json
from collections.abc import Mapping
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
    delivery: UUID, url: str, secret: str, content: Mapping[str, Any], now: datetime
) -> WebhookRequest:
    """Write and sign a webhook. The id stays the same at every attempt, the timestamp is fresh."""
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    message_id = f"msg_{delivery.hex}"
    headers = {
        "content-type": "application/json",
        "user-agent": "Leadbridge",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Signer(secret).sign(message_id, now.astimezone(UTC), body),
    }
    return WebhookRequest(url, headers, body.encode())
