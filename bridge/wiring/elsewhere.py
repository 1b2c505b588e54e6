"""Signing in at the provider that the settings name."""

from collections.abc import Mapping
from dataclasses import asdict
from secrets import compare_digest
from typing import Any

from bridge.clock import Clock
from bridge.errors import SignInFailed
from bridge.settings import Settings
from bridge.settings.door import Provider

RETURNS_TO = "/console/sign-in/callback"


class Elsewhere:
    """The way to the provider and back. clock: the world's, since ID tokens are of the world."""

    def __init__(self, settings: Settings, provider: Provider, clock: Clock) -> None:
        from connectors import oidc  # slow to load, and few sign in that way

        self._oidc, self._clock = oidc, clock
        self.roles = provider.roles
        self._client = oidc.Client(
            provider.issuer, provider.client_id, provider.client_secret, settings.public_url + RETURNS_TO
        )

    def begin(self) -> tuple[str, dict[str, str]]:
        """Where to send somebody, and what to remember. Raises SignInFailed."""
        try:
            address, begun = self._oidc.begin(self._client)
        except self._oidc.SignInFailed as error:
            raise SignInFailed(str(error)) from error
        return address, asdict(begun)

    def is_way_back(self, kept: Mapping[str, str], returned: Mapping[str, str]) -> bool:
        """Whether somebody comes back from where this browser went, and nobody made the address up."""
        return compare_digest(returned.get("state", "").encode(), kept["state"].encode())

    def complete(self, kept: Mapping[str, str], returned: Mapping[str, str]) -> Mapping[str, Any]:
        """What the provider says of somebody who came back. Raises SignInFailed."""
        now = int(self._clock().timestamp())
        try:
            return self._oidc.complete(self._client, self._oidc.Begun(**kept), returned, now)
        except self._oidc.SignInFailed as error:
            raise SignInFailed(str(error)) from error

    @property
    def issuer(self) -> str:
        """By what the provider is known."""
        return self._client.issuer
