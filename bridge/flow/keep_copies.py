"""Copies of files that lie elsewhere, so that people get them also while their source is away.

Each address has a note, `<key>.json`, which names the copy beside it. The note is replaced as a whole, and after the
copy is there; a note without its copy is as none.
"""

import json
import os
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from bridge.flow.gated_files import GatedFile, mark_of
from bridge.program.downloads import known_as, name_of

AN_HOUR = timedelta(hours=1)
"""So long a copy is given out before its source is asked again, and so long nobody writes one."""


class SourceAway(Exception):
    """A file could not be had; why, in words an operator understands."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file as its source gives it. etag, last_modified: by what the source tells whether it changed, or ""."""

    body: bytes
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Copy:
    """What is known of a kept copy. changed_at: since when it is so. looked_at: when its source last said so."""

    address: str
    mark: str
    size: int
    changed_at: datetime
    looked_at: datetime
    etag: str = ""
    last_modified: str = ""


Fetch = Callable[[str, Copy | None], Fetched | None]
"""The file at an address; None when it is as the copy. Raises SourceAway."""


def kept_file(folder: Path, copy: Copy) -> GatedFile:
    """A copy as people get it."""
    return GatedFile(_path(folder, copy), name_of(copy.address), copy.mark, copy.changed_at)


def kept(folder: Path, address: str) -> Copy | None:
    """The copy of what lies at an address; None when there is none, or none that can be used."""
    try:
        noted = _read(_note(folder, address))
        copy = replace(noted, address=address)
        is_there = _path(folder, copy).stat().st_size == copy.size
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return copy if is_there and noted.address == known_as(address) else None


def refresh(folder: Path, address: str, fetch: Fetch, now: datetime) -> Copy:
    """Ask the source, and keep what is new. Raises SourceAway, and OSError when nothing can be written."""
    copy = kept(folder, address)
    found = fetch(address, copy)
    if found is not None:
        fresh = _copied(folder, address, found, copy, now)
    elif copy is not None:
        fresh = replace(copy, looked_at=now)
    else:
        raise SourceAway("its source says that it is as before, and there was none before")
    _write(_note(folder, address), _written(fresh))
    _clear(folder, address, fresh)
    return fresh


def forget_others(folder: Path, addresses: Iterable[str], now: datetime) -> None:
    """Remove copies of what no form offers any more, and what somebody who was killed began to write."""
    keys = {_key(address) for address in addresses}
    for path in folder.glob("*"):
        is_old = path.stat().st_mtime < (now - AN_HOUR).timestamp()
        if path.name[:_KEY] not in keys and (is_old or not path.name.startswith(".")):
            path.unlink(missing_ok=True)


def _copied(folder: Path, address: str, found: Fetched, before: Copy | None, now: datetime) -> Copy:
    mark = mark_of(found.body)
    changed_at = before.changed_at if before and before.mark == mark else now.replace(microsecond=0)
    copy = Copy(address, mark, len(found.body), changed_at, now, found.etag, found.last_modified)
    _write(_path(folder, copy), found.body)
    return copy


_KEY = 32


def _key(address: str) -> str:
    """A name for a file that nothing in the address can lead elsewhere."""
    return sha256(address.encode()).hexdigest()[:_KEY]


def _note(folder: Path, address: str) -> Path:
    return folder / f"{_key(address)}.json"


def _path(folder: Path, copy: Copy) -> Path:
    return folder / f"{_key(copy.address)}-{int(copy.mark, 16):032x}"


def _read(note: Path) -> Copy:
    known = json.loads(note.read_text(encoding="utf-8"))
    moments = {name: datetime.fromisoformat(known[name]) for name in ("changed_at", "looked_at")}
    return Copy(**known | moments)


def _written(copy: Copy) -> bytes:
    """Without what stands behind a `?` in the address, which may be a key."""
    known = asdict(copy) | {"address": known_as(copy.address)}
    known |= {name: getattr(copy, name).isoformat() for name in ("changed_at", "looked_at")}
    return json.dumps(known, indent=1).encode()


def _clear(folder: Path, address: str, copy: Copy) -> None:
    """Remove what the copy was before; who is reading it goes on undisturbed."""
    for path in folder.glob(f"{_key(address)}-*"):
        if path != _path(folder, copy):
            path.unlink(missing_ok=True)


def _write(path: Path, content: bytes) -> None:
    """Under another name first, so that nobody ever reads half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}", delete=False) as file:
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(path)
        except OSError:
            Path(file.name).unlink(missing_ok=True)
            raise
