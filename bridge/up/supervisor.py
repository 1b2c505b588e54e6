"""Keeps children running, and stops them in order."""

import signal
import sys
import time
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from types import FrameType, TracebackType
from typing import Self, TextIO

from bridge.errors import LeadbridgeError
from bridge.up.child import Child, Process, end, wait_until_ready
from bridge.up.errors import StopRequested
from bridge.up.output import Output

_FIRST_PAUSE = 0.2
_LONGEST_PAUSE = 10.0
_STEADY_AFTER = 30.0
_TICK = 0.1
_SAME_REQUEST = 0.3
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def next_pause(pause: float, alive: float) -> float:
    """Seconds before the next start of a child that lived for `alive` seconds and waited `pause` before."""
    return _FIRST_PAUSE if alive >= _STEADY_AFTER else min(pause * 2, _LONGEST_PAUSE)


@dataclass
class _Watched:
    child: Child
    process: Process | None
    pause: float = _FIRST_PAUSE / 2
    due: float = 0.0
    announced: bool = True


class Supervisor:
    """Use it in the main thread, as a context: inside, SIGINT, SIGTERM and SIGHUP ask it to stop.

    Leaving the context stops every child, servers last. A StopRequested that reaches the end of the
    context is swallowed: to stop while starting is no error. patience: seconds the other children have,
    all together, before they are killed.
    """

    def __init__(self, stream: TextIO | None = None, patience: float = 10.0) -> None:
        self._output = Output(stream or sys.stdout)
        self._patience = patience
        self._watched: list[_Watched] = []
        self._requests = 0
        self._last_request = 0.0
        self._handlers: dict[signal.Signals, object] = {}
        self.closing = ExitStack()
        """What is closed when the last child has ended, before signals do again what they did."""

    def __enter__(self) -> Self:
        for number in _SIGNALS:
            before = signal.getsignal(number)
            # nohup ignores SIGHUP on purpose.
            if number is not signal.SIGHUP or before is not signal.SIG_IGN:
                self._handlers[number] = before
                signal.signal(number, self._asked)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        try:
            with self.closing:
                self._stop_all()
        finally:
            for number, handler in self._handlers.items():
                signal.signal(number, handler)  # type: ignore[arg-type] # it is what getsignal gave
        return isinstance(error, StopRequested)

    def say(self, text: str) -> None:
        """Write a line of our own between the children's."""
        self._output.line("up", text)

    def start(self, child: Child) -> None:
        """Start a child, wait until it is ready, and watch it from now on.

        Raises ServerFailed when it ends before it is ready, StopRequested when asked to stop meanwhile.
        """
        if self.stopping():
            raise StopRequested("stopped while starting")
        watched = _Watched(child, self._launch(child))
        self._watched.append(watched)
        assert watched.process is not None  # noqa: S101 - just launched
        wait_until_ready(watched.process, self.say, self.stopping)

    def run(self) -> None:
        """Watch the children, and start again what ends, until asked to stop."""
        while not self.stopping():
            for watched in self._watched:
                self._look_after(watched)
            time.sleep(_TICK)

    def stop(self) -> None:
        """Ask it to stop, as a signal does. Asked twice, it hurries."""
        now = time.monotonic()
        # Some senders deliver one wish twice: timeout(1), make, wrappers that forward signals.
        if now - self._last_request > _SAME_REQUEST:
            self._requests += 1
        self._last_request = now

    def stopping(self) -> bool:
        """Whether somebody asked it to stop."""
        return self._requests > 0

    def _asked(self, number: int, frame: FrameType | None) -> None:
        self.stop()

    def _launch(self, child: Child) -> Process:
        return Process(child, partial(self._output.line, child.name))

    def _look_after(self, watched: _Watched) -> None:
        if watched.process is None:
            if time.monotonic() >= watched.due:
                self._start_again(watched)
        elif watched.process.ended():
            self._note_end(watched, watched.process)
        elif not watched.announced and watched.process.ready():
            watched.announced = True
            self.say(f"{watched.child.name} is back")

    def _note_end(self, watched: _Watched, process: Process) -> None:
        process.finish()
        watched.process = None
        watched.announced = False
        watched.pause = next_pause(watched.pause, time.monotonic() - process.started)
        watched.due = time.monotonic() + watched.pause
        self.say(f"{watched.child.name} ended ({process.outcome()}); next start in {watched.pause:.1f} s")

    def _start_again(self, watched: _Watched) -> None:
        try:
            watched.process = self._launch(watched.child)
        except (OSError, LeadbridgeError) as error:
            watched.pause = next_pause(watched.pause, 0.0)
            watched.due = time.monotonic() + watched.pause
            self.say(f"{watched.child.name} cannot start: {error}; next try in {watched.pause:.1f} s")

    def _stop_all(self) -> None:
        alive = [watched.process for watched in reversed(self._watched) if watched.process]
        calm = min(self._requests, 1)
        if alive:
            self.say("stopping")
        self._stop_together([process for process in alive if not process.child.server], calm)
        for process in alive:
            if process.child.server:
                end(process, hurry=lambda: self._requests > calm)
        if alive:
            self.say("stopped")

    def _stop_together(self, processes: Sequence[Process], calm: int) -> None:
        """calm: how many requests to stop are no reason to hurry."""
        for process in processes:
            process.ask()
        deadline = time.monotonic() + self._patience
        while _any_alive(processes) and time.monotonic() < deadline and self._requests <= calm:
            time.sleep(_TICK / 4)
        for process in processes:
            if not process.ended():
                self.say(f"{process.child.name} did not stop in time and is killed")
                process.kill()
            process.finish()


def _any_alive(processes: Iterable[Process]) -> bool:
    return any(not process.ended() for process in processes)
