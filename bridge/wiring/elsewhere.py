"""Signing in at the provider that the settings name."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from secrets import compare_digest
from threading import BoundedSemaphore
from time import monotonic
from typing import Any

from bridge.clock import Clock
from bridge.errors import ProviderBusy, SignInFailed
from bridge.settings import Settings
from bridge.settings.door import Provider

AT_ONCE = 2
"""So many threads of a process ask the provider: one that hangs leaves the others to everybody else's pages."""
WAITS = 0.5
"""Seconds in which one of them may become free."""
KEPT = 300
"""Seconds for which it is remembered where the provider's pages lie."""
RETURNS_TO = "/console/sign-in/callback"


class Elsewhere:
    """The way to the provider and back. clock: the world's, since ID tokens are of the world.

    Both ways raise ProviderBusy while it lets others wait.
    """

    _turns = BoundedSemaphore(AT_ONCE)  # of the process

    def __init__(self, settings: Settings, provider: Provider, clock: Clock) -> None:
        from connectors import oidc  # slow to load, and few sign in that way

        self._oidc, self._clock = oidc, clock
        self.roles = provider.roles
        self._client = oidc.Client(
            provider.issuer, provider.client_id, provider.client_secret, settings.public_url + RETURNS_TO
        )
        self._places: tuple[float, Mapping[str, Any]] | None = None

    def begin(self) -> tuple[str, dict[str, str]]:
        """Where to send somebody, and what to remember. Raises SignInFailed."""
        with self._turn():
            address, begun = self._oidc.begin(self._client, self._provider())
        return address, asdict(begun)

    def is_way_back(self, kept: Mapping[str, str], returned: Mapping[str, str]) -> bool:
        """Whether somebody comes back from where this browser went, and nobody made the address up."""
        return compare_digest(returned.get("state", "").encode(), kept["state"].encode())

    def complete(self, kept: Mapping[str, str], returned: Mapping[str, str]) -> Mapping[str, Any]:
        """What the provider says of somebody who came back. Raises SignInFailed."""
        now = int(self._clock().timestamp())
        with self._turn():
            return self._oidc.complete(self._client, self._provider, self._oidc.Begun(**kept), returned, now)

    @property
    def issuer(self) -> str:
        """By what the provider is known."""
        return self._client.issuer

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._turns.acquire(timeout=WAITS):
            raise ProviderBusy
        try:
            yield
        except self._oidc.SignInFailed as error:
            raise SignInFailed(str(error)) from error
        finally:
            self._turns.release()

    def _provider(self) -> Mapping[str, Any]:
        """Where its pages lie, as it said lately."""
        if self._places is None or monotonic() - self._places[0] > KEPT:
            self._places = monotonic(), self._oidc.discover(self._client)
        return self._places[1]
