"""Signed requests: Standard Webhooks (https://www.standardwebhooks.com), HMAC-SHA256, five minutes' tolerance."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from standardwebhooks import Webhook, WebhookVerificationError

from bridge.errors import InvalidSignature

ID, TIMESTAMP, SIGNATURES = "webhook-id", "webhook-timestamp", "webhook-signature"
HMAC_SHA256 = re.compile(r"v1,[A-Za-z0-9+/]{43}=")
"""A signature that we can check. Others in the same header are of other versions, or nonsense."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A request that is proven. id: its `webhook-id`. place: where the secret that signed it stands."""

    id: str
    place: int


def verify(content: bytes, headers: Mapping[str, str], secrets: Sequence[str]) -> Signed:
    """By which of the secrets a request was signed. content: what stands behind “id.timestamp.” in what is signed.

    Raises InvalidSignature, which says what is wrong; no word of it is secret.
    """
    known = {name.lower(): value for name, value in headers.items()}
    for name in (ID, TIMESTAMP, SIGNATURES):
        if not known.get(name):
            raise InvalidSignature(f"{name} is missing")
    signatures = [one for one in known[SIGNATURES].split() if HMAC_SHA256.fullmatch(one)]
    if not signatures:
        raise InvalidSignature(f"{SIGNATURES} holds none of the form v1,<base64>")
    return Signed(known[ID], _place(content, known | {SIGNATURES: " ".join(signatures)}, secrets))


def _place(content: bytes, headers: dict[str, str], secrets: Sequence[str]) -> int:
    why = "No secret is known"
    for place, secret in enumerate(secrets):
        try:
            Webhook(secret).verify(content, headers, json_parse=False)
        except (WebhookVerificationError, ValueError) as error:
            why = str(error)
            continue
        return place
    raise InvalidSignature(why.lower())
