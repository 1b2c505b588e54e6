"""Endpoints of webhooks as commands name them."""

from bridge.errors import LeadbridgeError
from bridge.program.model import Program, Webhook


class UnknownWebhook(LeadbridgeError):
    """The programme has no webhook of that id."""


class NoSecret(LeadbridgeError):
    """A webhook cannot be signed, for a variable with its secret is not set where the command runs."""


def signing(hook: Webhook) -> Webhook:
    """The endpoint, whose secrets are all there. Raises NoSecret."""
    if hook.unset:
        first, them = hook.unset[0], " and ".join(hook.unset)
        raise NoSecret(
            f"webhook {hook.id} is signed with {them}, not set in this shell or in .env of this folder. "
            f"Example: {first}=whsec_… leadbridge webhook test {hook.id}"
        )
    return hook


def named(program: Program, identifier: str) -> Webhook:
    """The endpoint of that id. Raises UnknownWebhook."""
    found = next((hook for hook in program.webhooks if hook.id == identifier), None)
    if found is None:
        known = ", ".join(hook.id for hook in program.webhooks) or "none at all"
        raise UnknownWebhook(f"the programme has no webhook {identifier}; it has {known}")
    return found
