"""How webhooks are posted."""

from functools import cached_property

from bridge.clock import Clock
from bridge.delivery.webhooks import WebhookRequest
from bridge.settings import Settings
from connectors.contract import Posted
from connectors.web import Guard, Posting, post_webhook


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
