"""Reading the journal: what waits in one file, oldest first, until it was taken over."""

import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from itertools import count
from pathlib import Path
from uuid import UUID

from bridge.errors import JournalUnavailable
from bridge.journal import reserve
from bridge.journal.file import open_file, size_of_log
from bridge.journal.taking_in import TakingIn

log = logging.getLogger(__name__)

FEW = 50
"""Lines that are taken in at a time when the disk is full."""
PATIENCE, PAUSE = 2.0, 0.02
"""Seconds: for how long and after which pauses an erasure tries again to empty the write-ahead log."""


@dataclass(frozen=True, slots=True)
class Row:
    """One record as it was appended. seq: its place in its file; body: JSON text, not yet understood."""

    seq: int
    id: UUID
    kind: str
    at: datetime
    body: str


class JournalReader:
    """Reads and acknowledges the records of one file. Safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._is_dirty = True
        self._lock = threading.RLock()

    @cached_property
    def _connection(self) -> sqlite3.Connection:
        return open_file(self.path)

    @cached_property
    def _lines(self) -> TakingIn:
        return TakingIn(self.path, self._connection)

    @property
    def is_dirty(self) -> bool:
        """Whether deleted text may live on, whoever deleted it."""
        return self._is_dirty or size_of_log(self.path) > 0

    def batch(self, size: int) -> list[Row]:
        """The oldest records; all with -1. A hit comes after all that was answered before it.

        Raises sqlite3.Error. Raises JournalUnavailable when lines wait beside the file and cannot be taken in, and
        the file itself holds nothing.
        """
        with self._lock:
            trouble = self._take_in(size)
            rows = self._rows(size)
        if trouble is not None and not rows:
            raise JournalUnavailable(str(trouble)) from trouble
        return rows

    def take_in(self) -> None:
        """Bring all lines into the file that wait beside it. Raises JournalUnavailable, sqlite3.Error."""
        with self._lock:
            self._is_dirty = True
            self._lines.take(-1)

    def _take_in(self, most: int) -> Exception | None:
        """What prevents it, if anything does: what stands in the file already must go on all the same."""
        try:
            self._is_dirty = self._lines.take(most) > 0 or self._is_dirty
        except (sqlite3.OperationalError, JournalUnavailable) as error:
            return self._take_in_on_a_full_disk(most) if _is_full(error) else error
        return None

    def _take_in_on_a_full_disk(self, most: int) -> Exception | None:
        try:
            self._make_room()
            for _ in range(0, most, FEW) if most > 0 else count():
                if not self._lines.take(FEW):
                    break
                self.truncate()
        except (sqlite3.OperationalError, JournalUnavailable) as error:
            return error
        return None

    def _rows(self, size: int) -> list[Row]:
        rows = self._connection.execute(
            "select seq, id, kind, at, body from records order by seq limit ?", (size,)
        )
        return [
            Row(seq, UUID(bytes=record_id), kind, datetime.fromtimestamp(at / 1_000_000, UTC), body)
            for seq, record_id, kind, at, body in rows
        ]

    def acknowledge(self, rows: Sequence[Row]) -> None:
        """Forget records that were taken over. The text is overwritten in the file (secure_delete).

        Raises sqlite3.Error, and JournalUnavailable on a full disk.
        """
        if not rows:
            return
        with self._lock:
            try:
                self._forget_up_to(max(row.seq for row in rows))
            except sqlite3.OperationalError as error:
                if not _is_full(error):
                    raise
                self._acknowledge_on_a_full_disk(rows)

    def _acknowledge_on_a_full_disk(self, rows: Sequence[Row]) -> None:
        """In steps that need little room, of the room that was kept for this."""
        self._make_room()
        for row in rows:
            self._forget_up_to(row.seq)
            self.truncate()

    def _make_room(self) -> None:
        log.error("the disk is full, the journal is being emptied", extra={"file": self.path.name})
        reserve.release(self.path.parent)
        self.truncate()

    def _forget_up_to(self, seq: int) -> None:
        with self._connection:
            self._connection.execute("delete from records where seq <= ?", (seq,))
        self._is_dirty = True

    def forget(self, is_theirs: Callable[[Row], bool]) -> int:
        """Delete records, wherever they stand: in the file, its write-ahead log, or beside; returns how many.

        Raises JournalUnavailable, sqlite3.Error.
        """
        with self._lock:
            self.take_in()
            theirs = [row for row in self._rows(-1) if is_theirs(row)]
            with self._connection:
                self._connection.executemany(
                    "delete from records where seq = ?", [(row.seq,) for row in theirs]
                )
            self._truncate_at_last()
        return len(theirs)

    def _truncate_at_last(self) -> None:
        """Somebody else may just be emptying it, who has not seen what was deleted."""
        until = time.monotonic() + PATIENCE
        while not self.truncate():
            if time.monotonic() > until:
                log.warning("deleted text lives on until ingest runs", extra={"file": self.path.name})
                break
            time.sleep(PAUSE)

    def truncate(self) -> bool:
        """Empty the write-ahead log, and what was taken in beside: deleted text lives on in both until then.

        False: somebody is at the log, and it has to be tried again. Raises JournalUnavailable, sqlite3.Error.
        """
        with self._lock:
            place = self._lines.place()
            busy, _, _ = self._connection.execute("pragma wal_checkpoint(truncate)").fetchone()
            self._lines.let_go(place, is_flushed=not busy)
            self._is_dirty = bool(busy)
            return not busy

    def shrink(self) -> None:
        """Give room that is not needed any more back to the disk."""
        with self._lock:
            self._connection.execute("vacuum")
            self.truncate()

    def close(self) -> None:
        """Close the file, if it was opened."""
        with self._lock:
            if "_connection" in vars(self):
                self._connection.close()


def _is_full(error: Exception) -> bool:
    return isinstance(error, sqlite3.Error) and error.sqlite_errorcode == sqlite3.SQLITE_FULL
