"""The ingest loop: from the journal into PostgreSQL, in the order of arrival."""

import fcntl
import json
import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, TypeVar
from uuid import UUID

from bridge import journal_reserve
from bridge.errors import UnknownProfile
from bridge.flow.forget_traces import was_erased
from bridge.flow.record_hits import record_hits
from bridge.flow.record_uses import record_uses
from bridge.flow.record_visits import forget_browsers, record_visits
from bridge.flow.retry import apply
from bridge.flow.sweep import wake_settled
from bridge.flow.unit import Unit
from bridge.ids import derived_id
from bridge.intake.batch import Batch
from bridge.intake.reading import NotUnderstood, UnreadableRecord, parse_record
from bridge.intake.records import Body, Record, Submission, kind_of, to_body
from bridge.journal import JournalReader, Row, private_folder, readers
from bridge.store import dead_letters
from bridge.store.database import is_unavailable
from bridge.store.dead_letters import DeadLetter
from bridge.wiring import Services

log = logging.getLogger(__name__)

BATCH = 500
IDLE = 0.02
TIMER = timedelta(milliseconds=250)
LOOK_BACK = timedelta(seconds=2)
LONGEST_PAUSE = 5.0
LOOK_AT_LOCK = 0.2
ROOM_AGAIN = timedelta(seconds=2)
Item = TypeVar("Item", bound=Body)


@dataclass
class Ingest:
    """Takes over what web processes of this node wrote into their journals."""

    services: Services
    stop: threading.Event = field(default_factory=threading.Event)
    _readers: dict[Path, JournalReader] = field(default_factory=dict)
    _looked_at: datetime | None = None
    _asked_for_room: datetime | None = None

    def run(self) -> None:
        """Work until `stop` is set. While the database is away the journal keeps everything."""
        with only_one(self.services.settings.journal, self.stop):
            pause = 0.2
            while not self.stop.is_set():
                try:
                    taken = self.once()
                    self._wake_settled()
                    pause = 0.2
                except Exception as error:
                    if not is_unavailable(error):
                        log.exception("ingest failed, trying again")
                    else:
                        log.warning("the database is away, the journal keeps everything")
                    self.stop.wait(pause)
                    pause = min(2 * pause, LONGEST_PAUSE)
                    continue
                self._keep_room(is_empty=taken == 0)
                if not taken:
                    self.stop.wait(IDLE)

    def once(self) -> int:
        """Take over one batch of each file; returns how many records that were."""
        taken = 0
        for reader in readers(self.services.settings.journal, self._readers):
            try:
                taken += self._take_batch(reader)
            except sqlite3.Error as error:
                log.error(
                    "a journal file cannot be read", extra={"file": reader.path.name, "reason": str(error)}
                )
                self.stop.wait(LONGEST_PAUSE / 10)
        return taken

    def _keep_room(self, is_empty: bool) -> None:
        """Have the room again that a full disk made us give up, as soon as there is as much; look for it seldom."""
        folder, now = self.services.settings.journal, self.services.clock()
        asked = self._asked_for_room
        if journal_reserve.is_kept(folder) or (asked and now - asked < ROOM_AGAIN):
            return
        self._asked_for_room = now
        try:
            for reader in self._readers.values() if is_empty else ():
                reader.shrink()
            if not journal_reserve.keep(folder):
                log.warning("the disk has no room to keep for emptying the journal")
        except (sqlite3.Error, OSError) as error:
            log.warning("no room is kept for emptying the journal", extra={"reason": str(error)})

    def _take_batch(self, reader: JournalReader) -> int:
        rows = reader.batch(BATCH)
        if rows:
            self._take(rows)
            reader.acknowledge(rows)
        elif reader.is_dirty:
            reader.truncate()  # deleted text lives on in the write-ahead log until then
        return len(rows)

    def _take(self, rows: Sequence[Row]) -> None:
        batch = Batch()
        for row in rows:
            try:
                batch.add(parse_record(row.id, row.kind, row.at, json.loads(row.body)))
            except (UnreadableRecord, ValueError, RecursionError) as error:
                self._bury(row.id, row.kind, {"raw": row.body}, error, row.at)
        self._take_set(batch.withdrawals, forget_browsers)
        self._take_set(batch.visits, record_visits)
        for record, submission in batch.submissions:
            self._take_one(record, submission)
        self._take_set(batch.hits, record_hits)
        self._take_set(batch.uses, record_uses)  # after the clicks that they speak for
        for record, unsubscription in batch.unsubscriptions:
            self._take_one(record, unsubscription)
        for record, notice in batch.notices:
            self._take_one(record, notice)

    def _take_set(
        self, records: list[tuple[Record, Item]], take: Callable[[Unit, list[tuple[Record, Item]]], object]
    ) -> None:
        """Set-wise; when the set cannot be stored, one by one, so that a poison record stops no other."""
        if not records:
            return
        try:
            with self.services.unit() as unit:
                take(unit, records)
        except Exception as error:
            if is_unavailable(error):
                raise
            for record, item in records:
                self._take_one(record, item)

    def _take_one(self, record: Record, item: Body) -> None:
        try:
            with self.services.unit() as unit:
                apply(unit, record)
        except UnknownProfile as error:
            if isinstance(item, Submission):  # of all others the person was erased meanwhile
                self._bury(record.id, kind_of(item), to_body(item), error, record.received_at)
        except Exception as error:
            if is_unavailable(error):
                raise
            self._bury(record.id, kind_of(item), to_body(item), error, record.received_at)

    def _bury(self, record_id: UUID, kind: str, body: dict[str, Any], error: Exception, at: datetime) -> None:
        log.warning(
            "dead letter", extra={"record": str(record_id), "kind": kind, "reason": type(error).__name__}
        )
        letter = DeadLetter(
            id=derived_id("dead", record_id),
            source=error.provider if isinstance(error, NotUnderstood) else "journal",
            payload=storable({"id": str(record_id), "kind": kind, "at": at.isoformat(), "body": body}),
            error=storable(_in_words(error)[:500]),
            at=at,
        )
        with self.services.unit() as unit:
            if not was_erased(unit, letter.payload["body"], at):
                dead_letters.bury(unit.connection, letter)

    def _wake_settled(self) -> None:
        now = self.services.clock()
        if self._looked_at is not None and now - self._looked_at < TIMER:
            return
        since = (self._looked_at or now - LOOK_BACK) - TIMER
        wake_settled(self.services.engine, self.services.wake, since, now)
        self._looked_at = now


def _in_words(error: Exception) -> str:
    """What an operator reads: a class where nothing better is known."""
    return str(error) if isinstance(error, NotUnderstood) else f"{type(error).__name__}: {error}"


def storable(value: Any) -> Any:
    """A JSON value as PostgreSQL can hold it: text there has no U+0000 and no half of a surrogate pair."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode(errors="replace").decode()
    if isinstance(value, dict):
        return {storable(key): storable(inner) for key, inner in value.items()}
    return [storable(inner) for inner in value] if isinstance(value, list) else value


@contextmanager
def only_one(folder: Path, stop: threading.Event) -> Iterator[None]:
    """One ingest for each journal folder: a second one waits until the first is gone, or until `stop` is set."""
    private_folder(folder)
    with (folder / "ingest.lock").open("ab") as claim:
        while not _locked(claim) and not stop.wait(LOOK_AT_LOCK):
            pass
        yield


def _locked(claim: BinaryIO) -> bool:
    try:
        fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
