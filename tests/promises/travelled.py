"""The whole bridge over real sockets, by a clock that is moved.

Requests come over HTTP, mails leave by SMTP, and journal, PostgreSQL and Valkey lie between. What workers are woken
for is done here, at the moment that the clock shows.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import requests
from sqlalchemy import Row, Table, select

from bridge.app import create_wsgi
from bridge.catcher import MailCatcher
from bridge.flow.score_profiles import score_profiles
from bridge.flow.sweep import GRACE, sweep
from bridge.inbox import CaughtMail, list_mails
from bridge.settings import Settings
from bridge.wiring import Services
from bridge.worker.ingest import Ingest
from tests import make
from tests.commands import run_command
from tests.conftest import Servers
from tests.edge import signed
from tests.edge.site import environment
from tests.house import Clock
from tests.web_server import answering

HOME = "203.0.113.7"
"""The network that somebody asks from, unless another one is named."""


@dataclass
class Bridge:
    """A running bridge. Every request comes from the network that it names."""

    services: Services
    clock: Clock
    port: int
    environment: Mapping[str, str]
    _ingest: Ingest = field(init=False)

    def __post_init__(self) -> None:
        self._ingest = Ingest(self.services)

    # From outside

    def ask(self, method: str, address: str, network: str = HOME, **more: Any) -> requests.Response:
        """One request, without following where it leads. address: a path, or a link out of a mail."""
        headers = {"User-Agent": make.A_BROWSER, "X-Forwarded-For": network} | more.pop("headers", {})
        parts = urlsplit(address)
        url = f"http://127.0.0.1:{self.port}{parts.path}" + (f"?{parts.query}" if parts.query else "")
        with requests.Session() as session:
            session.trust_env = False
            return session.request(method, url, headers=headers, allow_redirects=False, timeout=10, **more)

    def send_form(
        self,
        form: str,
        fields: Mapping[str, str],
        allows: Iterable[str] = (),
        network: str = HOME,
        **more: Any,
    ) -> requests.Response:
        """A browser posts a form. allows: the boxes that are ticked."""
        ticked = {f"consent_{purpose}": "1" for purpose in allows}
        return self.ask("POST", f"/forms/{form}", network, data={**fields, **ticked}, **more)

    def send_signed(self, content: Mapping[str, Any], key: str, network: str = HOME) -> requests.Response:
        """A website's server sends a form."""
        body = json.dumps(content).encode()
        headers = {"Content-Type": "application/json"} | signed.headers(body, key)
        return self.ask("POST", signed.PATH, network, data=body, headers=headers)

    def command(self, *words: str) -> str:
        """What `leadbridge …` prints, in a process of its own."""
        done = run_command(*words, **self.environment)
        done.check_returncode()
        return done.stdout

    # Inside

    def settle(self) -> None:
        """Do what ingest, cron and workers do at this moment, until nothing is left to do."""
        while self._ingest.once():
            pass
        while True:
            found = sweep(self.services.engine, self._work, self.clock() + GRACE)
            if not found.to_score and not found.to_deliver:
                return

    def tick(self, **span: float) -> None:
        """Let time pass, and do what is due then."""
        self.clock.move(**span)
        self.settle()

    def _work(self, kind: str, ids: Iterable[UUID]) -> None:
        if kind == "score":
            with self.services.unit() as unit:
                score_profiles(unit, ids)
        else:
            for one in ids:
                self.services.sender.deliver(one)

    # What one can see

    def mails(self, address: str | None = None) -> list[CaughtMail]:
        """The mails that the mail server took, oldest first; those to one mailbox, however it is written."""
        found = list_mails(self.services.settings.inbox, limit=1000)[::-1]
        return [one for one in found if address is None or one.recipient.lower() == address.lower()]

    def rows(self, table: Table) -> list[Row[Any]]:
        """Everything in a table."""
        with self.services.engine.connect() as connection:
            return list(connection.execute(select(table)))


@contextmanager
def travelling(folder: Path, servers: Servers, clock: Clock, **settings: str) -> Iterator[Bridge]:
    """A bridge behind one proxy, listening on a free port, until the block ends. No rate limits, unless named."""
    inbox = folder / "var" / "inbox"
    with MailCatcher(inbox, clock=clock) as catcher:
        environ = environment(
            folder,
            DATABASE_URL=servers.database_url,
            REDIS_URL=servers.redis_url,
            SMTP_URL=catcher.url,
            TRUSTED_PROXIES="1",
            **({"MAIL_PACE": "1000/second"} | settings),  # the clock stands: no mail would get its turn
        )
        services = Services(Settings.from_env(environ), clock)
        try:
            with answering(create_wsgi(services)) as port:
                yield Bridge(services, clock, port, environ)
        finally:
            services.mails.mailer.close()
            services.journal.close()
            services.engine.dispose()
            services.page_engine.dispose()
            services.redis.close()
