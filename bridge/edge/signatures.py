"""Signed requests: Standard Webhooks (https://www.standardwebhooks.com), HMAC-SHA256, five minutes' tolerance."""

from collections.abc import Mapping, Sequence

from standardwebhooks import Webhook, WebhookVerificationError

from bridge.errors import InvalidSignature


def verify(body: bytes, headers: Mapping[str, str], secrets: Sequence[str]) -> str:
    """The `webhook-id` of a request that one of the secrets signed. Raises InvalidSignature."""
    for secret in secrets:
        try:
            Webhook(secret).verify(body, dict(headers), json_parse=False)
        except (WebhookVerificationError, ValueError):
            continue
        return next(value for name, value in headers.items() if name.lower() == "webhook-id")
    raise InvalidSignature
