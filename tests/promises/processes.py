"""The whole bridge as an operator runs it: each part a process of its own, by the clock on the wall."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from shutil import rmtree
from typing import Any
from urllib.parse import urlsplit

import requests
from redis import Redis
from sqlalchemy import Engine, select

from bridge.catcher import MailCatcher
from bridge.inbox import CaughtMail, list_mails
from bridge.journal import depth
from bridge.store.tables import metadata
from bridge.up.ports import free_port
from tests import make
from tests.commands import inherited
from tests.conftest import Servers, empty
from tests.edge.site import environment
from tests.together import eventually

PARTS = {
    "web": ["web"],
    "ingest": ["ingest"],
    "score": ["worker", "score"],
    "deliver": ["worker", "deliver"],
    "cron": ["cron"],
}
PATIENCE = 60.0


@dataclass
class Processes:
    """Running processes, the mailbox that they send to, the database that they write to.

    within: what each command begins with, where they run on another machine.
    """

    url: str
    data: Path
    environment: Mapping[str, str]
    engine: Engine
    within: Sequence[str] = ()
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, part: str) -> None:
        """Start one of PARTS; “score-2” is a second process of “score”. With web, wait until it answers."""
        command = [*self.within, sys.executable, "-m", "bridge.cli", *PARTS[part.partition("-")[0]]]
        with (self.data.parent / f"{part}.log").open("ab") as log:
            self._running[part] = subprocess.Popen(
                command,
                env={**inherited(), **self.environment},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        if part == "web":
            self.wait_for_web()

    def stop(self, part: str) -> None:
        """Stop one of them, as a service manager does."""
        process = self._running.pop(part)
        process.terminate()
        process.wait(PATIENCE)

    def kill(self, part: str) -> None:
        """End one of them at once, with all that it started: `kill -9`."""
        process = self._running.pop(part)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(PATIENCE)

    def kill_children(self, part: str) -> None:
        """End at once what a part started; itself lives on, and has to notice."""
        pid = self._running[part].pid
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            os.kill(int(child), signal.SIGKILL)

    def mend(self) -> None:
        """Start what does not run, whatever ended it."""
        for part in PARTS:
            if not self.is_running(part):
                self._running.pop(part, None)
                self.start(part)

    def is_running(self, part: str) -> bool:
        """Whether it was started and has not ended."""
        return part in self._running and self._running[part].poll() is None

    def stop_all(self) -> None:
        """Stop what runs."""
        for part in list(self._running):
            self.stop(part)

    def log(self, part: str) -> str:
        """What a part has said."""
        return (self.data.parent / f"{part}.log").read_text(encoding="utf-8")

    def ask(self, method: str, address: str, **more: Any) -> requests.Response:
        """One request, without following where it leads. address: a path, or a link out of a mail."""
        parts = urlsplit(address)
        headers = {"User-Agent": make.A_BROWSER, "Accept-Language": "de"} | more.pop("headers", {})
        with requests.Session() as session:
            session.trust_env = False
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            return session.request(
                method, self.url + path, headers=headers, allow_redirects=False, timeout=10, **more
            )

    def mails(self, address: str) -> list[CaughtMail]:
        """The mails to an address, oldest first."""
        return [one for one in list_mails(self.data / "inbox", limit=1000)[::-1] if one.recipient == address]

    def wait_for_mail(self, address: str, number: int) -> CaughtMail:
        """The nth mail to an address, counted from 1, as soon as it is there."""
        assert eventually(lambda: len(self.mails(address)) >= number), self.mails(address)
        return self.mails(address)[number - 1]

    def wait_for_ingest(self) -> None:
        """Until the journal is empty."""
        assert eventually(lambda: depth(self.data / "journal")[0] == 0)

    def wait_for_web(self) -> None:
        """Until the web answers."""
        assert eventually(self._answers), self.log("web")

    def rows(self, name: str) -> list[dict[str, Any]]:
        """Everything in a table."""
        with self.engine.connect() as connection:
            return [dict(row._mapping) for row in connection.execute(select(metadata.tables[name]))]

    def _answers(self) -> bool:
        try:
            return self.ask("GET", "/healthz").ok
        except requests.ConnectionError:
            return False


@contextmanager
def running(servers: Servers, engine: Engine, **settings: str) -> Iterator[Processes]:
    """All parts over empty servers, until the block ends."""
    empty(engine)
    with Redis.from_url(servers.redis_url) as redis:
        redis.flushall()
    folder = Path(tempfile.mkdtemp(prefix="leadbridge-promises-", dir="/tmp"))
    bind = f"127.0.0.1:{free_port()}"
    with ExitStack() as closing:
        closing.callback(rmtree, folder, ignore_errors=True)
        catcher = closing.enter_context(MailCatcher(folder / "var" / "inbox"))
        environ = environment(
            folder,
            DATABASE_URL=servers.database_url,
            REDIS_URL=servers.redis_url,
            BIND=bind,
            PUBLIC_URL=f"http://{bind}",
            **({"SMTP_URL": catcher.url} | settings),
        )
        processes = Processes(f"http://{bind}", folder / "var", environ, engine)
        closing.callback(processes.stop_all)
        for part in PARTS:
            processes.start(part)
        yield processes
