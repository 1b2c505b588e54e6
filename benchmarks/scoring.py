"""P4: what is due becomes entries, scores and stages, against COPY of as many rows into the same tables.

Ours is a worker process for the queue “score”, as `leadbridge worker score` starts it. The clock runs from waking it,
job by job, until nothing is due any more. The baseline copies the rows that ours wrote last – events and entries,
under new ids – into the tables that they came from.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import psycopg
from sqlalchemy import Engine, func, select

from benchmarks.audience import Audience
from benchmarks.contest import Contest, Contestant, Sample, Say, Scale, play
from benchmarks.ground import Ground, fresh_ground
from benchmarks.outcomes import Outcome
from bridge.clock import utc_now
from bridge.flow.judge_fit import judge_everybody
from bridge.store.tables import events, ledger

GOAL = 0.05
WITHIN = 300.0
POLL = 0.01
MOST_CAMPAIGNS = 3
"""A hundred thousand mails each: more of them would only take longer."""

WRITTEN = {
    "events": """select gen_random_uuid(), profile_id, kind, at, due_at, scored_at, verdict, signs, mail_id,
        organisation, rejudge_at, data from events where profile_id = any(%s) and scored_at >= %s""",
    "ledger": """select gen_random_uuid(), profile_id, event_id, rule, points, topic,
        gen_random_uuid() || once_key, turn, reason, at, program_version, undoes, expires_at
        from ledger where profile_id = any(%s) and seq > %s""",
}
COLUMNS = {
    table.name: ", ".join(column.name for column in table.columns if column.identity is None)
    for table in (events, ledger)
}
Copies = dict[str, bytes]
"""Table → rows as COPY takes them."""


def measure(scale: Scale, say: Say) -> Iterator[Outcome]:
    """P4, of an evening with opens, clicks, scanners and forms, and of a campaign."""
    people, mails = (700, 2_000) if scale.is_quick else (10_000, 100_000)
    with fresh_ground() as ground, ground.worker("score"):
        Turns(ground, 50, past=10).score()
        evening = Turns(ground, people, past=10)
        yield play(_contest(evening, "events scored, of an evening"), scale.rounds, say)
        campaign = Turns(ground, mails, past=4, only_sent=True)
        rounds = min(scale.rounds, MOST_CAMPAIGNS)
        yield play(_contest(campaign, f"{mails:,} mails sent, scored"), rounds, say)


def _contest(turns: "Turns", what: str) -> Contest:
    ours = Contestant("ours, one worker", turns.score)
    return Contest("P4", what, "events/s", ours, [Contestant("COPY", turns.copy, goal=GOAL)])


@dataclass
class Turns:
    """Whoever's turn it is finds people that nobody has scored yet, or rows that ours has written.

    past: how many events and entries each of them has from before.
    """

    ground: Ground
    people: int
    past: int
    only_sent: bool = False
    _events: int = 0
    _copies: list[Copies] = field(default_factory=list)

    @property
    def engine(self) -> Engine:
        """The database."""
        return self.ground.services.engine

    @property
    def _url(self) -> str:
        return self.ground.services.settings.database_url

    def score(self) -> Sample:
        """Wake the worker for everybody, and wait until nothing is due."""
        audience = Audience(self.people, self.past, utc_now(), only_sent=self.only_sent)
        self._events = audience.move_in(self.engine)
        for _ in judge_everybody(self.ground.services.unit):
            pass  # as those of whom anything is known have been, long ago
        ids = [person.id for person in audience.people]
        with self.engine.connect() as connection:
            last = connection.scalar(select(func.max(ledger.c.seq)))
        began, at = time.monotonic(), utc_now()
        self.ground.services.wake("score", ids)
        self._wait_until_all_is_done()
        rate = self._events / (time.monotonic() - began)
        since = {"events": at, "ledger": last}
        self._copies = [self._copied(ids, since) for _ in range(2)]  # COPY may have two turns in a row
        return Sample(rate)

    def copy(self) -> Sample:
        """Copy what ours wrote last."""
        copies = self._copies.pop()
        began = time.monotonic()
        with psycopg.connect(self._url) as connection, connection.cursor() as cursor:
            for table, rows in copies.items():
                with cursor.copy(
                    f"copy {table} ({COLUMNS[table]}) from stdin (format binary)".encode()
                ) as copy:
                    copy.write(rows)
        return Sample(self._events / (time.monotonic() - began))

    def _copied(self, ids: list[UUID], since: dict[str, datetime | int | None]) -> Copies:
        copies = {}
        with psycopg.connect(self._url) as connection, connection.cursor() as cursor:
            for table, rows in WRITTEN.items():
                statement = f"copy ({rows}) to stdout (format binary)"
                with cursor.copy(statement.encode(), [ids, since[table]]) as copy:
                    copies[table] = b"".join(copy)
        return copies

    def _wait_until_all_is_done(self) -> None:
        until = time.monotonic() + WITHIN
        waiting = select(events.c.id).where(events.c.scored_at.is_(None), events.c.due_at <= func.now())
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            while connection.execute(waiting.limit(1)).first() is not None:
                if time.monotonic() > until:
                    raise RuntimeError("the worker comes to no end")
                time.sleep(POLL)
