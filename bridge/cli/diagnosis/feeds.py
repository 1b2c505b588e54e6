"""Feeds that mails take news from: which of them fail."""

from collections.abc import Iterator
from datetime import timedelta

from bridge.cli.diagnosis.finding import Finding
from bridge.cli.printing import short
from bridge.errors import LeadbridgeError
from bridge.store.database import Unavailable
from bridge.store.feeds import rows_of
from bridge.wiring import Services

PATIENCE = timedelta(days=1)
"""Who fails for less may be well again tomorrow."""


def failing(services: Services) -> Iterator[Finding]:
    """One finding for each that fails, or one for all. Whether the database answers is another look's."""
    try:
        known = services.program.feeds
        with services.engine.connect() as connection:
            rows = rows_of(connection, known.values())
    except (LeadbridgeError, *Unavailable):
        return
    zone = services.program.timezone
    fails = [row for row in rows.values() if row.failing_since]
    for row in fails:
        long = row.failing_since is not None and services.clock() - row.failing_since > PATIENCE
        found = f"fails since {short(row.failing_since, zone)}: {row.error}"
        advice = f"correct its address, or run “leadbridge feeds fetch {row.id}”; mails go on without it"
        yield Finding(f"feed {row.id}", False if long else None, found, advice)
    if known and not fails:
        yield Finding("feeds", True, f"{len(known)} feed(s), none of which fails")
