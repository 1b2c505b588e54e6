"""Rate limits for browser forms, counted in Redis; when Redis is away, in this process, at once.

Whoever exceeds the limit looks like spam: the form is held, and nothing is lost. Only far above it, where the
journal itself has to be protected, the answer is 429.
"""

import hmac
from collections.abc import Mapping
from hashlib import sha256
from ipaddress import ip_address, ip_network
from typing import Literal

from flask import Flask, abort, current_app, request
from limits import parse_many
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from bridge.edge.counting import Counter
from bridge.edge.network import client_ip
from bridge.settings import Settings

FAR_ABOVE = 10
KEY = "bridge-limits"
SIGN_IN_KEY = "bridge-sign-in-limits"
QUARTER = 15 * 60
Door = Literal["sign-in", "code", "password", "link", "elsewhere", "callback"]
"""What is tried, each counted by itself: a password to sign in, a code, the present password to change something, a
link for a new one, the way to a provider, and the way back.
"""
TRIES, TRIES_OF_A_NETWORK = 10, 50
"""Within a quarter of an hour: for an account from one network or in a known browser; for all from one network."""
TRIES_OF_AN_ACCOUNT: Mapping[Door, int] = {"sign-in": 50, "link": 50, "code": 10, "password": 10}
"""From all networks together. A code is short, and whoever is asked for one has shown a password."""
UNKNOWN_TOLD = 100
"""Tries for nobody's address that are written down in that time."""
VISITS_KEY = "bridge-visit-limits"
VISITS = "300/minute;5000/hour"
SENT, TAKEN = "sent", "taken"
"""What is counted: all forms, those with mistakes included, and the others."""


class FormLimits:
    """The limits of one application. settings.rate_limits: such as `20/minute;200/hour`, or None for none."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self._limits = parse_many(settings.rate_limits) if settings.rate_limits else []
        self._proxies = settings.trusted_proxies
        self._key = settings.secret_keys[0].encode()
        self._counter = Counter(settings.redis_url)
        app.extensions[KEY] = self

    def count_mistaken(self) -> None:
        """Count a form that cannot be taken. Answers 429 when its network has sent far too many."""
        self._refuse_far_above(self._counted(SENT))

    def count_taken(self) -> bool:
        """Count a form; whether its network has sent too many. Answers 429 when it has sent far too many."""
        counts = self._counted(SENT, TAKEN)
        of_all, of_taken = counts[: len(self._limits)], counts[len(self._limits) :]
        self._refuse_far_above(of_all)
        return any(count > limit.amount for count, limit in zip(of_taken, self._limits, strict=True))

    def _refuse_far_above(self, counts: list[int]) -> None:
        if any(count > FAR_ABOVE * limit.amount for count, limit in zip(counts, self._limits, strict=True)):
            abort(429)

    def _counted(self, *whats: str) -> list[int]:
        if not self._limits:
            return []
        network = self._network()
        return self._counter.count(
            {
                limit.key_for(KEY, what, network): limit.get_expiry()
                for what in whats
                for limit in self._limits
            }
        )

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


class SignInLimits:
    """How often somebody may try to come in: by account and by network, counted for all processes.

    A browser that signed in to an account before is counted by itself (OWASP, "device cookies"): whoever fails for
    somebody's address, from however many networks, does not keep them out of where they work.
    """

    def __init__(self, app: Flask, settings: Settings) -> None:
        self._key = settings.secret_keys[0].encode()
        self._proxies = settings.trusted_proxies
        self._counter = Counter(settings.redis_url)
        app.extensions[SIGN_IN_KEY] = self

    def exceeded(self, door: Door, account: str, browser: str | None = None) -> bool:
        """Count a try; whether there were too many. browser: one that signed in to that account before.

        What one network tries too often does not count for the account: it takes several to keep strangers out.
        """
        return any(self._over(most) for most in self._counted_by(door, account, browser))

    def take_back(self, door: Door, account: str, browser: str | None = None) -> None:
        """Take back one try that was let through, and right: whoever shows what they know may do so again.

        What was tried beside it stays counted, so that somebody who guesses gains nothing by it.
        """
        for most in self._counted_by(door, account, browser):
            self._counter.take_back([self._key_of(name) for name in most])

    def crowded(self, door: Door) -> bool:
        """Count a try for no account; whether there were too many from this network."""
        return self._over({f"{door}:network:{self._network()}": TRIES_OF_A_NETWORK})

    def is_told(self, whose: str) -> bool:
        """Whether another try for nobody's address is written down: so many that it shows, and no more."""
        return not self._over({f"told:{whose}": UNKNOWN_TOLD})

    def _counted_by(self, door: Door, account: str, browser: str | None) -> list[Mapping[str, int]]:
        """By what a try is counted, with how many there may be; the second only where the first is not too much."""
        if browser:
            return [{f"{door}:browser:{browser}": TRIES}]
        network = self._network()
        of_here = {f"{door}:here:{account} {network}": TRIES, f"{door}:network:{network}": TRIES_OF_A_NETWORK}
        return [of_here, {f"{door}:account:{account}": TRIES_OF_AN_ACCOUNT[door]}]

    def _over(self, most: Mapping[str, int]) -> bool:
        counts = self._counter.count({self._key_of(name): QUARTER for name in most})
        return any(count > allowed for count, allowed in zip(counts, most.values(), strict=True))

    def _network(self) -> str:
        return _asking_network(self._proxies)

    def _key_of(self, name: str) -> str:
        return f"{SIGN_IN_KEY}:{hmac.new(self._key, name.encode(), sha256).hexdigest()[:32]}"


def sign_in_limits() -> SignInLimits:
    """The limits for signing in of the application that answers this request."""
    limits: SignInLimits = current_app.extensions[SIGN_IN_KEY]
    return limits


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


def form_limits() -> FormLimits:
    """The limits for forms of the application that answers this request."""
    limits: FormLimits = current_app.extensions[KEY]
    return limits


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
