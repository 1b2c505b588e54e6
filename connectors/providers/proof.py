"""How a request proves whose it is: what several providers share."""

import base64
import hmac
from binascii import Error as NotBase64
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from connectors.providers.hook import HookRequest, NotProven

CLOCKS_DIFFER = timedelta(minutes=5)


def prove_login(request: HookRequest, logins: Sequence[str]) -> None:
    """HTTP basic authentication (RFC 7617) by `user:password`, or a bearer token (RFC 6750). Raises NotProven."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    said = _login(scheme.lower(), given.strip())
    if not is_one_of(said, (_expected(login) for login in logins)):
        raise NotProven("the login is missing or wrong")


def is_one_of(said: bytes, known: Iterable[bytes]) -> bool:
    """Whether it is one of them; how long that takes says nothing about them."""
    return any([hmac.compare_digest(said, one) for one in known])  # noqa: C419  # all are compared


def prove_recent(at: datetime | None, now: datetime, oldest: timedelta = CLOCKS_DIFFER) -> None:
    """Not too old, and not of a time to come. Raises NotProven."""
    if at is None or not now - oldest <= at <= now + CLOCKS_DIFFER:
        raise NotProven("the time is missing, too old or still to come")


def from_base64(text: str) -> bytes:
    """Bytes. Raises NotProven."""
    try:
        return base64.b64decode(text, validate=True)
    except (NotBase64, ValueError) as error:
        raise NotProven("expected base64") from error


def _login(scheme: str, given: str) -> bytes:
    return b"basic " + from_base64(given) if scheme == "basic" else f"{scheme} {given}".encode()


def _expected(login: str) -> bytes:
    return f"{'basic' if ':' in login else 'bearer'} {login}".encode()
