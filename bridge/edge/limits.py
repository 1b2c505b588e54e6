"""Rate limits for browser forms, counted in Redis; when Redis is away, in this process, at once."""

from ipaddress import ip_address, ip_network
from typing import Any

from flask import Flask, request
from flask_limiter import Limiter

from bridge.edge.network import client_ip
from bridge.settings import Settings

QUICKLY: dict[str, Any] = {"socket_timeout": 0.1, "socket_connect_timeout": 0.1}


def make_limiter(app: Flask, settings: Settings) -> Limiter:
    """The limiter of an application; views name their limits themselves."""
    return Limiter(
        lambda: network_of(client_ip(request.environ, settings.trusted_proxies) or "unknown"),
        app=app,
        storage_uri=settings.redis_url.replace("unix://", "redis+unix://", 1),
        storage_options=QUICKLY,
        key_prefix="leadbridge-limits",
        in_memory_fallback_enabled=True,
        enabled=settings.rate_limits is not None,
        headers_enabled=False,
        swallow_errors=True,
    )


def network_of(ip: str) -> str:
    """The network that an address counts for: an IPv4 address itself, of IPv6 the first 64 bits."""
    try:
        address = ip_address(ip)
    except ValueError:
        return ip
    if address.version == 4:
        return str(address)
    return str(address.ipv4_mapped or ip_network((int(address), 64), strict=False))
