"""Hits as lines in plain files: one `write` each, a tenth of what an insert into SQLite takes.

They are appended to a segment beside the process's SQLite file (`web-0-00000001.hits` beside `web-0.sqlite`), and
`journal.taking_in` brings them into that file. A line is `id kind at body`: 32 hexadecimal digits, a word,
microseconds since 1970, JSON. What has no end of line was never written: its writer died.
"""

import os
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import Path
from uuid import UUID

from bridge.ids import new_id

SEGMENT = 1024 * 1024
"""Bytes, after which a fresh segment is begun. A segment is removed as a whole."""
UNREADABLE = "unreadable"
"""The kind of a line that nobody can read. No flow knows it, so that it ends as a dead letter."""
_SUFFIX = ".hits"
_YEAR_9999 = 253_370_764_800_000_000
_NONE = -1

Values = tuple[bytes, str, int, str]
"""Id, kind, moment in microseconds since 1970, JSON: a row of the SQLite file without its place."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Between two lines: offset bytes behind the beginning of a segment. Segments count from 1."""

    segment: int = 0
    offset: int = 0


class LineWriter:
    """Appends lines to segments. Safe to use from several threads, and alone beside one SQLite file."""

    def __init__(self, path: Path, after: int, size: int = SEGMENT) -> None:
        """path: of the SQLite file. after: the last segment that anybody has taken lines from. size: see SEGMENT."""
        self._path = path
        self._size = size
        self._number = max(after, *segments(path), 0)
        self._file = _NONE
        self._left = 0
        self._is_closed = False
        self._lock = threading.Lock()

    def append(self, line: bytes) -> None:
        """Write a line with its end; it survives this process. Raises OSError, and then the line is not there."""
        with self._lock:
            if self._left <= 0:
                self._begin()
            written = os.write(self._file, line)
            if written < len(line):
                self._take_back()
            self._left -= written

    def _take_back(self) -> None:
        """Half a line, for which there was room. Nothing is ever written where it stood: it may just be read."""
        left, self._left = self._left, 0
        os.ftruncate(self._file, self._size - left)
        raise OSError("there is no room for a line")

    def leave(self) -> None:
        """Begin a fresh segment, so that the one before can be removed. Raises OSError."""
        with self._lock:
            if self._file != _NONE and self._left < self._size:
                self._begin()

    def _begin(self) -> None:
        if self._is_closed:
            raise OSError("the file is closed")
        self._number += 1
        fresh = _segment(self._path, self._number)
        self._go_on_in(os.open(fresh, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL, 0o600), self._size)

    def close(self) -> None:
        """Close the file; nothing is taken afterwards."""
        with self._lock:
            self._is_closed = True
            self._go_on_in(_NONE, 0)

    def _go_on_in(self, file: int, left: int) -> None:
        """Whatever closing the one before says, it is not written to again."""
        before, self._file, self._left = self._file, file, left
        if before != _NONE:
            os.close(before)


def line_of(record_id: UUID, kind: str, at: int, body: bytes) -> bytes:
    """A record as a line. kind: a word; at: microseconds since 1970; body: JSON, in which no line ends."""
    return b"%032x %b %d %b\n" % (record_id.int, kind.encode(), at, body)


def values_of(line: bytes, seen_at: int) -> Values:
    """A line as a record; one that nobody can read becomes one that says so. seen_at: the moment of such a one.

    Nothing is kept of it but its length: what it lost may be the very name by which somebody's data is found.
    """
    try:
        written_id, kind, written_at, body = line.split(b" ", 3)
        record_id, at = bytes.fromhex(written_id.decode()), int(written_at)
        if len(record_id) != 16 or not 0 <= at < _YEAR_9999 or b"\0" in body:
            raise ValueError
        return record_id, kind.decode(), at, body.decode()
    except ValueError:
        return new_id(seen_at // 1000).bytes, UNREADABLE, seen_at, f"{len(line)} bytes"


def segments(path: Path) -> dict[int, Path]:
    """Number → segment beside the SQLite file `path`, in the order in which they were begun."""
    begin = f"{path.stem}-"
    with os.scandir(path.parent) as there:
        names = [one.name for one in there if one.name.startswith(begin) and one.name.endswith(_SUFFIX)]
    numbers = (name.removeprefix(begin).removesuffix(_SUFFIX) for name in names)
    return {
        number: _segment(path, number) for number in sorted(int(one) for one in numbers if one.isdecimal())
    }


def lines_after(path: Path, place: Place, most: int) -> tuple[list[Values], Place]:
    """At most so many whole lines behind a place, oldest first, and the place behind them. Raises OSError.

    A segment that another one follows is complete: its writer has left it before it began the next.
    """
    records, left = list[Values](), most
    there = {number: file for number, file in segments(path).items() if number >= place.segment}
    following = dict(pairwise(there))
    for number, file in there.items():
        place = place if number == place.segment else Place(number)
        lines, seen_at = _whole_lines(file, place.offset, left)
        records += _records(lines, seen_at)
        place = Place(number, place.offset + sum(map(len, lines)))
        left -= len(lines)
        if not left:
            break
        place = Place(following[number]) if number in following else place
    return records, place


def waiting_after(path: Path, place: Place) -> tuple[int, int | None]:
    """How many lines wait behind a place, and the moment of the oldest (microseconds). Raises OSError."""
    count, moments = 0, list[int]()
    for number, file in segments(path).items():
        if number >= place.segment:
            found, seen_at = _whole_lines(file, place.offset if number == place.segment else 0)
            count += len(found)
            moments += [at for _, _, at, _ in _records(found[:1], seen_at)]
    return count, min(moments, default=None)


def remove(path: Path, begin: Place, end: Place) -> None:
    """Nothing between these places is needed any more: whole segments go, the rest is overwritten. Raises OSError."""
    for number, file in segments(path).items():
        if number < end.segment:
            file.unlink(missing_ok=True)
        elif number == end.segment:
            _overwrite(file, begin.offset if begin.segment == number else 0, end.offset)


def remove_abandoned(path: Path, end: Place) -> None:
    """What nobody writes to any more and nobody needs behind a place, half a line included. Raises OSError.

    Only whoever has claimed the SQLite file may ask for this.
    """
    if waiting_after(path, end) == (0, None):
        for file in segments(path).values():
            file.unlink(missing_ok=True)


def _segment(path: Path, number: int) -> Path:
    return path.with_name(f"{path.stem}-{number:08d}{_SUFFIX}")


def _whole_lines(file: Path, offset: int, most: int | None = None) -> tuple[list[bytes], int]:
    """At most so many, with their ends; and when the file was last written to, in microseconds since 1970."""
    try:
        with file.open("rb") as opened:
            opened.seek(offset)
            lines = list(islice(opened, most))
            seen_at = os.fstat(opened.fileno()).st_mtime_ns // 1000
    except FileNotFoundError:  # somebody else took it in meanwhile
        return [], 0
    return lines if not lines or lines[-1].endswith(b"\n") else lines[:-1], seen_at


def _records(lines: Iterable[bytes], seen_at: int) -> list[Values]:
    """Zeros are what was overwritten, or what a machine that crashed left behind."""
    told = (line[:-1].lstrip(b"\0") for line in lines)
    return [values_of(line, seen_at) for line in told if line]


def _overwrite(file: Path, begin: int, end: int) -> None:
    if begin < end:
        with suppress(FileNotFoundError), file.open("r+b") as opened:  # somebody else removed it meanwhile
            opened.seek(begin)
            opened.write(bytes(end - begin))
