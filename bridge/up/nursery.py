"""Processes that are forked from one that has loaded our code, the nursery.

To load it takes a processor a second or two, for each process anew, and a hundred megabytes; what is loaded here is
shared by all of them until somebody writes to it. The nursery is multiprocessing's fork server: a process without
threads, for which a fork is safe. When we die, however we die, it ends, and what it forked gets its signal.
"""

import ctypes
import io
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from multiprocessing import forkserver, resource_tracker
from multiprocessing.connection import Connection
from pathlib import Path
from typing import IO, TextIO

from bridge.up.tether import die_with

_PR_SET_NAME = 15
_LONGEST_NAME = 15

Call = Callable[[], None]
"""What a forked process does: importable by name, or a partial of such a function."""

_forks = multiprocessing.get_context("forkserver")


def open_nursery(modules: Sequence[str]) -> None:
    """Let it load these modules, while we do other things.

    It never hears the Ctrl-C that a terminal sends to all of us: to end it is ours, and it would complain loudly.
    """
    _forks.set_forkserver_preload(list(modules))
    resource_tracker.ensure_running()  # by itself it would let SIGINT through again
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


class Forked:
    """A process that was forked; it looks like a `subprocess.Popen` whose standard error joins its output.

    name: what lists of processes call it. env: its whole environment; None inherits ours. stop: the signal that it
    gets when the nursery dies.
    """

    def __init__(
        self, name: str, call: Call, env: Mapping[str, str] | None, cwd: Path | None, stop: signal.Signals
    ) -> None:
        reader, writer = _forks.Pipe(duplex=False)
        environ = dict(os.environ if env is None else env)
        arguments = (name, call, environ, cwd or Path.cwd(), int(stop), writer)
        self._process = _forks.Process(target=_live, args=arguments, name=name)
        self._process.start()
        writer.close()
        self.stdout: IO[bytes] = os.fdopen(os.dup(reader.fileno()), "rb")
        reader.close()

    @property
    def pid(self) -> int:
        """Its process id, and its group's."""
        assert self._process.pid is not None  # noqa: S101 - it was started
        return self._process.pid

    def poll(self) -> int | None:
        """Its exit status, negative for a signal; None while it runs."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int | None:
        """Its exit status, awaited so many seconds; None when it still runs."""
        self._process.join(timeout)
        return self.poll()

    def send_signal(self, number: signal.Signals) -> None:
        """Send a signal; nothing happens when it is over."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)


def _live(
    name: str, call: Call, environ: Mapping[str, str], cwd: Path, stop: int, output: Connection
) -> None:
    """The life of a forked process: first it becomes what a started program would be."""
    os.setsid()
    multiprocessing.set_start_method("fork", force=True)  # for what it starts itself, as in a started program
    die_with(os.getppid(), stop)
    upbringer = multiprocessing.parent_process()
    if upbringer is None or not upbringer.is_alive():
        sys.exit(127)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.environ.clear()
    os.environ.update(environ)
    os.chdir(cwd)
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    sys.stdout, sys.stderr = _open_at(1, output, sys.stdout), _open_at(2, output, sys.stderr)
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))  # among them what would keep the nursery alive without us
    _name(name)
    call()


def _open_at(number: int, output: Connection, instead_of: TextIO) -> TextIO:
    """A standard stream that writes to that pipe, line by line."""
    instead_of.flush()
    os.dup2(output.fileno(), number)
    raw = io.FileIO(number, "w", closefd=False)
    encoding, errors = instead_of.encoding, instead_of.errors
    return io.TextIOWrapper(io.BufferedWriter(raw), encoding, errors, line_buffering=True)


def _name(name: str) -> None:
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_PR_SET_NAME, name.encode()[:_LONGEST_NAME])
