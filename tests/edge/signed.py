"""Signed requests, as a website's server sends them (Standard Webhooks)."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any

from werkzeug.test import TestResponse

from tests.edge.site import SECRET, Site

PATH = "/api/v1/submissions"
ANNA: dict[str, Any] = {
    "form": "globe-next-download",
    "fields": {"email": "anna@beispiel.example", "company": "Beispiel GmbH"},
}
TEST: dict[str, Any] = {"form": ANNA["form"], "test": True, "fields": {}}
"""A submission that only wants to know whether it would arrive."""


def signature(body: bytes, key: str, at: float, secret: str = SECRET) -> str:
    """`v1,<base64>` of "id.timestamp.body"."""
    signed = f"{key}.{int(at)}.".encode() + body
    secret_bytes = base64.b64decode(secret.removeprefix("whsec_") + "==")
    digest = hmac.new(secret_bytes, signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def headers(body: bytes, key: str = "one", at: float | None = None, secret: str = SECRET) -> dict[str, str]:
    """The three headers of a signed request."""
    moment = time.time() if at is None else at
    return {
        "webhook-id": key,
        "webhook-timestamp": str(int(moment)),
        "webhook-signature": signature(body, key, moment, secret),
    }


def send(site: Site, content: Any = ANNA, key: str = "one", **changed: str) -> TestResponse:
    """Send a submission, signed. content: bytes as they are, anything else as JSON. changed: other headers."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return site.post(PATH, body, content_type="application/json", headers=headers(body, key) | changed)
