"""What `check` says of the programme that runs, worked out once in each process, beside its other work."""

import logging
import threading
from pathlib import Path

from bridge.clock import Clock
from bridge.delivery.looking_over import LookedOver, look_over
from bridge.program.loading import program_file
from bridge.program.model import Program

log = logging.getLogger(__name__)


class Checks:
    """Looks a programme over when it is first asked for what it says. finished: set once that is known."""

    def __init__(self, program: Program, path: Path, clock: Clock) -> None:
        self.finished = threading.Event()
        self._program, self._path, self._clock = program, path, clock
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._said: LookedOver | None = None

    def said(self) -> LookedOver | None:
        """What it says; None as long as nobody knows."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._look, name="check", daemon=True)
                self._thread.start()
        return self._said

    def _look(self) -> None:
        try:
            self._said = look_over(self._program, program_file(self._path), self._clock())
        except Exception:
            log.exception("the programme could not be looked over")
        self.finished.set()
