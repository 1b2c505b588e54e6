"""Whose fault a bounce is: a provider's own word, corrected by what the other side said where that says more."""

from connectors.contract import Trouble
from connectors.smtp.verdicts import blame, is_full, is_telling


def trouble(said: Trouble, status: str, words: str) -> Trouble:
    """What a bounce means. said: how the provider classes it. status: enhanced status code (RFC 3463), or ""."""
    if is_telling(status):
        return blame(status, words)
    return "soft" if is_full(words) else said
