"""Rate limits for browser forms, counted in Redis; when Redis is away, in this process, at once.

Whoever exceeds the limit looks like spam: the form is held, and nothing is lost. Only far above it, where the
journal itself has to be protected, the answer is 429.
"""

import hmac
import logging
import re
from hashlib import sha256
from ipaddress import ip_address, ip_network
from typing import Any

from flask import Blueprint, Flask, current_app, request
from flask_limiter import Limiter
from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from bridge.edge.network import client_ip
from bridge.settings import Settings

log = logging.getLogger(__name__)

FAR_ABOVE = 10
KEY = "bridge-limits"
VISITS_KEY = "bridge-visit-limits"
VISITS = "300/minute;5000/hour"
QUICKLY: dict[str, Any] = {"socket_timeout": 0.1, "socket_connect_timeout": 0.1}


class FormLimits:
    """The limits of one application. settings.rate_limits: such as `20/minute;200/hour`, or None for none."""

    def __init__(self, app: Flask, settings: Settings, blueprint: Blueprint) -> None:
        self._limits: list[RateLimitItem] = []
        self._proxies = settings.trusted_proxies
        self._key = settings.secret_keys[0].encode()
        app.extensions[KEY] = self
        if settings.rate_limits is None:
            return
        self._limits = parse_many(settings.rate_limits)
        self._limiter = Limiter(
            self._network,
            app=app,
            storage_uri=settings.redis_url.replace("unix://", "redis+unix://", 1),
            storage_options=QUICKLY,
            key_prefix="leadbridge-limits",
            in_memory_fallback_enabled=True,
            headers_enabled=False,
            swallow_errors=True,
        )
        self._limiter.limit(_multiplied(settings.rate_limits), methods=["POST"])(blueprint)

    def exceeded(self) -> bool:
        """Count this request; whether its network has sent too many."""
        try:
            counted = [self._limiter.limiter.hit(limit, "form", self._network()) for limit in self._limits]
        except Exception as error:  # the storage's own kinds; whatever it is, nobody is held up by it
            log.warning("a form was not counted", extra={"reason": type(error).__name__})
            return False
        return not all(counted)

    def _network(self) -> str:
        """The asking network as a keyed hash: neither Redis nor its append-only file holds an address."""
        return hmac.new(self._key, _asking_network(self._proxies).encode(), sha256).hexdigest()[:32]


class VisitLimits:
    """A generous limit for page visits, counted in this process alone: no Redis is asked for every page."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self._limits = parse_many(VISITS) if settings.rate_limits else []
        self._counter = FixedWindowRateLimiter(MemoryStorage())
        self._proxies = settings.trusted_proxies
        app.extensions[VISITS_KEY] = self

    def exceeded(self, what: str) -> bool:
        """Count this request; whether its network has sent too many of that kind."""
        network = _asking_network(self._proxies)
        counted = [self._counter.hit(limit, what, network) for limit in self._limits]
        return not all(counted)


def too_many_visits() -> bool:
    """Whether the network of this request has sent too many visits."""
    limits: VisitLimits = current_app.extensions[VISITS_KEY]
    return limits.exceeded("visit")


def too_many_uses() -> bool:
    """Whether it has said too often that pages are used; visits do not count."""
    limits: VisitLimits = current_app.extensions[VISITS_KEY]
    return limits.exceeded("use")


def too_many_withdrawals() -> bool:
    """Whether it has sent too many withdrawals; visits do not count, so that whoever had many can still withdraw."""
    limits: VisitLimits = current_app.extensions[VISITS_KEY]
    return limits.exceeded("withdrawal")


def too_many() -> bool:
    """Whether the network of this request has sent too many forms."""
    limits: FormLimits = current_app.extensions[KEY]
    return limits.exceeded()


def _asking_network(trusted_proxies: int) -> str:
    return network_of(client_ip(request.environ, trusted_proxies) or "unknown")


def network_of(ip: str) -> str:
    """The network that an address counts for: an IPv4 address itself, of IPv6 the first 64 bits."""
    try:
        address = ip_address(ip)
    except ValueError:
        return ip
    if address.version == 4:
        return str(address)
    return str(address.ipv4_mapped or ip_network((int(address), 64), strict=False))


def _multiplied(limits: str) -> str:
    return re.sub(r"\d+(?=/)", lambda number: str(FAR_ABOVE * int(number[0])), limits)
