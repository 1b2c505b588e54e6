"""Names by which something was found before: known again after a restart."""

import logging
import threading
from pathlib import Path

log = logging.getLogger(__name__)


class Familiar:
    """A few names, kept in a file, one a line. Safe to use from several threads.

    file: None keeps them in memory alone. most: the oldest go first. Nothing is believed because its name is here:
    such a name is only asked for before strange ones.
    """

    def __init__(self, file: Path | None = None, most: int = 32) -> None:
        self._file = file
        self._most = most
        self._names = self._read()[-most:]
        self._lock = threading.Lock()

    def __contains__(self, name: str) -> bool:
        """Whether something was found by that name."""
        return name in self._names

    def add(self, name: str) -> None:
        """Something was found by that name. A file that cannot be written is a warning: the names only help."""
        with self._lock:
            if name in self._names:
                return
            self._names = [*self._names, name][-self._most :]
            try:
                self._write()
            except OSError as error:
                log.warning("names of proofs could not be kept", extra={"reason": str(error)})

    def _read(self) -> list[str]:
        try:
            return self._file.read_text("utf-8").splitlines() if self._file else []
        except (OSError, ValueError):
            return []

    def _write(self) -> None:
        """Names that another process has found since are kept as well."""
        if self._file is None:
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._names = list(dict.fromkeys([*self._read(), *self._names]))[-self._most :]
        new = self._file.with_name(f"{self._file.name}.{threading.get_native_id()}")
        new.write_text("".join(f"{name}\n" for name in self._names), "utf-8")
        new.replace(self._file)
