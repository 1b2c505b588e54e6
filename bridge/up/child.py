"""A child process: what it is, and one that runs."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bridge.up.errors import ServerFailed, StopRequested
from bridge.up.nursery import Call, Forked

_TETHER = Path(__file__).with_name("tether.py")
_READY_WITHIN = 600.0
_NEWS_EVERY = 10.0
_HURRIED = 3.0

Say = Callable[[str], None]


def silent(_: str) -> None:
    """Say nothing."""


def _never() -> bool:
    return False


@dataclass(frozen=True)
class Account:
    """A system user that a server runs as."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True)
class Child:
    """A process to be started, watched and stopped.

    argv: the program's absolute path and its arguments; or instead call: what a process does that has loaded our
    code already (see `bridge.up.nursery`). env: its whole environment; None inherits ours.
    stop: the signal that ends it properly; it also gets it when we are killed. patience: seconds from
    that signal until it is killed. server: others depend on it, so it stops after them. account: whom it
    runs as (we are root then). before: called before every start. ready: asked with the process id until
    it is true; None means ready at once. usual: parts of lines that nobody needs to hear.
    """

    name: str
    argv: Sequence[str] = ()
    call: Call | None = None
    env: Mapping[str, str] | None = None
    cwd: Path | None = None
    stop: signal.Signals = signal.SIGTERM
    patience: float = 10.0
    server: bool = False
    account: Account | None = None
    before: Callable[[], None] | None = None
    ready: Callable[[int], bool] | None = None
    usual: Sequence[str] = ()


@dataclass(frozen=True)
class Server:
    """A server that can be started: where it is reached once it runs, and its process."""

    url: str
    child: Child


class Process:
    """A child that was started; every line it prints goes to `hear`, in a thread.

    Start it from the main thread: it dies with the thread that started it.
    """

    def __init__(self, child: Child, hear: Say) -> None:
        if child.before:
            child.before()
        self.child = child
        self.tail: deque[str] = deque(maxlen=20)
        self.started = time.monotonic()
        self._swept = False
        self._hear = hear
        self._popen = _spawn(child)
        self._reader = threading.Thread(target=self._read, daemon=True, name=f"read-{child.name}")
        self._reader.start()

    @property
    def pid(self) -> int:
        return self._popen.pid

    def ended(self) -> bool:
        """Whether it is over; what it left of its group is then ended too."""
        if self._popen.poll() is None:
            return False
        if not self._swept:
            self._swept = True
            self._kill_group()
        return True

    def ready(self) -> bool:
        return self.child.ready is None or self.child.ready(self.pid)

    @property
    def status(self) -> int | None:
        """Its exit status, negative for a signal; None while it runs."""
        return self._popen.poll()

    def outcome(self) -> str:
        """How it ended, in words."""
        code = self.status
        if code is None:
            return "still running"
        return f"exit status {code}" if code >= 0 else f"ended by {signal.Signals(-code).name}"

    def ask(self) -> None:
        """Ask it to stop, properly."""
        self._popen.send_signal(self.child.stop)

    def kill(self) -> None:
        """End it and its group at once."""
        self._popen.kill()
        self._kill_group()

    def wait(self, seconds: float) -> bool:
        """Wait for its end; whether it came."""
        with suppress(subprocess.TimeoutExpired):
            self._popen.wait(seconds)
        return self.ended()

    def finish(self) -> None:
        """Hear the last lines of a process that has ended."""
        self._popen.wait()
        self._reader.join(timeout=1.0)

    def _kill_group(self) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)

    def _read(self) -> None:
        assert self._popen.stdout is not None  # noqa: S101 - it is a pipe
        with self._popen.stdout as pipe:
            for raw in pipe:
                line = raw.decode(errors="replace").rstrip()
                self.tail.append(line)
                if not any(usual in line for usual in self.child.usual):
                    self._hear(line)


def wait_until_ready(process: Process, say: Say = silent, stopping: Callable[[], bool] = _never) -> None:
    """Wait as long as it lives and up to ten minutes: recovery after a crash takes its time.

    Raises ServerFailed, or StopRequested as soon as `stopping` says so.
    """
    news = process.started + _NEWS_EVERY
    while not process.ready():
        if stopping():
            raise StopRequested("stopped while starting")
        if process.ended():
            process.finish()
            raise ServerFailed(process.child.name, process.outcome(), list(process.tail))
        now = time.monotonic()
        if now > process.started + _READY_WITHIN:
            raise ServerFailed(process.child.name, "not ready after ten minutes", list(process.tail))
        if now > news:
            say(f"{process.child.name} is still starting")
            news = now + _NEWS_EVERY
        time.sleep(0.02)


@contextmanager
def running(server: Server) -> Iterator[str]:
    """The server, started and ready, without a supervisor; its URL. It is stopped properly at the end."""
    process = Process(server.child, silent)
    try:
        wait_until_ready(process)
        yield server.url
    finally:
        end(process)


def end(process: Process, hurry: Callable[[], bool] = _never) -> None:
    """Stop it: asked, and killed after its patience, or after three seconds once `hurry` says so."""
    process.ask()
    asked, patience = time.monotonic(), process.child.patience
    while not process.wait(0.1):
        if time.monotonic() - asked > (min(_HURRIED, patience) if hurry() else patience):
            process.kill()
    process.finish()


def _spawn(child: Child) -> "subprocess.Popen[bytes] | Forked":
    if child.call:
        return Forked(child.name, child.call, child.env, child.cwd, child.stop)
    account = f"{child.account.uid}:{child.account.gid}" if child.account else "-"
    tether = [sys.executable, "-I", "-S", str(_TETHER), str(os.getpid()), str(int(child.stop)), account, "--"]
    return subprocess.Popen(  # noqa: S603 - the programs are ours
        [*tether, *child.argv],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=child.env,
        cwd=child.cwd,
        # A terminal's Ctrl-C reaches the supervisor alone, which then stops its children in order.
        start_new_session=True,
    )
