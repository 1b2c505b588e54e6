"""Messages are understood in a process of their own; see `connectors.apart`."""

import sys
from dataclasses import asdict
from datetime import datetime
from typing import Any

from connectors import apart
from connectors.bounces.attribution import Evidence
from connectors.bounces.findings import Finding
from connectors.bounces.reading import Told, UnreadableReport, understand

SECONDS = 10.0
"""Thousands of times what a report takes, for one that is made to take long."""

_COMMAND = (sys.executable, "-m", "connectors.bounces")


class Apart:
    """Understands messages in another process, which is started when it is needed. Close it afterwards.

    command: what to run instead.
    """

    def __init__(self, seconds: float = SECONDS, command: tuple[str, ...] = _COMMAND) -> None:
        self._reader = apart.Apart(seconds, command)

    def understand(self, raw: bytes) -> Told:
        """As of `reading.understand`. Raises UnreadableReport also for what takes too long or ends the process."""
        try:
            return _told(self._reader.read(raw))
        except apart.Unreadable as error:
            raise UnreadableReport(str(error)) from error

    def close(self) -> None:
        """End the process, if there is one."""
        self._reader.close()


def _told(content: dict[str, Any]) -> Told:
    """What the other process wrote down."""
    return Told(
        content["kind"],
        tuple(Finding(**one) for one in content["findings"]),
        datetime.fromisoformat(content["at"]) if content["at"] else None,
        Evidence(**{name: tuple(found) for name, found in content["evidence"].items()}),
    )


def _written(raw: bytes) -> dict[str, Any]:
    told = understand(raw)
    return asdict(told) | {"at": told.at and told.at.isoformat()}


def main() -> None:
    """Answer line by line until nothing comes any more."""
    apart.answer_lines(_written, UnreadableReport)
