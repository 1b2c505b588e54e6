"""From the lines of a process's segments into its SQLite file, each once, whatever is killed when."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bridge.errors import JournalUnavailable
from bridge.journal.file import INSERT, claim, log_of, note_taken_in, taken_in
from bridge.journal.flush import to_disk
from bridge.journal.segments import Place, lines_after, remove, remove_abandoned, segments

AT_A_TIME = 1000
"""Lines of one transaction, during which no form can be written."""
HELD = 8
"""Segments that may wait for their removal while many come: before each removal the disk is flushed."""


class TakingIn:
    """Takes lines into one SQLite file. Several processes may do so at once."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        """path: of the file; connection: to it."""
        self._path = path
        self._connection = connection
        self._removed = Place()

    def place(self) -> Place:
        """Up to where lines have been taken. Raises sqlite3.Error."""
        return taken_in(self._connection)

    def take(self, most: int) -> int:
        """Bring so many lines into the file, or all (-1); returns how many.

        Raises JournalUnavailable, sqlite3.Error.
        """
        taken = 0
        while most < 0 or taken < most:
            with _said():
                step = self._take(AT_A_TIME if most < 0 else min(AT_A_TIME, most - taken))
            if step is None:
                break
            taken += step
        place = self.place()
        if place.segment - self._removed.segment > HELD:
            self.let_go(place)
        return taken

    def _take(self, most: int) -> int | None:
        """How many records that were, of at most so many lines; None when no line waits.

        The lines are read before anybody is kept from writing; if somebody else took them, again.
        """
        while True:
            before = self.place()
            records, place = lines_after(self._path, before, most)
            if place == before:
                return None
            with self._connection:
                self._connection.execute("begin immediate")
                if self.place() == before:
                    self._connection.executemany(INSERT, records)
                    note_taken_in(self._connection, place)
                    return len(records)

    def let_go(self, place: Place, *, is_flushed: bool = False) -> None:
        """Remove from the segments what was taken up to a place, once that is on the disk elsewhere.

        is_flushed: whether it is already. Raises JournalUnavailable.
        """
        with _said():
            if segments(self._path):
                if not is_flushed:
                    _flush(log_of(self._path))
                self._remove(place)

    def _remove(self, place: Place) -> None:
        remove(self._path, self._removed, place)
        self._removed = place
        if abandoned := claim(self._path):
            with abandoned:
                remove_abandoned(self._path, place)


@contextmanager
def _said() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise JournalUnavailable(str(error)) from error


def _flush(path: Path) -> None:
    file = os.open(path, os.O_RDONLY)
    try:
        to_disk(file)
    finally:
        os.close(file)
