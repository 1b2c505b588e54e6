"""Room on the journal's disk that is kept for emptying the journal.

SQLite needs room to delete. A journal that has filled its disk could never be emptied again, so a file holds some
megabytes that are given back to the disk at that moment, and taken again when the journal is empty.
"""

import errno
import os
from pathlib import Path

SIZE = 8 * 1024 * 1024
"""Bytes. A write-ahead log is merged at 4 MB, and needs at most as much again while that happens."""
_SLACK = 1024 * 1024
_NAME = "reserve"
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def is_kept(folder: Path) -> bool:
    """Whether the room is there."""
    return (folder / _NAME).exists()


def sign_of_emptying(folder: Path) -> Path:
    """The file that is there while the room is given up: whoever writes leaves it to whoever empties."""
    return folder / "emptying"


def keep(folder: Path) -> bool:
    """Take the room, unless it would use up the disk; whether it is there now."""
    if not is_kept(folder) and not _take(folder):
        return False
    sign_of_emptying(folder).unlink(missing_ok=True)
    return True


def release(folder: Path) -> None:
    """Give the room back to the disk, for emptying."""
    (folder / _NAME).unlink(missing_ok=True)
    sign_of_emptying(folder).touch()


def _take(folder: Path) -> bool:
    disk = os.statvfs(folder)
    if disk.f_bavail * disk.f_frsize < SIZE + _SLACK:
        return False
    path = folder / f"{_NAME}.new"
    try:
        with path.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, SIZE)
        path.replace(folder / _NAME)
    except OSError as error:
        path.unlink(missing_ok=True)
        if error.errno not in _NO_ROOM:
            raise
    return is_kept(folder)
