"""Who is asking: the address of the other side, behind as many proxies as we were told to trust."""

import re
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from bridge.intake.records import Request

LONGEST_AGENT = 400
PURPOSES = ("HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_MOZ", "HTTP_X_PURPOSE")
"""Where programs say that they fetch what nobody may ever see."""
OWN_PORTS = {"http": 80, "https": 443}
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


def client_ip(environ: Mapping[str, Any], trusted_proxies: int) -> str | None:
    """The address of the caller. Forwarded headers count only as far as trusted proxies wrote them."""
    peer: str | None = environ.get("REMOTE_ADDR") or None
    if trusted_proxies <= 0:
        return peer
    forwarded = [part.strip() for part in environ.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    return (_address(forwarded[-trusted_proxies]) if len(forwarded) >= trusted_proxies else None) or peer


def _address(forwarded: str) -> str | None:
    """The address in a forwarded header, where some proxies write its port, too."""
    host = forwarded.removeprefix("[").partition("]")[0]
    host = host.partition(":")[0] if host.count(":") == 1 else host
    try:
        return str(ip_address(host))
    except ValueError:
        return None


def request_facts(
    environ: Mapping[str, Any], trusted_proxies: int, headers: Mapping[str, str] | None = None
) -> Request:
    """What is kept of a request. headers: what tells more of a hit, see `telling.hit_facts`."""
    agent = environ.get("HTTP_USER_AGENT")
    purpose = next(filter(None, map(environ.get, PURPOSES)), None)
    return Request(
        ip=client_ip(environ, trusted_proxies),
        user_agent=clean(agent)[:LONGEST_AGENT] if agent else None,
        method=environ.get("REQUEST_METHOD", "GET"),
        purpose=clean(purpose)[:100] if purpose else None,
        headers=headers,
    )


def clean(text: str) -> str:
    """Text without characters that no database and no log should hold."""
    return text if text.isprintable() else _CONTROL.sub("", text)


def origin_of(url: str) -> str:
    """Scheme, host and port of an address, as a browser names them in `Origin`; "" when it has none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in OWN_PORTS or not parts.hostname:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + ("" if port in {None, OWN_PORTS[parts.scheme]} else f":{port}")
