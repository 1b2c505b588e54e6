"""What `leadbridge doctor` looks at."""

from collections.abc import Callable, Iterator

from bridge.cli.diagnosis import (
    accounts,
    bounces,
    dns,
    downloads,
    feeds,
    held,
    letters,
    mail,
    parts,
    webhooks,
)
from bridge.cli.diagnosis.finding import Finding
from bridge.wiring import Services

__all__ = ["Finding", "diagnose"]

LOOKS: tuple[Callable[[Services], Iterator[Finding]], ...] = (
    parts.settings,
    parts.programme,
    parts.database,
    parts.queue,
    parts.journal,
    held.forms,
    letters.dead,
    accounts.console,
    mail.server,
    dns.records,
    bounces.mailbox,
    parts.permissions,
    parts.networks,
    downloads.files,
    parts.addresses,
    webhooks.secrets,
    webhooks.addresses,
    webhooks.endpoints,
    feeds.failing,
)


def diagnose(services: Services) -> list[Finding]:
    """Look at every part; a part that fails stops no other look."""
    return [finding for look in LOOKS for finding in look(services)]
