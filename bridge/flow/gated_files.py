"""Files that people get for a form: those of the programme's folder, and kept copies of those that lie elsewhere."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from bridge.errors import FileAway
from bridge.program.downloads import name_of
from bridge.program.model import Program

MARK_LENGTH = 32
"""Hexadecimal digits: 128 bits are enough to tell contents apart."""


@dataclass(frozen=True, slots=True)
class GatedFile:
    """A file that people get. name: what they save it as. mark: the same for the same content, on every machine."""

    path: Path
    name: str
    mark: str
    changed_at: datetime


def own_file(program: Program, download: str) -> GatedFile:
    """A file of the programme's folder. Raises FileAway."""
    path = program.path_of(download)
    if path is None:
        raise FileAway(download, "there is no such file in the programme's folder files/")
    try:
        known = path.stat()
        mark = _mark_of(path, known.st_mtime_ns, known.st_size)
    except OSError as error:
        raise FileAway(download, f"it cannot be read: {error.strerror}") from error
    return GatedFile(path, name_of(download), mark, datetime.fromtimestamp(int(known.st_mtime), UTC))


def mark_of(content: bytes) -> str:
    """The mark of a content."""
    return sha256(content).hexdigest()[:MARK_LENGTH]


@lru_cache(maxsize=256)
def _mark_of(path: Path, changed: int, size: int) -> str:
    """Read once for as long as the file stays as it is."""
    with path.open("rb") as file:
        hashed = sha256()
        while piece := file.read(1 << 20):
            hashed.update(piece)
    return hashed.hexdigest()[:MARK_LENGTH]
