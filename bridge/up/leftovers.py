"""Server processes that outlived whoever started them, found by the folder they work in.

A process id from a file proves nothing after a crash: it may be somebody else's by now. A server stays in
its data folder, so the folder tells.
"""

import os
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from bridge.up.child import Say

_PROC = Path("/proc/self/cwd")


def working_in(folder: Path, program: str) -> set[int]:
    """Process ids of every `program` whose current folder is that one."""
    found = _by_proc(program) if _PROC.exists() else _by_lsof(program)
    wanted = str(folder.resolve())
    return {pid for pid, place in found if place == wanted}


def end_leftovers(
    folder: Path,
    program: str,
    stop: signal.Signals,
    say: Say,
    chief: int | None = None,
    patience: float = 60.0,
) -> None:
    """Return when no `program` works in that folder any more.

    They are asked with `stop` (only the one with the process id `chief`, when given, since its helpers
    follow it), and killed after `patience` seconds; helpers without their chief after three.
    """
    found = working_in(folder, program)
    if not found:
        return
    say(f"an earlier {program} still works in {folder}; waiting for its end")
    chiefs = found if chief is None else found & {chief}
    _tell(chiefs, stop)
    if not _gone(folder, program, patience if chiefs else 3.0):
        _tell(working_in(folder, program), signal.SIGKILL)
        _gone(folder, program, 10.0)


def _tell(pids: set[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def _gone(folder: Path, program: str, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while working_in(folder, program):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _by_proc(program: str) -> list[tuple[int, str]]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            # Gone meanwhile, or somebody else's.
            with suppress(OSError):
                if (entry / "comm").read_text().strip() == program:
                    found.append((int(entry.name), os.readlink(entry / "cwd")))  # noqa: PTH115 - may dangle
    return found


def _by_lsof(program: str) -> list[tuple[int, str]]:
    lsof = shutil.which("lsof") or "/usr/sbin/lsof"
    argv = [lsof, "-a", "-d", "cwd", "-c", program, "-Fpn"]
    with suppress(OSError):
        printed = subprocess.run(argv, capture_output=True, text=True, check=False).stdout  # noqa: S603
        return parse_lsof(printed)
    return []


def parse_lsof(printed: str) -> list[tuple[int, str]]:
    """Process ids and folders from what `lsof -Fpn` prints."""
    found, pid = [], 0
    for line in printed.splitlines():
        if line.startswith("p"):
            pid = int(line[1:])
        elif line.startswith("n"):
            found.append((pid, line[1:]))
    return found
