"""One web process under test: the whole WSGI application over settings of its own, and a browser to talk to it."""

import base64
import json
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from uuid import UUID

from werkzeug.test import Client, TestResponse

from bridge.app import create_wsgi
from bridge.clock import Clock, utc_now
from bridge.edge.gate import Part
from bridge.journal import JournalReader, Row, journal_files
from bridge.settings import Settings
from bridge.wiring import Services
from tests import make
from tests.house import KEY, PUBLIC

NO_DATABASE = "postgresql://nobody@127.0.0.1:1/none"
NO_REDIS = "redis://127.0.0.1:1/0"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
READ_SECRET = "whsec_" + base64.b64encode(b"to read, and nothing else").decode()

CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True)
class Site:
    """A running site. client: a browser without cookies and without a language of its own."""

    services: Services
    client: Client

    def get(self, path: str, **more: Any) -> TestResponse:
        """Ask for a page."""
        return self.client.get(path, **more)

    def post(self, path: str, data: Any = None, **more: Any) -> TestResponse:
        """Send a form, or whatever `data` is."""
        return self.client.post(path, data=data, **more)

    def journalled(self) -> list[dict[str, Any]]:
        """What stands in the journal, oldest first: the bodies, with `kind_of_record` beside."""
        return [json.loads(row.body) | {"kind_of_record": row.kind} for row in self._rows()]

    def ids(self) -> list[UUID]:
        """The ids of what stands in the journal, oldest first."""
        return [row.id for row in self._rows()]

    def _rows(self) -> list[Row]:
        found = []
        for path in journal_files(self.services.settings.journal):
            reader = JournalReader(path)
            found += reader.batch(10_000)
            reader.close()
        return found

    def only_record(self) -> dict[str, Any]:
        """The one record of the journal."""
        records = self.journalled()
        assert len(records) == 1, f"{len(records)} records"
        return records[0]

    def break_journal(self) -> None:
        """From now on nothing can be written down."""
        self.services.journal.close()

    def close(self) -> None:
        """Give back what was opened."""
        opened = vars(self.services)
        for name, end in (
            ("journal", "close"),
            ("page_engine", "dispose"),
            ("engine", "dispose"),
            ("redis", "close"),
        ):
            if name in opened:
                getattr(opened[name], end)()


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """The environment of a site whose database and queue are away, unless the settings name some."""
    known = {
        "DATA": str(folder / "var"),
        "PUBLIC_URL": PUBLIC,
        "DATABASE_URL": NO_DATABASE,
        "REDIS_URL": NO_REDIS,
        "SECRET_KEYS": KEY,
        "INTAKE_SECRETS": SECRET,
        "SMTP_URL": "smtp://127.0.0.1:1",
        "MAIL_FROM": "Exact <hello@example.com>",
        "RATE_LIMITS": "off",
    } | settings
    return {f"LEADBRIDGE_{name}": value for name, value in known.items()}


def open_site(
    folder: Path, *, clock: Clock = utc_now, part: Part = "all", threads: int = 8, **settings: str
) -> Site:
    """A site with these settings. No rate limits, unless named."""
    services = Services(Settings.from_env(environment(folder, **settings)), clock)
    if "PROGRAM" not in settings:
        services.program = make.demo_program()
    return Site(services, Client(create_wsgi(services, part, threads)))


def with_cookies(site: Site) -> Client:
    """A browser that sends the cookies that it is told to; the usual one sends those that it got, and no others."""
    return Client(site.client.application, use_cookies=False)


class Outline(HTMLParser):
    """What a page is made of: start tags with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def all(self, tag: str) -> list[dict[str, str]]:
        """The attributes of every such tag."""
        return [attributes for name, attributes in self.tags if name == tag]

    def value(self, name: str) -> str | None:
        """What stands in the input of that name."""
        return next((one.get("value", "") for one in self.all("input") if one.get("name") == name), None)

    def is_ticked(self, name: str) -> bool:
        """Whether the box of that name is ticked."""
        return any("checked" in one for one in self.all("input") if one.get("name") == name)


def asks_first(page: str, action: str) -> bool:
    """Whether the form with that address stands in a fold that somebody has to open before."""
    before = page[: page.index(f'action="{action}"')]
    fold = before.rfind("<details")
    return before.count("<details") == before.count("</details>") + 1 and before.startswith("<details>", fold)


def words(page: str) -> str:
    """The text of a page without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))


@contextmanager
def silent_server() -> Iterator[int]:
    """The port of a server that takes connections and never says a word."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)
        yield listening.getsockname()[1]


def is_locked_down(response: TestResponse) -> bool:
    """Whether a page carries what keeps a browser from running, framing, leaking or storing it."""
    headers = response.headers
    return (
        headers["Content-Security-Policy"].startswith(CSP)
        and "unsafe" not in headers["Content-Security-Policy"]
        and headers["X-Content-Type-Options"] == "nosniff"
        and headers["Referrer-Policy"] == "no-referrer"
        and headers["Cache-Control"] == "no-store"
        and "Set-Cookie" not in headers
    )
