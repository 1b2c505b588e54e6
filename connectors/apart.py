"""What strangers send is read in a process of its own, which a hostile one may stop without stopping anything else.

It knows no secret and opens nothing: bytes go in, what they say comes out, each as one line.
"""

import base64
import json
import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from typing import Any

from connectors.contract import MOST_WORDS

MOST_MEMORY = 1 << 30
_KEPT = ("PATH", "LD_LIBRARY_PATH", "PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE", "LANG", "LC_ALL")
"""What an interpreter may need of the environment; our settings, and with them every secret, are not among it."""


class Unreadable(Exception):
    """It was given up; why, in words an operator understands."""


class Apart:
    """Reads in another process, which is started when it is needed. Close it afterwards.

    seconds: for one answer. command: what to run; it calls `answer_lines`.
    """

    def __init__(self, seconds: float, command: tuple[str, ...]) -> None:
        self._seconds = seconds
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, raw: bytes) -> dict[str, Any]:
        """What the other process says of it. Raises Unreadable also for what takes too long or ends the process."""
        answer = self._ask(raw) or self._ask(raw)  # somebody else may have ended it
        if not answer:
            raise Unreadable("it ended the process that read it")
        content: dict[str, Any] = json.loads(answer)
        if "error" in content:
            raise Unreadable(content["error"])
        return content

    def close(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if process:
            process.kill()
            process.communicate()

    def _ask(self, raw: bytes) -> bytes:
        """One line for one line; b"" when the process ended. Raises Unreadable when it takes too long."""
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
            raise Unreadable(f"it takes more than {self._seconds:g} seconds to read")
        return answer

    def _started(self) -> "subprocess.Popen[bytes]":
        """In a session of its own, so that a stop of all processes at once is no fault of what is read."""
        pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
        known = {name: os.environ[name] for name in _KEPT if name in os.environ}
        return subprocess.Popen(  # noqa: S603  # our own interpreter
            self._command, stdin=pipe, stdout=pipe, stderr=nowhere, env=known, start_new_session=True
        )


def _end(process: "subprocess.Popen[bytes]", late: threading.Event) -> None:
    late.set()
    process.kill()


def answer_lines(read: Callable[[bytes], Mapping[str, Any]], *gives_up: type[Exception]) -> None:
    """Answer line by line until nothing comes any more; asking it to stop is left to whoever asks the parent.

    read: what something says, as JSON knows it. gives_up: what it raises for what it cannot read.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for line in sys.stdin.buffer:
        sys.stdout.write(_answer(base64.b64decode(line), read, (*gives_up, MemoryError)) + "\n")
        sys.stdout.flush()


def _answer(
    raw: bytes, read: Callable[[bytes], Mapping[str, Any]], gives_up: tuple[type[Exception], ...]
) -> str:
    try:
        return json.dumps(read(raw))
    except gives_up as error:
        return json.dumps({"error": str(error)[:MOST_WORDS] or type(error).__name__})
