"""What the database says of a traffic: whether everybody is there, once, and whether all the work is done."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from bridge.inbox import list_mails
from bridge.journal import depth
from tests.faults.traffic import Traffic, submission
from tests.promises.processes import Processes
from tests.together import eventually

_SUBMISSIONS = "select key, count(*) from submissions where key like :like group by key"
_PEOPLE = """
    select s.key, p.score,
        (select count(*) from submissions one where one.profile_id = p.id) as submissions,
        (select count(*) from events e where e.profile_id = p.id and e.kind = 'form.submitted') as events,
        (select coalesce(sum(points), 0) from ledger l where l.profile_id = p.id and l.topic = '') as ledger,
        (select count(*) from handovers h where h.profile_id = p.id) as handovers
    from submissions s join profiles p on p.id = s.profile_id where s.key like :like
"""
_WAITING = """
    select
        (select count(*) from events e join submissions s using (profile_id)
            where s.key like :like and e.scored_at is null)
        + (select count(*) from outbox o join submissions s using (profile_id)
            where s.key like :like and o.state in ('due', 'leased', 'deferred'))
"""
_UNSCORED = """
    select count(*) from events e join submissions s using (profile_id) where s.key like :like and e.scored_at is null
"""
_DELIVERIES = """
    select o.state, count(*) from outbox o join submissions s using (profile_id) where s.key like :like group by 1
"""
FORM, CALLBACK = 2, 10
"""Points of the demo programme for a form, and for a form that asks for a call."""


@dataclass(frozen=True)
class Books:
    """Reads what became of a traffic."""

    bridge: Processes
    traffic: Traffic

    def lost(self) -> set[str]:
        """Submissions that were answered with success and are not there."""
        return self.traffic.taken() - set(self._kept())

    def kept(self) -> set[str]:
        """Submissions that are there."""
        return set(self._kept())

    def doubled(self) -> set[str]:
        """Submissions that had an effect more than once: rows, events, points, hand-overs."""
        twice = {key for key, times in self._kept().items() if times > 1}
        return twice | {row.key for row in self._rows(_PEOPLE) if row.submissions > 1 or row.events > 1}

    def wrong(self) -> list[Any]:
        """People whose points or hand-overs are not what their one form gives."""
        found: list[Any] = []
        for row in self._rows(_PEOPLE):
            wants_a_call = submission("", int(row.key.rpartition("-")[2]))["form"] == "rueckruf"
            points, handovers = (CALLBACK, 1) if wants_a_call else (FORM, 0)
            if (row.events, row.score, row.ledger, row.handovers) != (1, points, points, handovers):
                found.append(row)
        return found

    def drained(self) -> float:
        """Wait until the journal is empty and nobody has anything to do; how many seconds that took."""
        began = time.monotonic()
        assert eventually(lambda: depth(self.bridge.data / "journal")[0] == 0), "the journal is not empty"
        assert eventually(lambda: self._waiting() == 0), self._what_waits()
        return time.monotonic() - began

    def _what_waits(self) -> str:
        return f"{self._rows(_UNSCORED)[0][0]} events are not scored, deliveries: {self.deliveries()}"

    def drained_but_for_leases(self) -> None:
        """Wait until all is done that nobody is at; a lease that a killed worker left runs out by itself."""
        self.bridge.wait_for_ingest()
        assert eventually(lambda: set(self.deliveries()) <= {"sent", "leased"}), self.deliveries()
        assert eventually(lambda: self._rows(_UNSCORED)[0][0] == 0)

    def deliveries(self) -> dict[str, int]:
        """State → how many deliveries to or about these people."""
        return {row[0]: row[1] for row in self._rows(_DELIVERIES)}

    def mails_twice(self) -> dict[tuple[str, str], int]:
        """Mails that reached one of these people more than once, by recipient and subject."""
        caught = list_mails(self.bridge.data / "inbox", limit=100_000)
        theirs = Counter(
            (one.recipient, one.subject) for one in caught if f"@{self.traffic.name}" in one.recipient
        )
        return {mail: times for mail, times in theirs.items() if times > 1}

    def settle(self, saw: Callable[..., None], **more: object) -> None:
        """Nothing of the traffic is lost, doubled or wrong; note the numbers."""
        numbers = {
            "sent": len(self.traffic.taken()),
            "lost": len(self.lost()),
            "doubled": len(self.doubled()),
        }
        saw(**numbers, **more)
        assert self.traffic.begun() == self.traffic.taken(), "every submission was taken in the end"
        assert self.lost() == set()
        assert self.doubled() == set()
        assert self.wrong() == []

    def _kept(self) -> dict[str, int]:
        return {row[0]: row[1] for row in self._rows(_SUBMISSIONS)}

    def _waiting(self) -> int:
        return int(self._rows(_WAITING)[0][0])

    def _rows(self, statement: str) -> list[Any]:
        with self.bridge.engine.connect() as connection:
            return list(connection.execute(text(statement), {"like": f"{self.traffic.name}-%"}))
