"""The journal: what arrived from outside is on this machine's disk before it is answered.

One SQLite file for each writing process, because two writers in one file wait for each other. Whoever ingests
reads all files of the folder and deletes what it has taken over.
"""

import fcntl
import json
import logging
import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import IO
from uuid import UUID

from msgspec import to_builtins
from msgspec.json import Encoder

from bridge import journal_reserve
from bridge.errors import JournalUnavailable
from bridge.ids import new_id
from bridge.journal_flush import SharedFlush, ToDisk, to_disk

log = logging.getLogger(__name__)

_TABLE = """
create table if not exists records (
    seq integer primary key autoincrement,
    id blob not null,
    kind text not null,
    at integer not null,
    body text not null
)
"""
_encode = Encoder().encode
_WAITING = "select count(*), min(at) from records"
_INSERT = "insert into records (id, kind, at, body) values (?, ?, ?, ?)"
PAGE = 1024
"""Bytes. Every record writes whole pages, and a hit is smaller than this: with SQLite's 4096 it writes three times
as much."""
MERGED_AT = 4 * 1024 * 1024
"""Bytes that the write-ahead log may have until it is merged into the file; see `journal_reserve`."""
BUSY_MS = 5000
QUICK_BUSY_MS = 500
"""A redirect does not wait long for a locked file; a submission does."""


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

    def __init__(self, folder: Path, flush: ToDisk = to_disk) -> None:
        """Take the first file of the folder that no living process writes to. Raises JournalUnavailable."""
        self._locks = {True: threading.Lock(), False: threading.Lock()}
        try:
            with ExitStack() as opened:
                private_folder(folder)
                self._sign = str(journal_reserve.sign_of_emptying(folder))
                self._claim, path = _claim_file(folder)
                opened.callback(self._claim.close)
                self._durable = opened.enter_context(closing(_open_to_write(path, BUSY_MS)))
                self._quick = opened.enter_context(closing(_open_to_write(path, QUICK_BUSY_MS)))
                self._flush = SharedFlush(path.with_name(f"{path.name}-wal"), flush)
                opened.pop_all()
        except (OSError, sqlite3.Error) as error:
            raise JournalUnavailable(str(error)) from error

    def append(self, kind: str, body: object, at: datetime, *, durable: bool = True) -> UUID:
        """Write a record and return its id, which sorts by time.

        body: plain values, or a dataclass of them; it is written as JSON.
        durable: flushed to the disk before this returns (submissions, unsubscribes); else it survives a crash of
        the process but perhaps not of the machine (opens, clicks). Raises JournalUnavailable.
        """
        self._make_way()
        record_id = _new_id(at)
        record = _record(record_id, kind, body, at)
        try:
            with self._locks[durable]:
                (self._durable if durable else self._quick).execute(_INSERT, record)
            if durable:
                self._flush.wait()
        except (sqlite3.Error, OSError) as error:
            raise JournalUnavailable(str(error)) from error
        return record_id

    def append_all(self, kind: str, bodies: Iterable[object], at: datetime) -> None:
        """Write several records of a kind at once: all are on the disk, or none is. Raises JournalUnavailable."""
        self._make_way()
        records = [_record(_new_id(at), kind, body, at) for body in bodies]
        try:
            with self._locks[True], self._durable:
                self._durable.execute("begin immediate")
                self._durable.executemany(_INSERT, records)
            self._flush.wait()
        except (sqlite3.Error, OSError) as error:
            raise JournalUnavailable(str(error)) from error

    def _make_way(self) -> None:
        """While a full disk is being emptied, what is written would take the very room that this needs."""
        if os.access(self._sign, os.F_OK):  # a tenth of the time that a Path takes, for every hit
            raise JournalUnavailable("the disk was full, the journal is being emptied")

    def close(self) -> None:
        """Close the file; another process may take it."""
        with self._locks[True], self._locks[False]:
            self._durable.close()
            self._quick.close()
            self._flush.close()
            self._claim.close()


class JournalReader:
    """Reads and acknowledges the records of one file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.is_dirty = True

    @cached_property
    def _connection(self) -> sqlite3.Connection:
        return _open(self.path)

    def batch(self, size: int) -> list[Row]:
        """The oldest records, in the order of arrival."""
        rows = self._connection.execute(
            "select seq, id, kind, at, body from records order by seq limit ?", (size,)
        )
        return [
            Row(seq, UUID(bytes=record_id), kind, datetime.fromtimestamp(at / 1_000_000, UTC), body)
            for seq, record_id, kind, at, body in rows
        ]

    def acknowledge(self, rows: Sequence[Row]) -> None:
        """Forget records that were taken over. The text is overwritten in the file (secure_delete)."""
        if not rows:
            return
        try:
            self._forget_up_to(max(row.seq for row in rows))
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_FULL:
                raise
            self._acknowledge_on_a_full_disk(rows)

    def _acknowledge_on_a_full_disk(self, rows: Sequence[Row]) -> None:
        """In steps that need little room, of the room that was kept for this."""
        log.error("the disk is full, the journal is being emptied", extra={"file": self.path.name})
        journal_reserve.release(self.path.parent)
        for row in rows:
            self.truncate()
            self._forget_up_to(row.seq)
        self.truncate()

    def _forget_up_to(self, seq: int) -> None:
        with self._connection:
            self._connection.execute("delete from records where seq <= ?", (seq,))
        self.is_dirty = True

    def forget(self, is_theirs: Callable[[Row], bool]) -> int:
        """Delete records, wherever they stand in the file and in its write-ahead log; returns how many."""
        theirs = [row for row in self.batch(-1) if is_theirs(row)]
        with self._connection:
            self._connection.executemany("delete from records where seq = ?", [(row.seq,) for row in theirs])
        self.truncate()
        return len(theirs)

    def truncate(self) -> None:
        """Empty the write-ahead log, in which deleted text lives on until then."""
        busy, _, _ = self._connection.execute("pragma wal_checkpoint(truncate)").fetchone()
        self.is_dirty = bool(busy)

    def shrink(self) -> None:
        """Give room that is not needed any more back to the disk."""
        self._connection.execute("vacuum")
        self.truncate()

    def close(self) -> None:
        """Close the file, if it was opened."""
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
        except sqlite3.Error as error:
            log.error("a journal file cannot be cleaned", extra={"file": path.name, "reason": str(error)})
        finally:
            reader.close()
    return count


def copy_journal(folder: Path, target: Path) -> int:
    """Copy all files of a folder into a new one while processes write; returns how many records the copies hold.

    Each copy is as its file was at one moment (https://www.sqlite.org/backup.html).
    """
    private_folder(target)
    for path in journal_files(folder):
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
    count, oldest = 0, None
    for path in journal_files(folder):
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            found, since = connection.execute(_WAITING).fetchone() if _is_made(connection) else (0, None)
        count += found
        oldest = min((moment for moment in (oldest, since) if moment is not None), default=None)
    return count, None if oldest is None else datetime.fromtimestamp(oldest / 1_000_000, UTC)


def _is_made(connection: sqlite3.Connection) -> bool:
    """Whether the file's writer has come as far as making the table."""
    return connection.execute("select 1 from sqlite_master where name = 'records'").fetchone() is not None


def readers(folder: Path, known: dict[Path, JournalReader]) -> Iterator[JournalReader]:
    """A reader for each file, opened once and kept in `known`."""
    for path in journal_files(folder):
        if path not in known:
            known[path] = JournalReader(path)
        yield known[path]


def _claim_file(folder: Path) -> tuple[IO[bytes], Path]:
    number = 0
    while True:
        claim = (folder / f"web-{number}.lock").open("ab")
        try:
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            claim.close()
            number += 1
        else:
            return claim, folder / f"web-{number}.sqlite"


def private_folder(folder: Path) -> None:
    """Make a folder that only its owner can look into: what arrives is nobody else's business."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)


def _open_to_write(path: Path, busy_ms: int) -> sqlite3.Connection:
    """Each statement is a transaction of its own, unless one is begun: half the time for every hit."""
    connection = _open(path, busy_ms)
    connection.isolation_level = None
    return connection


def _open(path: Path, busy_ms: int = BUSY_MS) -> sqlite3.Connection:
    """What is written survives the process. It survives the machine when the write-ahead log is flushed.

    With `synchronous=normal` SQLite itself flushes the log only before it merges it into the file.
    """
    path.touch(mode=0o600)  # before SQLite does: its write-ahead log takes over the mode
    connection = sqlite3.connect(path, timeout=busy_ms / 1000, check_same_thread=False)
    connection.execute(f"pragma page_size={PAGE}")  # of a new file
    connection.execute("pragma journal_mode=wal")
    connection.execute("pragma synchronous=normal")
    (page,) = connection.execute("pragma page_size").fetchone()
    connection.execute(f"pragma wal_autocheckpoint={MERGED_AT // page}")
    connection.execute("pragma secure_delete=on")
    with connection:
        connection.execute(_TABLE)
    return connection


def _new_id(at: datetime) -> UUID:
    return new_id(_micros(at) // 1000)


def _record(record_id: UUID, kind: str, body: object, at: datetime) -> tuple[bytes, str, int, str]:
    """The values of a row."""
    return record_id.bytes, kind, _micros(at), _json(body)


def _json(body: object) -> str:
    try:
        return _encode(body).decode()
    except UnicodeEncodeError:  # half a surrogate pair is no text that can be kept
        return json.dumps(to_builtins(body), ensure_ascii=False).encode(errors="replace").decode()


def _micros(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000_000)
