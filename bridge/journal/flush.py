"""One flush to the disk for all who wait for one (group commit)."""

import os
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

_CLOSED = -1

ToDisk = Callable[[int], None]
"""Brings what was written to an open file to the disk, such as `os.fsync`. Raises OSError."""
to_disk: ToDisk = getattr(os, "fdatasync", os.fsync)


class SharedFlush:
    """Flushes a file to the disk. Safe to use from several threads, and made for it.

    A disk flushes some hundred times a second, however much was written in between. So whoever comes while it does
    waits for the next time, together with all who come until then.
    """

    def __init__(self, path: Path, flush: ToDisk = to_disk) -> None:
        """Raises OSError."""
        self._file = os.open(path, os.O_RDONLY)
        self._flush = flush
        self._lock = threading.Lock()
        self._disk = threading.Lock()
        self._coming: Future[None] | None = None

    def wait(self) -> None:
        """Return when all that was written to the file before this call is on the disk. Raises OSError."""
        with self._lock:
            is_first = self._coming is None
            coming = self._coming = self._coming or Future()
        if is_first:
            self._lead(coming)
        coming.result()

    def _lead(self, coming: Future[None]) -> None:
        """Flush once, as soon as the disk is free; until then others may join."""
        with self._disk:
            with self._lock:
                self._coming = None
            try:
                if self._file == _CLOSED:
                    raise OSError("the file is closed")
                self._flush(self._file)
            except BaseException as error:  # whatever it is, nobody waits for ever
                coming.set_exception(error)
            else:
                coming.set_result(None)

    def close(self) -> None:
        """Close the file. Who waits afterwards gets the error that it is closed."""
        with self._disk:
            if self._file != _CLOSED:
                os.close(self._file)
            self._file = _CLOSED
