"""One stream for many children: each line behind the name of who said it."""

import os
import threading
from contextlib import suppress
from typing import TextIO

_COLOURS = (36, 33, 35, 32, 34, 96, 93, 95)
_WIDTH = 10


class Output:
    """Writes whole lines from any thread; in colour on a terminal, unless NO_COLOR is set."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._coloured = stream.isatty() and not os.environ.get("NO_COLOR")
        self._lock = threading.Lock()
        self._colours: dict[str, int] = {}

    def line(self, name: str, text: str) -> None:
        """Write one line. A reader that went away is no reason to stop."""
        with self._lock, suppress(OSError, ValueError):
            self._stream.write(f"{self._label(name)} {text}\n")
            self._stream.flush()

    def _label(self, name: str) -> str:
        label = f"{name:<{_WIDTH}}|"
        if not self._coloured:
            return label
        colour = self._colours.setdefault(name, _COLOURS[len(self._colours) % len(_COLOURS)])
        return f"\x1b[{colour}m{label}\x1b[0m"
