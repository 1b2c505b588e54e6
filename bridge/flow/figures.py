"""How much waits and what became of the rest: the numbers behind the metrics."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from bridge import journal
from bridge.journal import progress
from bridge.journal.progress import Progress
from bridge.program.feeds import Feed
from bridge.program.model import Webhook
from bridge.store import (
    dead_letters,
    due_events,
    feeds,
    handovers,
    held_lists,
    notices,
    outbox,
    outbox_counts,
    profiles,
    suppressions,
    webhooks,
)
from bridge.store.database import Unavailable


@dataclass(frozen=True, slots=True)
class JournalFigures:
    """depth: records that wait. oldest: since when, or None. progress: of taking over, or None before it began."""

    depth: int
    oldest: datetime | None
    progress: Progress | None


@dataclass(frozen=True, slots=True)
class DatabaseFigures:
    """Counts by state, stage or form; moments are None when nothing waits. feeds: whether each fails."""

    outbox: dict[str, int]
    oldest_due: datetime | None
    oldest_event: datetime | None
    profiles: dict[str, int]
    handovers: dict[str, int]
    dead_letters: int
    held: dict[str, int]
    notices: dict[tuple[str, str, bool], int]
    suppressions: dict[str, int]
    webhooks: dict[str, int]
    feeds: dict[str, bool]


@dataclass(frozen=True, slots=True)
class Figures:
    """Reads the numbers of one node."""

    engine: Engine
    journal_folder: Path
    webhooks: Sequence[Webhook] = ()
    feeds: Mapping[str, Feed] = field(default_factory=dict)

    def journal(self) -> JournalFigures:
        """What waits in this node's journal."""
        return JournalFigures(*journal.depth(self.journal_folder), progress.read(self.journal_folder))

    def database(self, now: datetime) -> DatabaseFigures | None:
        """What waits in the database; None while it is away."""
        try:
            with self.engine.connect() as connection:
                return DatabaseFigures(
                    outbox=outbox_counts.by_state(connection),
                    oldest_due=outbox.oldest_due(connection, now),
                    oldest_event=due_events.oldest_waiting(connection, now),
                    profiles=profiles.count_by_stage(connection),
                    handovers=handovers.count_by_state(connection),
                    dead_letters=dead_letters.count(connection),
                    held={form: one.count for form, one in held_lists.forms_that_wait(connection).items()},
                    notices=notices.counts(connection),
                    suppressions=suppressions.count_by_reason(connection),
                    webhooks=webhooks.count_by_state(connection, self.webhooks),
                    feeds=feeds.failing(connection, self.feeds.values()),
                )
        except Unavailable:
            return None
