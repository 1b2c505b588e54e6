"""A real SMTP server in a thread that is as slow, busy, rude or choosy as a test needs it."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.parser import BytesParser
from typing import Any, Literal

from aiosmtpd.smtp import SMTP

Step = Literal["EHLO", "MAIL", "RCPT", "DATA", "dot"]
HANG_UP = "hang up"
SILENCE = 60.0
"""Seconds; longer than anybody waits in a test."""

Mood = Callable[[Step, str], str | float]
"""What a server does at a step, in which it knows the recipient or "": a reply, HANG_UP, or seconds to sleep."""


def friendly(step: Step, recipient: str) -> str | float:
    """Takes everything."""
    return 0.0


@dataclass(frozen=True)
class Taken:
    """A mail that the server took responsibility for. at: of time.monotonic()."""

    recipient: str
    message_id: str
    at: float


@dataclass
class MailServer:
    """Listens on loopback while `listening` lasts. taken: in the order of arrival. heard: every step it came to."""

    mood: Mood = friendly
    taken: list[Taken] = field(default_factory=list)
    heard: list[tuple[Step, str]] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        """For LEADBRIDGE_SMTP_URL."""
        return f"smtp://127.0.0.1:{self.port}?starttls=never&timeout=70"

    def taken_by(self, recipient: str) -> list[Taken]:
        """The mails to one address."""
        return [one for one in self.taken if one.recipient == recipient]

    async def handle_EHLO(  # noqa: N802, aiosmtpd's name, like those below
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        answer = await self._react(server, "EHLO", "")
        return responses if answer.startswith("250") else [answer]

    async def handle_HELO(self, server: Any, session: Any, envelope: Any, hostname: str) -> str:  # noqa: N802
        session.host_name = hostname
        return await self._react(server, "EHLO", "")

    async def handle_MAIL(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return await self._react(server, "MAIL", "")

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        answer = await self._react(server, "RCPT", address)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        recipient = envelope.rcpt_tos[0]
        answer = await self._react(server, "DATA", recipient)
        if not answer.startswith("250"):
            return answer
        message = BytesParser().parsebytes(envelope.content)
        self.taken.append(Taken(recipient, str(message["Message-ID"]), time.monotonic()))
        return await self._react(server, "dot", recipient)

    async def _react(self, server: Any, step: Step, recipient: str) -> str:
        self.heard.append((step, recipient))
        reaction = self.mood(step, recipient)
        if reaction == HANG_UP:
            server.transport.abort()
        elif isinstance(reaction, float):
            await asyncio.sleep(reaction)
        return reaction if isinstance(reaction, str) else "250 2.0.0 ok"


@contextmanager
def listening(server: MailServer) -> Iterator[MailServer]:
    """Let it listen on a free port until the block ends; then it hangs up on everybody."""
    loop = asyncio.new_event_loop()
    sessions: list[Any] = []

    def session() -> Any:
        sessions.append(SMTP(server, hostname="localhost", enable_SMTPUTF8=True, loop=loop))
        return sessions[-1]

    accepting = loop.run_until_complete(loop.create_server(session, "127.0.0.1", server.port))
    server.port = accepting.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        asyncio.run_coroutine_threadsafe(_hang_up(accepting, sessions), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _hang_up(accepting: asyncio.Server, sessions: list[Any]) -> None:
    accepting.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    for one in sessions:
        if one.transport is not None:
            one.transport.abort()
    await asyncio.sleep(0)
