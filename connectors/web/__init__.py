"""Requests to addresses that somebody else wrote down: to the public internet only, and never for long."""

from connectors.web.asking import Limits, Reply, addresses_of, ask
from connectors.web.files import FetchedFile, Marks, fetch_file
from connectors.web.following import Arrived, follow
from connectors.web.guard import Forbidden, Guard, NotPublic, Unreachable, literal_resolver, system_resolver
from connectors.web.looking import look
from connectors.web.webhook import Posting, post_webhook

__all__ = [
    "Arrived",
    "FetchedFile",
    "Forbidden",
    "Guard",
    "Limits",
    "Marks",
    "NotPublic",
    "Posting",
    "Reply",
    "Unreachable",
    "addresses_of",
    "ask",
    "fetch_file",
    "follow",
    "literal_resolver",
    "look",
    "post_webhook",
    "system_resolver",
]
