"""Appending to the journal: hits to a plain file, what must not be lost to SQLite and the disk."""

import json
import os
import sqlite3
import threading
from collections.abc import Iterable
from contextlib import ExitStack, closing, suppress
from datetime import datetime
from pathlib import Path
from uuid import UUID

from msgspec import to_builtins
from msgspec.json import Encoder

from bridge.errors import JournalUnavailable
from bridge.ids import new_id
from bridge.journal import reserve
from bridge.journal.file import INSERT, claim_one, log_of, open_file, private_folder, taken_in
from bridge.journal.flush import SharedFlush, ToDisk, to_disk
from bridge.journal.segments import SEGMENT, LineWriter, line_of

_encode = Encoder().encode


class JournalWriter:
    """Appends records to a file of its own. Safe to use from several threads."""

    def __init__(self, folder: Path, flush: ToDisk = to_disk, segment: int = SEGMENT) -> None:
        """Take the first file of the folder that no living process writes to. Raises JournalUnavailable.

        flush: see `journal.flush`; segment: see `journal.segments.SEGMENT`.
        """
        self._lock = threading.Lock()
        try:
            with ExitStack() as opened:
                private_folder(folder)
                self._sign = str(reserve.sign_of_emptying(folder))
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


def _open_to_write(path: Path) -> sqlite3.Connection:
    """Each statement is a transaction of its own, unless one is begun: half the time for every record."""
    connection = open_file(path)
    connection.isolation_level = None
    return connection


def _json(body: object) -> bytes:
    try:
        return _encode(body)
    except UnicodeEncodeError:  # half a surrogate pair is no text that can be kept
        return json.dumps(to_builtins(body), ensure_ascii=False).encode(errors="replace")


def _micros(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000_000)
