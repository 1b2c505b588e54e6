"""An SMTP server that is as fast as a small one can be, and remembers who got what when (RFC 5321).

As a process of its own: `python -m benchmarks.mail_server FOLDER|-` prints its port; whenever a line comes in, it
prints what it took since the last one as JSON, and at the end of its input it ends. With a folder it takes
responsibility for each mail as RFC 5321 6.1 asks every server to: it is on the disk before the server says so.
"""

import asyncio
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import IO, Any

OFFERS = b"250-localhost\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n250 SIZE 10000000\r\n"
END = b"\r\n.\r\n"
OK, GO_AHEAD, TAKEN = b"250 2.0.0 ok\r\n", b"354 go ahead\r\n", b"250 2.6.0 taken\r\n"
_MESSAGE_ID = re.compile(rb"^Message-ID: <([^>]+)>", re.MULTILINE)
REPLIES = {b"EHLO": OFFERS, b"DATA": GO_AHEAD, b"QUIT": b"221 2.0.0 bye\r\n"}


@dataclass(frozen=True, slots=True)
class Taken:
    """A mail that the server took responsibility for. at: of time.monotonic(), as of the reply to its last dot."""

    recipient: str
    at: float
    message_id: str


@dataclass(frozen=True, slots=True)
class News:
    """What was taken since somebody asked last. newest: the last of these mails as it came; empty without one."""

    taken: list[Taken]
    newest: bytes


class MailServer:
    """A server that runs. port: on 127.0.0.1."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._asked, self._said = _pipes(process)
        self.port = int(self._said.readline())

    @property
    def url(self) -> str:
        """For LEADBRIDGE_SMTP_URL."""
        return f"smtp://127.0.0.1:{self.port}?starttls=never"

    def news(self) -> News:
        """What it took since the last time."""
        self._asked.write("news\n")
        self._asked.flush()
        told = json.loads(self._said.readline())
        return News([Taken(*one) for one in told["taken"]], told["newest"].encode("latin-1"))


@contextmanager
def mail_server(folder: Path | None = None) -> Iterator[MailServer]:
    """A server for as long as the block lasts. folder: where it keeps each mail; without one it forgets them."""
    argv = [sys.executable, "-m", "benchmarks.mail_server", str(folder or "-")]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield MailServer(process)
        process.communicate()


def _pipes(process: "subprocess.Popen[str]") -> tuple[IO[str], IO[str]]:
    if process.stdin is None or process.stdout is None:
        raise ValueError("the server's input and output have to be pipes")
    return process.stdin, process.stdout


class _Register:
    """What all connections took together."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._numbers = count()
        self._taken: list[tuple[str, float, str]] = []
        self._newest = b""

    async def take(self, recipient: str, content: bytes) -> None:
        """Note a mail, and keep it where there is a place for it."""
        if self._folder is not None:
            path = self._folder / f"{next(self._numbers)}.eml"
            await asyncio.get_running_loop().run_in_executor(None, _keep, path, content)
        named = _MESSAGE_ID.search(content)
        self._taken.append((recipient, time.monotonic(), named[1].decode() if named else ""))
        self._newest = content

    def tell(self) -> str:
        """What is new, as JSON."""
        taken, self._taken = self._taken, []
        newest, self._newest = self._newest, b""
        return json.dumps({"taken": taken, "newest": newest.decode("latin-1")})


def _keep(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


async def _converse(register: _Register, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 localhost\r\n")
    recipient = ""
    while command := await _line(reader):
        word = command[:4].upper()
        if word == b"RCPT":
            recipient = command.partition(b"<")[2].partition(b">")[0].decode()
        writer.write(REPLIES.get(word, OK))
        if word == b"QUIT":
            break
        if word == b"DATA":
            await register.take(recipient, (await reader.readuntil(END)).removesuffix(END))
            writer.write(TAKEN)
    writer.close()


async def _line(reader: asyncio.StreamReader) -> bytes:
    """The next command; none once the client is gone, or the server ends."""
    try:
        return await reader.readline()
    except (OSError, asyncio.CancelledError):
        return b""


async def _serve(folder: Path | None) -> None:
    register, loop = _Register(folder), asyncio.get_running_loop()

    async def converse(*streams: Any) -> None:
        await _converse(register, *streams)

    server = await asyncio.start_server(converse, "127.0.0.1", 0, limit=2**22)
    print(server.sockets[0].getsockname()[1], flush=True)
    while await loop.run_in_executor(None, sys.stdin.readline):
        print(register.tell(), flush=True)
    server.close()


if __name__ == "__main__":
    asyncio.run(_serve(None if sys.argv[1] == "-" else Path(sys.argv[1])))
