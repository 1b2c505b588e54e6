"""How webhooks are posted."""

from functools import cached_property

from bridge.clock import Clock
from bridge.delivery.webhooks import WebhookRequest
from bridge.settings import Settings
from connectors.contract import Posted
from connectors.web import Guard, Limits, Posting, Reply, ask, post_webhook

SHOWN = 2000
"""Bytes of an answer that somebody who tries an endpoint out may want to read."""


class Webhooks:
    """Posts webhooks to public addresses, and to inner ones that the settings allow."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock

    @cached_property
    def guard(self) -> Guard:
        """Decides what may be reached."""
        return Guard(self._settings.outgoing.private_targets)

    def post(self, request: WebhookRequest) -> Posted:
        """Post one webhook; every failure is an answer."""
        return post_webhook(self.guard, Posting(request.url, request.headers, request.body), self._clock)

    def try_out(self, request: WebhookRequest) -> Reply:
        """Post one and read what is said. Raises Forbidden, Unreachable."""
        limits = Limits(size=SHOWN)
        return ask(self.guard, "POST", request.url, headers=request.headers, body=request.body, limits=limits)
