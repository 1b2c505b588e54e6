"""Messages are understood in a process of their own, which a hostile one may stop without stopping anything else.

It knows no secret and opens nothing: a message goes in, what it says comes out, each as one line.
"""

import base64
import json
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from connectors.bounces.attribution import Evidence
from connectors.bounces.findings import Finding
from connectors.bounces.reading import Told, UnreadableReport, understand
from connectors.contract import MOST_WORDS

SECONDS = 10.0
"""Thousands of times what a report takes, for one that is made to take long."""

MOST_MEMORY = 1 << 30
_COMMAND = (sys.executable, "-m", "connectors.bounces")


class Apart:
    """Understands messages in another process, which is started when it is needed. Close it afterwards.

    command: what to run instead.
    """

    def __init__(self, seconds: float = SECONDS, command: tuple[str, ...] = _COMMAND) -> None:
        self._seconds = seconds
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None

    def understand(self, raw: bytes) -> Told:
        """As of `reading.understand`. Raises UnreadableReport also for what takes too long or ends the process."""
        answer = self._ask(raw) or self._ask(raw)  # somebody else may have ended it
        if not answer:
            raise UnreadableReport("it ended the process that read it")
        content = json.loads(answer)
        if "error" in content:
            raise UnreadableReport(content["error"])
        return _told(content)

    def close(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if process:
            process.kill()
            process.communicate()

    def _ask(self, raw: bytes) -> bytes:
        """One line for one line; b"" when the process ended. Raises UnreadableReport when it takes too long."""
        process = self._process = self._process or self._started()
        assert process.stdin and process.stdout  # noqa: S101  # pipes, as they were asked for
        late = threading.Event()
        timer = threading.Timer(self._seconds, _end, (process, late))
        timer.start()
        try:
            process.stdin.write(base64.b64encode(raw) + b"\n")
            process.stdin.flush()
            answer = process.stdout.readline()
        except OSError:
            answer = b""
        finally:
            timer.cancel()
        if not answer.endswith(b"\n"):
            self.close()
            answer = b""
        if late.is_set() and not answer:
            raise UnreadableReport(f"it takes more than {self._seconds:g} seconds to read")
        return answer

    def _started(self) -> "subprocess.Popen[bytes]":
        """In a session of its own, so that a stop of all processes at once is no fault of the message."""
        pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
        return subprocess.Popen(  # noqa: S603  # our own interpreter
            self._command, stdin=pipe, stdout=pipe, stderr=nowhere, start_new_session=True
        )


def _end(process: "subprocess.Popen[bytes]", late: threading.Event) -> None:
    late.set()
    process.kill()


def _told(content: dict[str, Any]) -> Told:
    """What the other process wrote down."""
    return Told(
        content["kind"],
        tuple(Finding(**one) for one in content["findings"]),
        datetime.fromisoformat(content["at"]) if content["at"] else None,
        Evidence(**{name: tuple(found) for name, found in content["evidence"].items()}),
    )


def _answer(raw: bytes, understand: Callable[[bytes], Told]) -> str:
    try:
        told = understand(raw)
        return json.dumps(asdict(told) | {"at": told.at and told.at.isoformat()})
    except (UnreadableReport, MemoryError) as error:
        return json.dumps({"error": str(error)[:MOST_WORDS] or type(error).__name__})


def main() -> None:
    """Answer line by line until nothing comes any more; asking it to stop is left to whoever asks the parent."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for line in sys.stdin.buffer:
        sys.stdout.write(_answer(base64.b64decode(line), understand) + "\n")
        sys.stdout.flush()
