"""The mailbox for bounces."""

from collections.abc import Iterator

from bridge.cli.diagnosis.finding import Finding
from bridge.errors import MailboxAway
from bridge.wiring import Services

PART = "bounces"


def mailbox(services: Services) -> Iterator[Finding]:
    """Whether it can be read, if there is one."""
    if services.bounces.address is None:
        return
    try:
        count = services.bounces.waiting()
    except MailboxAway as error:
        yield Finding(PART, False, str(error), "correct LEADBRIDGE_BOUNCE_MAILBOX, or ask whoever runs it")
        return
    yield Finding(PART, True, f"the mailbox can be read, {count} message(s) wait")
