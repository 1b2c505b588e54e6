"""The ingest loop: from the journal into PostgreSQL, in the order of arrival."""

import fcntl
import logging
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from bridge.errors import JournalUnavailable
from bridge.flow.sweep import wake_settled
from bridge.journal import JournalReader, private_folder, progress, readers, reserve
from bridge.journal.progress import Progress
from bridge.store.database import is_unavailable
from bridge.wiring import Services
from bridge.worker.taking_over import take_over

log = logging.getLogger(__name__)

SMALLEST, LARGEST = 1000, 4000
"""Records of a batch. A large one costs less for each record and keeps its people locked for longer."""
IDLE = 0.02
TIMER = timedelta(milliseconds=250)
LOOK_BACK = timedelta(seconds=2)
LONGEST_PAUSE = 5.0
LOOK_AT_LOCK = 0.2
ROOM_AGAIN = timedelta(seconds=2)
NOTED_EVERY = timedelta(seconds=1)


@dataclass
class Ingest:
    """Takes over what web processes of this node wrote into their journals."""

    services: Services
    stop: threading.Event = field(default_factory=threading.Event)
    _readers: dict[Path, JournalReader] = field(default_factory=dict)
    _sizes: dict[Path, int] = field(default_factory=dict)
    _looked_at: datetime | None = None
    _asked_for_room: datetime | None = None
    _taken: int = 0
    _noted: Progress | None = None
    _noted_at: datetime | None = None

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
        """Take over one batch of each file; returns how many records that were.

        As long as more waits than a batch takes, each is twice as large as the one before.
        """
        taken = 0
        for reader in readers(self.services.settings.journal, self._readers):
            try:
                taken += self._take_batch(reader)
            except (sqlite3.Error, JournalUnavailable) as error:
                log.error(
                    "a journal file cannot be read", extra={"file": reader.path.name, "reason": str(error)}
                )
                self.stop.wait(LONGEST_PAUSE / 10)
        self._note_progress(taken)
        return taken

    def _keep_room(self, is_empty: bool) -> None:
        """Have the room again that a full disk made us give up, as soon as there is as much; look for it seldom."""
        folder, now = self.services.settings.journal, self.services.clock()
        asked = self._asked_for_room
        if reserve.is_kept(folder) or (asked and now - asked < self._lasting(ROOM_AGAIN)):
            return
        self._asked_for_room = now
        try:
            for reader in self._readers.values() if is_empty else ():
                reader.shrink()
            if not reserve.keep(folder):
                log.warning("the disk has no room to keep for emptying the journal")
        except (sqlite3.Error, JournalUnavailable, OSError) as error:
            log.warning("no room is kept for emptying the journal", extra={"reason": str(error)})

    def _take_batch(self, reader: JournalReader) -> int:
        size = self._sizes.pop(reader.path, SMALLEST)  # where it fails, the next one is small again
        rows = reader.batch(size)
        if rows:
            take_over(self.services, rows)
            reader.acknowledge(rows)
        elif reader.is_dirty:
            reader.truncate()  # deleted text lives on in the write-ahead log until then
        self._sizes[reader.path] = min(2 * size, LARGEST) if len(rows) == size else SMALLEST
        return len(rows)

    def _note_progress(self, taken: int) -> None:
        now, self._taken = self.services.clock(), self._taken + taken
        reached = Progress(self._taken, max(self._sizes.values(), default=SMALLEST))
        if reached == self._noted or (self._noted_at and now - self._noted_at < self._lasting(NOTED_EVERY)):
            return
        with suppress(OSError):  # a full disk is complained about where it matters
            progress.note(self.services.settings.journal, reached)
        self._noted, self._noted_at = reached, now

    def _wake_settled(self) -> None:
        now = self.services.clock()
        if self._looked_at is not None and now - self._looked_at < self._lasting(TIMER):
            return
        since = (self._looked_at or now - self._lasting(LOOK_BACK)) - self._lasting(TIMER)
        wake_settled(self.services.engine, self.services.wake, since, now)
        self._looked_at = now

    def _lasting(self, time: timedelta) -> timedelta:
        return self.services.world.lasting(time)


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
