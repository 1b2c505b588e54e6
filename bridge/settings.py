"""Settings from the environment: read once, frozen; a wrong or missing one stops the start, by name."""

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TypeVar
from urllib.parse import SplitResult, urlsplit

from bridge.errors import InvalidSetting
from bridge.program.building import can_sign
from bridge.program.loading import DEMO
from connectors.smtp import SmtpServer

PREFIX = "LEADBRIDGE_"
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings. Secrets do not appear when this is printed."""

    data: Path
    host: str
    port: int
    public_url: str
    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    secret_keys: tuple[str, ...] = field(repr=False)
    intake_secrets: tuple[str, ...] = field(repr=False)
    smtp: SmtpServer
    mail_from: str
    program: Path
    rate_limits: str | None
    settle_counts: timedelta
    settle_hands_over: timedelta
    trusted_proxies: int
    demo: bool

    @property
    def journal(self) -> Path:
        """The folder of the journal."""
        return self.data / "journal"

    @property
    def inbox(self) -> Path:
        """Where the demo's mail catcher keeps its mails."""
        return self.data / "inbox"

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """Read the settings. Raises InvalidSetting for the first that is wrong or missing."""
        read = _Reader(environ)
        demo = read.text("DEMO", "") == "1"
        data = Path(read.text("DATA", "./var")).resolve()
        embedded = read.text("EMBEDDED", "") == "1"
        host, port = read.bind()
        counts, hands_over = read.settle(demo)
        return cls(
            data=data,
            host=host,
            port=port,
            public_url=read.public_url(),
            database_url=read.parsed("DATABASE_URL", None, _database_url),
            redis_url=read.parsed("REDIS_URL", None, _redis_url),
            secret_keys=read.parsed("SECRET_KEYS", _kept(data, "secret_keys", embedded, _new_key), _keys),
            intake_secrets=read.parsed(
                "INTAKE_SECRETS", _kept(data, "intake_secrets", embedded, _new_intake_secret), _intake_secrets
            ),
            smtp=read.parsed("SMTP_URL", None, SmtpServer.from_url),
            mail_from=read.parsed("MAIL_FROM", "Exact <hello@example.com>" if demo else None, _sender),
            program=read.program(),
            rate_limits=read.parsed("RATE_LIMITS", "20/minute;200/hour", _rate_limits),
            settle_counts=counts,
            settle_hands_over=hands_over,
            trusted_proxies=read.parsed("TRUSTED_PROXIES", "0", _count),
            demo=demo,
        )


def database_url(environ: Mapping[str, str]) -> str:
    """The database alone, for commands that need nothing else. Raises InvalidSetting."""
    return _Reader(environ).parsed("DATABASE_URL", None, _database_url)


def public_url(environ: Mapping[str, str]) -> str:
    """The address under which people reach this service, alone. Raises InvalidSetting."""
    return _Reader(environ).public_url()


def program_path(environ: Mapping[str, str]) -> Path:
    """The programme's file, alone."""
    return _Reader(environ).program()


def settle_times(environ: Mapping[str, str]) -> tuple[timedelta, timedelta]:
    """How long a hit rests before it counts, and before it hands over, alone. Raises InvalidSetting."""
    return _Reader(environ).settle(demo=False)


EXAMPLES = {
    "BIND": "127.0.0.1:8000",
    "PUBLIC_URL": "https://leads.example.com",
    "DATABASE_URL": "postgresql://leadbridge:secret@127.0.0.1:5432/leadbridge",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "SECRET_KEYS": "a-long-random-text",
    "INTAKE_SECRETS": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "SMTP_URL": "smtp://user:password@mail.example.com:587",
    "MAIL_FROM": "Exact <hello@example.com>",
    "RATE_LIMITS": "20/minute;200/hour",
    "SETTLE": "20s,120s",
    "TRUSTED_PROXIES": "1",
}


@dataclass(frozen=True, slots=True)
class _Reader:
    environ: Mapping[str, str]

    def text(self, name: str, default: str) -> str:
        return self.environ.get(PREFIX + name) or default

    def bind(self) -> tuple[str, int]:
        return self.parsed("BIND", "127.0.0.1:8000", _bind)

    def program(self) -> Path:
        return Path(self.text("PROGRAM", str(DEMO)))

    def settle(self, demo: bool) -> tuple[timedelta, timedelta]:
        return self.parsed("SETTLE", "5s,5s" if demo else "20s,120s", _settle)

    def public_url(self) -> str:
        host, port = self.bind()
        return self.parsed("PUBLIC_URL", f"http://{_host_in_url(host)}:{port}", _public_url)

    def parsed(self, name: str, default: str | None, parse: Callable[[str], Value]) -> Value:
        text = self.environ.get(PREFIX + name) or default
        if text is None:
            raise InvalidSetting(PREFIX + name, "is missing", EXAMPLES[name])
        try:
            return parse(text)
        except ValueError as error:
            raise InvalidSetting(PREFIX + name, f"is wrong: {error}", EXAMPLES[name]) from error


def _bind(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not re.fullmatch("[0-9]{1,5}", port) or not 0 < int(port) < 65536:
        raise ValueError("expected an address and a port")
    return host.strip("[]"), int(port)


def _host_in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _parts(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        raise ValueError("expected an address") from None  # the library's words may quote a password


def _public_url(text: str) -> str:
    parts = _parts(text)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment:
        raise ValueError("expected the address under which people reach this service")
    return text.rstrip("/")


def _database_url(text: str) -> str:
    if _parts(text).scheme not in {"postgresql", "postgres"}:
        raise ValueError("expected the address of a PostgreSQL database")
    return text.replace("postgres://", "postgresql://", 1)


def _redis_url(text: str) -> str:
    if _parts(text).scheme not in {"redis", "rediss", "unix"}:
        raise ValueError("expected the address of a Redis or Valkey server")
    return text


def _keys(text: str) -> tuple[str, ...]:
    keys = _list(text)
    if not keys or any(len(key) < 16 for key in keys):
        raise ValueError("expected one or more keys of at least 16 characters, newest first, between commas")
    return keys


def _intake_secrets(text: str) -> tuple[str, ...]:
    keys = _list(text)
    if not keys or any(not re.fullmatch(r"whsec_.{16,}", key) or not can_sign(key) for key in keys):
        raise ValueError("expected one or more secrets of the form whsec_<base64>, between commas")
    return keys


def _sender(text: str) -> str:
    if not re.fullmatch(r"[^<>\r\n]*<[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+", text.strip()):
        raise ValueError("expected a name and an address")
    return text.strip()


def _rate_limits(text: str) -> str | None:
    if text == "off":
        return None
    if not re.fullmatch(r"\d+/(second|minute|hour|day)(;\d+/(second|minute|hour|day))*", text):
        raise ValueError("expected limits between semicolons, or off")
    return text


def _settle(text: str) -> tuple[timedelta, timedelta]:
    spans = [
        re.fullmatch(r"([0-9]{1,6}(?:\.[0-9]{1,6})?)(ms|s|m|h)", part.strip()) for part in text.split(",")
    ]
    if len(spans) != 2 or not spans[0] or not spans[1]:
        raise ValueError("expected two lengths of time: until a click counts, and until it may hand over")
    first, second = (timedelta(seconds=float(span[1]) * _UNITS[span[2]]) for span in spans if span)
    return first, max(first, second)


def _count(text: str) -> int:
    if not re.fullmatch("[0-9]{1,3}", text):
        raise ValueError("expected how many proxies stand in front")
    return int(text)


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _kept(data: Path, name: str, embedded: bool, make: Callable[[], str]) -> str | None:
    """A secret that is generated once and kept in the data folder; only where everything else is, too."""
    path = data / name
    if path.is_file():
        return path.read_text(encoding="ascii").strip()
    if not embedded:
        return None
    data.mkdir(parents=True, exist_ok=True)
    secret = make()
    path.touch(mode=0o600)
    path.write_text(secret, encoding="ascii")
    return secret


def _new_key() -> str:
    return secrets.token_urlsafe(32)


def _new_intake_secret() -> str:
    return f"whsec_{secrets.token_hex(24)}"
