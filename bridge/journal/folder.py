"""The journal as a whole: the files of all processes that ever wrote here."""

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from bridge.errors import JournalUnavailable
from bridge.journal.file import private_folder, tables, taken_in
from bridge.journal.reader import JournalReader, Row
from bridge.journal.segments import Place, waiting_after

log = logging.getLogger(__name__)

_WAITING = "select count(*), min(at) from records"


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
