"""Settings from the environment: read once, frozen; a wrong or missing one stops the start, by name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bridge.clock import Course, read_course
from bridge.settings import parsing
from bridge.settings.door import Door
from bridge.settings.outgoing import Outgoing
from bridge.settings.readers import Reader as DataReader
from bridge.settings.reading import PREFIX, Reader, kept, new_intake_secret, new_key
from connectors.smtp import SmtpServer

if TYPE_CHECKING:
    from bridge.settings.outgoing import Network
    from connectors.smtp.dkim_keys import DkimKey

__all__ = [
    "COURSE",
    "PREFIX",
    "Outgoing",
    "Settings",
    "database_url",
    "demo_address",
    "dkim_keys",
    "private_targets",
    "program_path",
    "public_url",
    "sender_and_return_path",
    "settle_times",
    "smtp_server",
]


COURSE = "clock.json"
"""In the data folder: how the clock of a demo runs that is not the world's."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings. Secrets do not appear when this is printed.

    readers: who may read data from outside, nobody where there are none.
    hooks: provider in small letters → words that prove its events, newest first; others are not heard.
    keeps_mails: the demo catches all mails in an inbox of its own, none leaves. course: of the demo's clock where
    it is not the world's.
    """

    data: Path
    host: str
    port: int
    public_url: str
    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    secret_keys: tuple[str, ...] = field(repr=False)
    intake_secrets: tuple[str, ...] = field(repr=False)
    readers: tuple[DataReader, ...] = field(repr=False)
    smtp: SmtpServer
    mail_from: str
    program: Path
    rate_limits: str | None
    settle_counts: timedelta
    settle_hands_over: timedelta
    trusted_proxies: int
    outgoing: Outgoing
    hooks: Mapping[str, tuple[str, ...]] = field(repr=False)
    door: Door
    demo: bool
    keeps_mails: bool
    course: Course | None = None

    @property
    def journal(self) -> Path:
        """The folder of the journal."""
        return self.data / "journal"

    @property
    def downloads(self) -> Path:
        """Where copies of downloads are kept that lie elsewhere."""
        return self.data / "downloads"

    @property
    def inbox(self) -> Path:
        """Where the demo's mail catcher keeps its mails."""
        return self.data / "inbox"

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """Read the settings. Raises InvalidSetting for the first that is wrong or missing."""
        read = Reader(environ)
        demo = read.text("DEMO", "") == "1"
        data = Path(read.text("DATA", "./var")).resolve()
        embedded = read.text("EMBEDDED", "") == "1"
        host, port = read.bind()
        counts, hands_over = read.settle(demo)
        intake = kept(data, "intake_secrets", embedded, new_intake_secret)
        intake_secrets = read.parsed("INTAKE_SECRETS", intake, parsing.intake_secrets)
        return cls(
            data=data,
            host=host,
            port=port,
            public_url=read.public_url(),
            database_url=read.parsed("DATABASE_URL", None, parsing.database_url),
            redis_url=read.parsed("REDIS_URL", None, parsing.redis_url),
            secret_keys=read.parsed(
                "SECRET_KEYS", kept(data, "secret_keys", embedded, new_key), parsing.keys
            ),
            intake_secrets=intake_secrets,
            readers=read.readers(intake_secrets),
            smtp=read.parsed("SMTP_URL", None, SmtpServer.from_url),
            mail_from=read.sender(),
            program=read.program(),
            rate_limits=read.parsed("RATE_LIMITS", "20/minute;200/hour", parsing.rate_limits),
            settle_counts=counts,
            settle_hands_over=hands_over,
            trusted_proxies=read.parsed("TRUSTED_PROXIES", "0", parsing.count),
            outgoing=Outgoing.read(read),
            hooks=read.hooks(),
            door=Door.read(read),
            demo=demo,
            keeps_mails=demo and read.text("MAILS_LEAVE", "") != "1",
            course=read_course(data / COURSE) if demo else None,
        )


def database_url(environ: Mapping[str, str]) -> str:
    """The database alone, for commands that need nothing else. Raises InvalidSetting."""
    return Reader(environ).parsed("DATABASE_URL", None, parsing.database_url)


def public_url(environ: Mapping[str, str]) -> str:
    """The address under which people reach this service, alone. Raises InvalidSetting."""
    return Reader(environ).public_url()


def dkim_keys(environ: Mapping[str, str]) -> "tuple[DkimKey, ...]":
    """What mails are signed with, alone. Raises InvalidSetting."""
    return Reader(environ).parsed("DKIM_KEYS", "", parsing.dkim_keys)


def private_targets(environ: Mapping[str, str]) -> "tuple[Network, ...]":
    """Networks that are not public and may be reached by webhooks, alone. Raises InvalidSetting."""
    return Reader(environ).parsed("PRIVATE_TARGETS", "", parsing.networks)


def demo_address(environ: Mapping[str, str]) -> tuple[str, int] | None:
    """Host and port on which the demo listens, alone; None where no demo runs. Raises InvalidSetting."""
    read = Reader(environ)
    return read.bind() if read.text("DEMO", "") == "1" else None


def sender_and_return_path(environ: Mapping[str, str]) -> tuple[str, str | None]:
    """Where mails come from and where bounces go, alone. Raises InvalidSetting."""
    read = Reader(environ)
    return read.sender(), read.optional("RETURN_PATH", parsing.return_path)


def smtp_server(environ: Mapping[str, str]) -> SmtpServer | None:
    """The mail server alone, None when it is not said. Raises InvalidSetting."""
    return Reader(environ).optional("SMTP_URL", SmtpServer.from_url)


def program_path(environ: Mapping[str, str]) -> Path:
    """The programme's file, alone."""
    return Reader(environ).program()


def settle_times(environ: Mapping[str, str]) -> tuple[timedelta, timedelta]:
    """How long a hit rests before it counts, and before it hands over, alone. Raises InvalidSetting."""
    return Reader(environ).settle(demo=False)
