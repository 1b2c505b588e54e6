"""From the words of a setting to its value; each raises ValueError with what was expected."""

import re
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from bridge.delivery.return_paths import LONGEST_LOCAL_PART
from bridge.program.building import can_sign

if TYPE_CHECKING:
    from connectors.smtp.dkim_keys import DkimKey

LAST_PORT = 65535
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


def bind(text: str) -> tuple[str, int]:
    """Host and port."""
    host, _, port = text.rpartition(":")
    if not host or not re.fullmatch("[0-9]{1,9}", port):
        raise ValueError("expected an address and a port")
    if not 0 < int(port) <= LAST_PORT:
        raise ValueError(f"expected a port from 1 to {LAST_PORT}")
    return host.strip("[]"), int(port)


def host_in_url(host: str) -> str:
    """A host as an address writes it."""
    return f"[{host}]" if ":" in host else host


def split(url: str) -> SplitResult:
    """An address, taken apart."""
    try:
        return urlsplit(url)
    except ValueError:
        raise ValueError("expected an address") from None  # the library's words may quote a password


def public_url(text: str) -> str:
    """An address without query, fragment and closing slash."""
    parts = split(text)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment:
        raise ValueError("expected the address under which people reach this service")
    return text.rstrip("/")


def database_url(text: str) -> str:
    """As the database library wants it."""
    if split(text).scheme not in {"postgresql", "postgres"}:
        raise ValueError("expected the address of a PostgreSQL database")
    return text.replace("postgres://", "postgresql://", 1)


def redis_url(text: str) -> str:
    """As it is."""
    if split(text).scheme not in {"redis", "rediss", "unix"}:
        raise ValueError("expected the address of a Redis or Valkey server")
    return text


def keys(text: str) -> tuple[str, ...]:
    """Newest first."""
    keys = words(text)
    if not keys or any(len(key) < 16 or len(set(key)) < 8 for key in keys):
        raise ValueError(
            "expected one or more keys of at least 16 characters, 8 of them different, newest first, "
            "between commas"
        )
    return keys


def intake_secrets(text: str) -> tuple[str, ...]:
    """Newest first."""
    keys = words(text)
    if not keys or any(not re.fullmatch(r"whsec_.{16,}", key) or not can_sign(key) for key in keys):
        raise ValueError("expected one or more secrets of the form whsec_<base64>, between commas")
    return keys


def sender(text: str) -> str:
    """A mailbox, with or without a name."""
    if not re.fullmatch(r"[^<>\r\n]*<[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+", text.strip()):
        raise ValueError("expected a name and an address")
    return text.strip()


def rate_limits(text: str) -> str | None:
    """Limits, or None for none."""
    if text == "off":
        return None
    if not re.fullmatch(r"\d+/(second|minute|hour|day)(;\d+/(second|minute|hour|day))*", text):
        raise ValueError("expected limits between semicolons, or off")
    return text


def settle(text: str) -> tuple[timedelta, timedelta]:
    """Until a hit counts, and until it may hand over; the second is never shorter."""
    spans = [
        re.fullmatch(r"([0-9]{1,6}(?:\.[0-9]{1,6})?)(ms|s|m|h)", part.strip()) for part in text.split(",")
    ]
    if len(spans) != 2 or not spans[0] or not spans[1]:
        raise ValueError("expected two lengths of time: until a click counts, and until it may hand over")
    first, second = (timedelta(seconds=float(span[1]) * _UNITS[span[2]]) for span in spans if span)
    return first, max(first, second)


def count(text: str) -> int:
    """A number of up to three digits."""
    if not re.fullmatch("[0-9]{1,3}", text):
        raise ValueError("expected how many proxies stand in front")
    return int(text)


def words(text: str) -> tuple[str, ...]:
    """What stands between commas."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def dkim_keys(text: str) -> "tuple[DkimKey, ...]":
    """The keys in these files, between commas."""
    if not text:
        return ()
    from connectors.smtp.dkim_keys import read_keys  # who signs nothing does not pay for the cryptography

    try:
        return read_keys([Path(one) for one in words(text)])
    except ValueError as error:
        raise ValueError(f"expected files with private keys between commas: {error}") from None


def plain_address(text: str) -> str:
    """An address without a name."""
    if not re.fullmatch(r"[^<>@\s,;]+@[^<>@\s,;]+", text.strip()):
        raise ValueError("expected an address without a name")
    return text.strip()


def return_path(text: str) -> str:
    """An address below which every mail can have one of its own."""
    address = plain_address(text)
    local = address.rpartition("@")[0]
    if not address.isascii() or len(local) > LONGEST_LOCAL_PART:
        raise ValueError(
            f"expected an address in ASCII with at most {LONGEST_LOCAL_PART} characters before the @: "
            "what names a mail stands beside them"
        )
    return address


def pace(text: str) -> dict[str, float]:
    """Mails a second by domain; "*" is any other."""
    return {domain: _rate(rate) for domain, rate in _by_domain(text, "10/second").items()}


def concurrency(text: str) -> dict[str, int]:
    """Mails at once by domain; "*" is any other."""
    found = _by_domain(text, "2")
    if any(not re.fullmatch("[1-9][0-9]{0,2}", number) for number in found.values()):
        raise ValueError("expected how many mails may be under way at once, at least 1")
    return {domain: int(number) for domain, number in found.items()}


def networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Networks between commas."""
    try:
        return tuple(ip_network(one) for one in words(text))
    except ValueError:
        raise ValueError("expected addresses or networks between commas") from None


ROLES = ("viewer", "sales", "marketing", "admin")
"""Of accounts of the console."""


def roles(text: str) -> tuple[str, ...]:
    """Roles between commas."""
    found = words(text)
    if not set(found) <= set(ROLES):
        raise ValueError(f"expected roles between commas: {', '.join(ROLES)}")
    return found


def issuer(text: str) -> str:
    """The address of an OpenID Connect provider, as it names itself. On this machine it may do without TLS."""
    parts = split(text)
    is_here = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    if parts.scheme != "https" and not (parts.scheme == "http" and is_here):
        raise ValueError("expected the address of the provider, beginning with https://")
    if not parts.netloc or parts.query or parts.fragment:
        raise ValueError("expected the address of the provider without ? and #")
    return text


def roles_of_claims(text: str) -> tuple[tuple[str, str, str], ...]:
    """Claim, value and role of each."""
    found = [re.fullmatch(r"([^:=;]+):(.+)=(\w+)", part.strip()) for part in text.split(";") if part.strip()]
    if any(one is None or one[3] not in ROLES for one in found):
        raise ValueError(f"expected claim:value=role between semicolons, with a role of {', '.join(ROLES)}")
    return tuple((one[1].strip(), one[2].strip(), one[3]) for one in found if one)


def _rate(text: str) -> float:
    found = re.fullmatch(r"([1-9][0-9]{0,5})/(second|minute|hour)", text)
    if not found:
        raise ValueError("expected a number of mails a second, minute or hour")
    return int(found[1]) / {"second": 1, "minute": 60, "hour": 3600}[found[2]]


def _by_domain(text: str, default: str) -> dict[str, str]:
    """`default;domain=value;…`, in which the default may be left out."""
    found = {"*": default}
    for part in filter(None, (part.strip() for part in text.split(";"))):
        domain, _, value = part.rpartition("=")
        found[domain.strip().lower() or "*"] = value.strip()
    return found
