"""Requests to addresses that somebody else wrote down: to the public internet only, and never for long."""

from connectors.web.asking import Limits, Reply, ask
from connectors.web.guard import Forbidden, Guard, NotPublic, Unreachable
from connectors.web.webhook import Posting, post_webhook

__all__ = [
    "Forbidden",
    "Guard",
    "Limits",
    "NotPublic",
    "Posting",
    "Reply",
    "Unreachable",
    "ask",
    "post_webhook",
]
