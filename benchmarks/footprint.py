"""P10: how soon `leadbridge up` is ready, what of that is loading, and how much memory it takes with its servers."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from benchmarks import imports
from benchmarks.contest import Say, Scale
from benchmarks.outcomes import Finding, Spread
from benchmarks.processes import family, memory
from bridge.up.ports import free_port

READY_WITHIN, MEGABYTES = 5.0, 500.0
PATIENCE = 60.0
SETTLING = 3.0
"""Seconds after which everybody has loaded what it needs to wait for work."""


def measure(scale: Scale, say: Say) -> Iterator[Finding]:
    """Start on an empty folder, and once more on the same; both are measured from the command to the first page."""
    first, again, megabytes = [], [], []
    for number in range(1 if scale.is_quick else scale.rounds):
        say(f"P10 round {number + 1}: leadbridge up, twice")
        with _empty_folder() as folder:
            with _up(folder) as (_, seconds):
                first.append(seconds)
            with _up(folder) as (pid, seconds):
                again.append(seconds)
                time.sleep(SETTLING)
                megabytes.append(sum(map(memory, family(pid))))
    yield Finding("P10", "ready, on an empty folder", "s", Spread.of(first), READY_WITHIN)
    yield Finding("P10", "ready, started again", "s", Spread.of(again), READY_WITHIN)
    yield Finding("P10", "memory of all processes", "MB", Spread.of(megabytes), MEGABYTES)
    yield from imports.measure(1 if scale.is_quick else scale.rounds, say)


@contextmanager
def _empty_folder() -> Iterator[Path]:
    folder = Path(mkdtemp(prefix="leadbridge-bench-", dir="/tmp"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        rmtree(folder, ignore_errors=True)


@contextmanager
def _up(folder: Path) -> Iterator[tuple[int, float]]:
    """`leadbridge up --demo` while it runs: its process id, and after how many seconds its first page was there."""
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LEADBRIDGE_")}
    environ = kept | {"LEADBRIDGE_DATA": str(folder / "var"), "LEADBRIDGE_BIND": f"127.0.0.1:{port}"}
    argv = [sys.executable, "-m", "bridge.cli", "up", "--demo"]
    began, log = time.monotonic(), folder / "up.log"
    with log.open("wb") as out:
        process = subprocess.Popen(argv, env=environ, stdout=out, stderr=out)
    try:
        while not _is_ready(port):
            if process.poll() is not None or time.monotonic() - began > PATIENCE:
                raise RuntimeError(log.read_text(encoding="utf-8", errors="replace")[-3000:])
            time.sleep(0.01)
        yield process.pid, time.monotonic() - began
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)


def _is_ready(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
