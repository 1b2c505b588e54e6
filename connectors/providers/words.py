"""What a setting says of how a provider proves itself; each raises ValueError with what was expected."""

import base64
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

SHORTEST_SECRET = 16


class Words(NamedTuple):
    """How a provider's setting is read. example: what it looks like. proof: what the provider has to show of it."""

    read: Callable[[str], tuple[str, ...]]
    example: str
    proof: str


def logins(text: str) -> tuple[str, ...]:
    """`user:password` between commas."""
    found = _parts(text)
    if not found or not all(_is_login(one) for one in found):
        raise ValueError(
            f"expected user:password, with a password of at least {SHORTEST_SECRET} characters, between commas"
        )
    return found


def logins_or_tokens(text: str) -> tuple[str, ...]:
    """`user:password`, or a token without a colon, between commas."""
    found = _parts(text)
    if not found or not all(_is_login(one) if ":" in one else _is_secret(one) for one in found):
        raise ValueError(
            f"expected user:password or a token, of at least {SHORTEST_SECRET} characters, between commas"
        )
    return found


def signing_keys(text: str) -> tuple[str, ...]:
    """Keys that both sides know, between commas."""
    found = _parts(text)
    if not found or not all(_is_secret(one) for one in found):
        raise ValueError(
            f"expected one or more keys of at least {SHORTEST_SECRET} characters, between commas"
        )
    return found


def topics(text: str) -> tuple[str, ...]:
    """ARNs of SNS topics, between commas."""
    found = _parts(text)
    arn = re.compile(r"arn:aws(-cn|-us-gov)?:sns:[a-z]{2}(-[a-z]+)+-\d:\d{12}:[A-Za-z0-9_-]{1,256}(\.fifo)?")
    if not found or not all(arn.fullmatch(one) for one in found):
        raise ValueError("expected one or more ARNs of SNS topics, between commas")
    return found


def public_keys(text: str) -> tuple[str, ...]:
    """Public keys of the curve P-256 as base64 of their DER, as SendGrid shows them, between commas."""
    found = _parts(text)
    if not found or not all(_is_p256(one) for one in found):
        raise ValueError("expected one or more verification keys as SendGrid shows them, between commas")
    return found


def accounts(text: str) -> tuple[str, ...]:
    """What `X-Copernica-ID` says of one's own account, between commas."""
    found = _parts(text)
    if not found or not all(re.fullmatch(r"[a-z]+[-_]\d{1,12}", one) for one in found):
        raise ValueError("expected one or more account ids such as environment-1234, between commas")
    return found


WORDS: Mapping[str, Words] = {
    "postmark": Words(
        logins, "postmark:a-long-random-password", "HTTP basic authentication with a user and password"
    ),
    "ses": Words(
        topics,
        "arn:aws:sns:eu-central-1:123456789012:leadbridge",
        "a message that Amazon SNS signed within a week, of a topic",
    ),
    "mailgun": Words(
        signing_keys,
        "0123456789abcdef0123456789abcdef",
        "a signature in the body that is at most nine hours old, by a key",
    ),
    "sendgrid": Words(
        public_keys,
        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEz4Wsu54ZP7XLDxtnFiv4bqA99yfcvGDDw9d0LfKcj4gfYYh1GMeFktdNdwkb"
        "hOHsLksUj4OVeXZPGoX2KFwuzw==",
        "a signed event webhook that is at most 25 hours old, by a key",
    ),
    "brevo": Words(
        logins_or_tokens,
        "brevo:a-long-random-password",
        "HTTP basic authentication with a user and password, or a bearer token,",
    ),
    "smtpeter": Words(
        accounts,
        "environment-1234",
        "a request that Copernica signed within five minutes, for an account",
    ),
}
"""By the provider's name. Nobody has the private half of the example's key."""

WITH_LOGIN = frozenset({"postmark", "brevo"})
"""Those that prove themselves by a login; the others sign."""


WITH_SECRET = frozenset(
    name for name, words in WORDS.items() if words.read in {logins, logins_or_tokens, signing_keys}
)
"""Those with whom we share a secret; what the settings of the others say anybody may know."""


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _is_login(text: str) -> bool:
    user, colon, password = text.partition(":")
    return bool(user and colon) and _is_secret(password)


def _is_secret(text: str) -> bool:
    return len(text) >= SHORTEST_SECRET and text.isprintable() and " " not in text


def _is_p256(text: str) -> bool:
    from cryptography.hazmat.primitives.asymmetric import ec  # most processes never need it
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    try:
        key = load_der_public_key(base64.b64decode(text, validate=True))
    except ValueError:
        return False
    return isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)
