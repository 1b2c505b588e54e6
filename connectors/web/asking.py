"""One request: no redirects, no proxies, no cookies, so many seconds and so many bytes."""

import contextlib
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from urllib3 import BaseHTTPResponse
from urllib3.exceptions import HTTPError, LocationParseError
from urllib3.util import Url, parse_url

from connectors.web.door import Door
from connectors.web.guard import Forbidden, Guard, Unreachable
from connectors.web.pinned import pool_for

PIECE = 16_384


@dataclass(frozen=True, slots=True)
class Limits:
    """seconds: from the look-up of the name to the last byte. size: bytes of an answer that are read."""

    seconds: float = 15.0
    size: int = 0


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server said. headers: by small names. body: the beginning, as much as was asked for, as it was sent.

    address: the numeric one that was connected to. is_whole: whether the body ended there, as its server meant it.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    address: str
    is_whole: bool = False


def ask(
    guard: Guard,
    method: str,
    address: str,
    *,
    headers: Mapping[str, str],
    body: bytes | None = None,
    limits: Limits | None = None,
    trust: ssl.SSLContext | None = None,
) -> Reply:
    """Send one request. trust: None means whom the system trusts. Raises Forbidden, Unreachable."""
    limits = limits or Limits()
    url = checked(address)
    door = Door(guard, limits.seconds)
    try:
        with pool_for(url, door, trust) as pool:
            answer = pool.urlopen(
                method,
                url.request_uri,
                body=body,
                headers=headers,
                retries=False,
                redirect=False,
                timeout=limits.seconds,
                preload_content=False,
                decode_content=False,
            )
            with contextlib.closing(answer):
                return _reply(answer, door, limits.size)
    except (HTTPError, OSError, ValueError) as error:
        raise Unreachable(_words(error, url.host or "", door, limits)) from error
    finally:
        door.close()


def checked(address: str) -> Url:
    """An address, taken apart as it will be connected to. Raises Forbidden when nobody may be asked there."""
    try:
        url = parse_url(address)
    except LocationParseError:
        raise Forbidden("this is no web address") from None
    if url.scheme not in {"http", "https"} or not url.host:
        raise Forbidden("only addresses with http or https can be asked")
    if url.auth is not None:
        raise Forbidden("name and password do not belong into an address")
    return url


def addresses_of(guard: Guard, address: str, within: float) -> list[str]:
    """Where a request to an address would be connected to; nobody is asked but who knows names.

    within: seconds. Raises Forbidden, Unreachable.
    """
    url = checked(address)
    port = url.port or (443 if url.scheme == "https" else 80)
    return guard.addresses((url.host or "").strip("[]"), port, within)


def host_of(address: str) -> str:
    """Whom an address names, for messages: its path may be a secret."""
    try:
        return parse_url(address).host or ""
    except LocationParseError:
        return ""


def _reply(answer: BaseHTTPResponse, door: Door, size: int) -> Reply:
    """Raises TimeoutError when the time ran out in the middle of the headers, whatever the status was to be."""
    if door.deadline.is_over:
        raise TimeoutError
    said = {name.lower(): value for name, value in answer.headers.items()}
    body, ended = _beginning(answer, size)
    is_whole = ended and not door.deadline.is_over  # who is cut off at the deadline seems to have ended
    return Reply(answer.status, said, body, door.address or "", is_whole)


def _beginning(answer: BaseHTTPResponse, size: int) -> tuple[bytes, bool]:
    """What came of the body until an end, a fault or the deadline, and whether it was an end.

    Whatever becomes of it, the answer itself is known already.
    """
    body = bytearray()
    with contextlib.suppress(HTTPError, OSError, ValueError):
        while len(body) < size:
            piece = answer.read1(min(PIECE, size - len(body)))
            if not piece:
                return bytes(body), True
            body += piece
    return bytes(body), False


def _words(error: Exception, host: str, door: Door, limits: Limits) -> str:
    """Why there was no answer. Only the host is named: a path may be a secret."""
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"the certificate of {host} is not to be trusted: {cause.verify_message}"
    if (
        door.deadline.is_over
        or door.deadline.left == 0
        or any(isinstance(cause, TimeoutError) for cause in causes)
    ):
        return f"{host} did not answer within {limits.seconds:.2g} seconds"
    for cause in causes:
        if isinstance(cause, ssl.SSLError):
            return f"{host} speaks no TLS that we understand: {cause.reason or 'unexpected end'}"
    return f"{host} broke off without an answer"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        wrapped = next((one for one in error.args if isinstance(one, BaseException)), None)
        error = wrapped or error.__cause__ or error.__context__
