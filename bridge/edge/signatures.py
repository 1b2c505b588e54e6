"""Signed requests: Standard Webhooks (https://www.standardwebhooks.com), HMAC-SHA256, five minutes' tolerance."""

import re
from collections.abc import Mapping, Sequence

from standardwebhooks import Webhook, WebhookVerificationError

from bridge.errors import InvalidSignature

SIGNATURES = "webhook-signature"
HMAC_SHA256 = re.compile(r"v1,[A-Za-z0-9+/]{43}=")
"""A signature that we can check. Others in the same header are of other versions, or nonsense."""


def verify(body: bytes, headers: Mapping[str, str], secrets: Sequence[str]) -> str:
    """The `webhook-id` of a request that one of the secrets signed. Raises InvalidSignature."""
    known = {name.lower(): value for name, value in headers.items()}
    signatures = [one for one in known.get(SIGNATURES, "").split() if HMAC_SHA256.fullmatch(one)]
    for secret in secrets:
        try:
            Webhook(secret).verify(body, known | {SIGNATURES: " ".join(signatures)}, json_parse=False)
        except (WebhookVerificationError, ValueError):
            continue
        return known["webhook-id"]
    raise InvalidSignature
