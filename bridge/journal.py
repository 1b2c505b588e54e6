"""The journal: what arrived from outside is on this machine's disk before it is answered.

One SQLite file for each writing process, because two writers in one file wait for each other. What need not be
flushed to the disk is appended to a plain file beside it and taken in by whoever reads. Whoever ingests reads all
files of the folder and deletes what it has taken over.
"""

import json
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from itertools import count
from pathlib import Path
from uuid import UUID

from msgspec import to_builtins
from msgspec.json import Encoder

from bridge import journal_reserve
from bridge.errors import JournalUnavailable
from bridge.ids import new_id
from bridge.journal_file import INSERT, claim_one, log_of, open_file, size_of_log, tables, taken_in
from bridge.journal_flush import SharedFlush, ToDisk, to_disk
from bridge.journal_segments import SEGMENT, LineWriter, Place, line_of, waiting_after
from bridge.journal_taking_in import TakingIn

log = logging.getLogger(__name__)

_encode = Encoder().encode
_WAITING = "select count(*), min(at) from records"
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


class JournalWriter:
    """Appends records to a file of its own. Safe to use from several threads."""

    def __init__(self, folder: Path, flush: ToDisk = to_disk, segment: int = SEGMENT) -> None:
        """Take the first file of the folder that no living process writes to. Raises JournalUnavailable.

        flush: see `journal_flush`; segment: see `journal_segments.SEGMENT`.
        """
        self._lock = threading.Lock()
        try:
            with ExitStack() as opened:
                private_folder(folder)
                self._sign = str(journal_reserve.sign_of_emptying(folder))
                self._claim, path = claim_one(folder)
                opened.callback(self._claim.close)
                self._connection = opened.enter_context(closing(_open_to_write(path)))
                self._lines = LineWriter(path, taken_in(self._connection).segment, segment)
                self._flush = SharedFlush(log_of(path), flush)
                opened.pop_all()
        except (OSError, sqlite3.Error) as error:
            raise JournalUnavailable(str(error)) from error

    def append(self, kind: str, body: object, at: datetime, *, durable: bool = True) -> UUID:
        """Write a record and return its id, which sorts by time.

        kind: a word. body: plain values, or a dataclass of them; it is written as JSON.
        durable: flushed to the disk before this returns (submissions, unsubscribes); else it survives a crash of
        the process but perhaps not of the machine (opens, clicks). Raises JournalUnavailable.
        """
        self._make_way()
        micros = _micros(at)
        record_id = new_id(micros // 1000)
        try:
            if durable:
                with self._lock:
                    self._connection.execute(INSERT, (record_id.bytes, kind, micros, _json(body).decode()))
                self._flush.wait()
            else:
                self._lines.append(line_of(record_id, kind, micros, _json(body)))
        except (sqlite3.Error, OSError) as error:
            raise JournalUnavailable(str(error)) from error
        return record_id

    def append_all(self, kind: str, bodies: Iterable[object], at: datetime) -> None:
        """Write several records of a kind at once: all are on the disk, or none is. Raises JournalUnavailable."""
        self._make_way()
        micros = _micros(at)
        records = [(new_id(micros // 1000).bytes, kind, micros, _json(body).decode()) for body in bodies]
        try:
            with self._lock, self._connection:
                self._connection.execute("begin immediate")
                self._connection.executemany(INSERT, records)
            self._flush.wait()
        except (sqlite3.Error, OSError) as error:
            raise JournalUnavailable(str(error)) from error

    def _make_way(self) -> None:
        """While a full disk is being emptied, what is written would take the very room that this needs."""
        if os.access(self._sign, os.F_OK):  # a tenth of the time that a Path takes, for every hit
            with suppress(OSError):
                self._lines.leave()
            raise JournalUnavailable("the disk was full, the journal is being emptied")

    def close(self) -> None:
        """Close the file; another process may take it."""
        with self._lock:
            self._lines.close()
            self._connection.close()
            self._flush.close()
            self._claim.close()


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
        journal_reserve.release(self.path.parent)
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


def forget(folder: Path, is_theirs: Callable[[Row], bool]) -> int:
    """Delete records of a folder before anybody takes them over, also from the write-ahead logs; returns how many.

    A file that cannot be read is left alone: whoever takes its records over has to drop them.
    """
    count = 0
    for path in journal_files(folder):
        reader = JournalReader(path)
        try:
            count += reader.forget(is_theirs)
        except (sqlite3.Error, JournalUnavailable) as error:
            log.error("a journal file cannot be cleaned", extra={"file": path.name, "reason": str(error)})
        finally:
            reader.close()
    return count


def copy_journal(folder: Path, target: Path) -> int:
    """Copy all files of a folder into a new one while processes write; returns how many records the copies hold.

    Each copy is as its file was at one moment (https://www.sqlite.org/backup.html), with all that had been written
    beside it until this was called. Raises JournalUnavailable, sqlite3.Error.
    """
    private_folder(target)
    for path in journal_files(folder):
        with closing(JournalReader(path)) as reader:
            reader.take_in()
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target / path.name)) as copy:
            (target / path.name).chmod(0o600)
            source.backup(copy)
            copy.execute("pragma journal_mode=delete")  # one file, without companions
    return depth(target)[0]


def journal_files(folder: Path) -> list[Path]:
    """The files of all processes that ever wrote here."""
    return sorted(folder.glob("*.sqlite"))


def depth(folder: Path) -> tuple[int, datetime | None]:
    """How many records wait in a folder, and since when the oldest does."""
    many, moments = 0, list[int | None]()
    for path in journal_files(folder):
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            there = tables(connection)  # none, as long as its writer is about to make them
            place = taken_in(connection) if "taken_in" in there else Place()
            for found, since in (
                waiting_after(path, place),  # before the rows, so that nothing is missed that is on its way
                connection.execute(_WAITING).fetchone() if "records" in there else (0, None),
            ):
                many += found
                moments.append(since)
    oldest = min((moment for moment in moments if moment is not None), default=None)
    return many, None if oldest is None else datetime.fromtimestamp(oldest / 1_000_000, UTC)


def readers(folder: Path, known: dict[Path, JournalReader]) -> Iterator[JournalReader]:
    """A reader for each file, opened once and kept in `known`."""
    for path in journal_files(folder):
        if path not in known:
            known[path] = JournalReader(path)
        yield known[path]


def private_folder(folder: Path) -> None:
    """Make a folder that only its owner can look into: what arrives is nobody else's business."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)


def _open_to_write(path: Path) -> sqlite3.Connection:
    """Each statement is a transaction of its own, unless one is begun: half the time for every record."""
    connection = open_file(path)
    connection.isolation_level = None
    return connection


def _is_full(error: Exception) -> bool:
    return isinstance(error, sqlite3.Error) and error.sqlite_errorcode == sqlite3.SQLITE_FULL


def _json(body: object) -> bytes:
    try:
        return _encode(body)
    except UnicodeEncodeError:  # half a surrogate pair is no text that can be kept
        return json.dumps(to_builtins(body), ensure_ascii=False).encode(errors="replace")


def _micros(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000_000)
