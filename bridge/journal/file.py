"""A journal's SQLite file: how it is opened, what stands in it, and who may write to it."""

import fcntl
import sqlite3
import time
from collections.abc import Iterable, Iterator
from itertools import count, takewhile
from pathlib import Path
from typing import IO

from bridge.journal.segments import Place

PAGE = 1024
"""Bytes. Every record writes whole pages, and many are smaller than this."""
MERGED_AT = 4 * 1024 * 1024
"""Bytes that the write-ahead log may have until it is merged into the file; see `journal.reserve`."""
BUSY_MS = 5000
A_MOMENT = 0.1
"""Seconds. Whoever clears up after a dead process claims its file for less than this."""

INSERT = "insert into records (id, kind, at, body) values (?, ?, ?, ?)"
_RECORDS = """
create table if not exists records (
    seq integer primary key autoincrement,
    id blob not null,
    kind text not null,
    at integer not null,
    body text not null
)
"""
_PLACE = """
create table if not exists taken_in (
    one integer primary key check (one = 1),
    segment integer not null,
    bytes integer not null
)
"""


def open_file(path: Path) -> sqlite3.Connection:
    """What is written survives the process. It survives the machine when the write-ahead log is flushed.

    With `synchronous=normal` SQLite itself flushes the log only before it merges it into the file.
    """
    path.touch(mode=0o600)  # before SQLite does: its write-ahead log takes over the mode
    connection = sqlite3.connect(path, timeout=BUSY_MS / 1000, check_same_thread=False)
    connection.execute(f"pragma page_size={PAGE}")  # of a new file
    connection.execute("pragma journal_mode=wal")
    connection.execute("pragma synchronous=normal")
    (page,) = connection.execute("pragma page_size").fetchone()
    connection.execute(f"pragma wal_autocheckpoint={MERGED_AT // page}")
    connection.execute("pragma secure_delete=on")
    with connection:
        connection.execute(_RECORDS)
        connection.execute(_PLACE)
    return connection


def log_of(path: Path) -> Path:
    """The write-ahead log of a file."""
    return path.with_name(f"{path.name}-wal")


def size_of_log(path: Path) -> int:
    """In bytes; 0 when there is none."""
    try:
        return log_of(path).stat().st_size
    except FileNotFoundError:
        return 0


def taken_in(connection: sqlite3.Connection) -> Place:
    """Up to where the lines beside the file were taken in."""
    found = connection.execute("select segment, bytes from taken_in").fetchone()
    return Place(*found) if found else Place()


def note_taken_in(connection: sqlite3.Connection, place: Place) -> None:
    """Within the transaction that takes them in."""
    connection.execute("insert or replace into taken_in values (1, ?, ?)", (place.segment, place.offset))


def tables(connection: sqlite3.Connection) -> set[str]:
    """Those that are there: a file may be of an older version, or just being made."""
    return {name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")}


def claim(path: Path) -> IO[bytes] | None:
    """Become the one who writes to a file, until what is returned is closed; None while somebody else is."""
    lock = path.with_suffix(".lock").open("ab")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock


def claim_one(folder: Path) -> tuple[IO[bytes], Path]:
    """Become the one who writes to the first file that nobody writes to; a new one is the last resort."""
    there = list(takewhile(Path.exists, _files(folder)))
    found = next(_free(there), None)
    if there and not found:
        time.sleep(A_MOMENT)
    return found or next(_free(_files(folder)))


def _files(folder: Path) -> Iterator[Path]:
    return (folder / f"web-{number}.sqlite" for number in count())


def _free(paths: Iterable[Path]) -> Iterator[tuple[IO[bytes], Path]]:
    return ((claimed, path) for path in paths if (claimed := claim(path)))


def private_folder(folder: Path) -> None:
    """Make a folder that only its owner can look into: what arrives is nobody else's business."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
