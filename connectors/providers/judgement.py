"""Whose fault a bounce is: a provider's own word, corrected by the status code where that says more (RFC 3463)."""

from connectors.contract import Trouble

NO_SUCH_MAILBOX = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"})
FULL = "5.2.2"


def trouble(said: Trouble, status: str) -> Trouble:
    """What a bounce means.

    said: how the provider classes it. A policy (5.7) or our own address (5.1.7, 5.1.8) is never the recipient's
    fault; a full mailbox and everything that begins with 4 may pass.
    """
    if status in NO_SUCH_MAILBOX:
        return "hard"
    if status.startswith("5.7.") or status in {"5.1.7", "5.1.8", "5.6.0"}:
        return "ours"
    if status == FULL or status.startswith("4."):
        return "soft"
    return said
