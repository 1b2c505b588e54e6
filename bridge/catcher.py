"""A real SMTP server that keeps every mail in a folder and sends none on: the demo's mail."""

import asyncio
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bridge.clock import Clock, utc_now
from bridge.inbox import store_mail

_MISSING = "Catching mails needs the package aiosmtpd: install leadbridge[embedded]"


class MailCatcher:
    """An SMTP server in a thread of its own; every mail it takes is in `folder` before it says so.

    host and port: where it listens; port 0 takes a free one, known after `start`.
    Start and stop it from the same thread; once stopped it may be started again.
    """

    def __init__(self, folder: Path, host: str = "127.0.0.1", port: int = 0, clock: Clock = utc_now) -> None:
        self._folder = folder
        self._host = host
        self._port = port
        self._clock = clock
        self._newest = datetime.min.replace(tzinfo=UTC)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._server: asyncio.Server | None = None
        self._sessions: list[Any] = []

    @property
    def url(self) -> str:
        """The address for `SmtpServer.from_url`, such as smtp://127.0.0.1:2525."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"smtp://{host}:{self._port}"

    def start(self) -> None:
        """Listen. Raises RuntimeError when aiosmtpd is not installed, OSError when the port is taken."""
        if self._thread is not None:
            return
        protocol = _protocol()
        loop = asyncio.new_event_loop()
        try:
            self._server = loop.run_until_complete(
                loop.create_server(lambda: self._session(protocol, loop), self._host, self._port)
            )
        except BaseException:
            loop.close()
            raise
        self._port = self._server.sockets[0].getsockname()[1]
        self._loop = loop
        self._thread = threading.Thread(target=loop.run_forever, name="mail-catcher", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop listening, hang up on everybody, and wait until the thread has ended."""
        loop, thread = self._loop, self._thread
        if loop is None or thread is None:
            return
        asyncio.run_coroutine_threadsafe(self._hang_up(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
        self._loop = self._thread = self._server = None

    def __enter__(self) -> "MailCatcher":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802, aiosmtpd's name
        """aiosmtpd's hook: a whole mail is there."""
        store_mail(self._folder, envelope.mail_from or "", envelope.rcpt_tos, envelope.content, self._now())
        return "250 2.0.0 kept"

    def _now(self) -> datetime:
        """The time, later than any before: names in the folder are made of it."""
        self._newest = max(self._clock(), self._newest + timedelta(microseconds=1))
        return self._newest

    def _session(self, protocol: Any, loop: asyncio.AbstractEventLoop) -> Any:
        self._sessions = [session for session in self._sessions if session.transport is not None]
        session = protocol(self, hostname="localhost", enable_SMTPUTF8=True, loop=loop)
        self._sessions.append(session)
        return session

    async def _hang_up(self) -> None:
        if self._server is not None:
            self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        for session in self._sessions:
            if session.transport is not None:
                session.transport.abort()
        self._sessions = []
        await asyncio.sleep(0)  # one round of the loop, in which the connections close


def _protocol() -> Any:
    try:
        from aiosmtpd.smtp import SMTP
    except ImportError as error:
        raise RuntimeError(_MISSING) from error
    return SMTP
