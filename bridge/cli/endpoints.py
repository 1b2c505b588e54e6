"""Endpoints of webhooks as commands name them."""

from bridge.errors import LeadbridgeError
from bridge.program.model import Program, Webhook


class UnknownWebhook(LeadbridgeError):
    """The programme has no webhook of that id."""


def named(program: Program, identifier: str) -> Webhook:
    """The endpoint of that id. Raises UnknownWebhook."""
    found = next((hook for hook in program.webhooks if hook.id == identifier), None)
    if found is None:
        known = ", ".join(hook.id for hook in program.webhooks) or "none at all"
        raise UnknownWebhook(f"the programme has no webhook {identifier}; it has {known}")
    return found
