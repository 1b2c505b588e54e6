"""Reads one setting after another; a wrong or missing one is named, with an example."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from bridge.errors import InvalidSetting
from bridge.program.loading import DEMO
from bridge.settings import parsing
from bridge.settings.readers import Reader as DataReader
from bridge.settings.readers import readers
from connectors.providers.words import WITH_SECRET, WORDS

PREFIX = "LEADBRIDGE_"
Value = TypeVar("Value")

EXAMPLES = {
    "BIND": "127.0.0.1:8000",
    "PUBLIC_URL": "https://leads.example.com",
    "DATABASE_URL": "postgresql://leadbridge:secret@127.0.0.1:5432/leadbridge",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "SECRET_KEYS": "a-long-random-text",
    "INTAKE_SECRETS": "whsec_put-your-own-here",
    "READ_SECRETS": "warehouse:whsec_put-another-one-here",
    "SMTP_URL": "smtp://user:password@mail.example.com:587",
    "MAIL_FROM": "Exact <hello@example.com>",
    "RATE_LIMITS": "20/minute;200/hour",
    "SETTLE": "20s,120s",
    "TRUSTED_PROXIES": "1",
    "DKIM_KEYS": "/etc/leadbridge/dkim/lb2026.pem",
    "RETURN_PATH": "bounces@example.com",
    "BOUNCE_MAILBOX": "imaps://bounces%40example.com:password@mail.example.com/INBOX",
    "MAIL_PACE": "10/second;t-online.de=1/second",
    "MAIL_CONCURRENCY": "2;t-online.de=1",
    "OPERATOR": "operator@example.com",
    "PRIVATE_TARGETS": "127.0.0.1,10.1.0.0/16",
    "REQUIRE_TOTP": "admin,marketing",
    "OIDC_ISSUER": "https://login.example.com/realms/office",
    "OIDC_CLIENT_ID": "leadbridge",
    "OIDC_CLIENT_SECRET": "as-the-provider-shows-it",
    "OIDC_ROLES": "groups:marketing=marketing;groups:it=admin",
    **{f"HOOK_{provider.upper()}": words.example for provider, words in WORDS.items()},
}

SECRETS = frozenset({"SECRET_KEYS", *(f"HOOK_{provider.upper()}" for provider in WITH_SECRET)})
"""Whose examples look like secrets that work. They are refused: everybody can read them here."""


def _password(word: str) -> str:
    """What is secret of a word, with or without a user before it."""
    return word.rpartition(":")[2]


PUBLISHED = frozenset(
    {
        *(_password(EXAMPLES[name]) for name in SECRETS),
        "put-a-long-random-text-here",
        "put-a-long-random-password-here",
    }
)
"""The secrets of all examples, of today and of before."""


def hook_setting(provider: str) -> str:
    """The environment variable that says how a mail provider proves itself."""
    return f"{PREFIX}HOOK_{provider.upper()}"


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads settings by their short names."""

    environ: Mapping[str, str]

    def text(self, name: str, default: str) -> str:
        """As it stands there."""
        return self.environ.get(PREFIX + name) or default

    def optional(self, name: str, parse: Callable[[str], Value]) -> Value | None:
        """A setting that may be missing. Raises InvalidSetting."""
        return self.parsed(name, "", parse) if self.text(name, "") else None

    def bind(self) -> tuple[str, int]:
        """Host and port. Raises InvalidSetting."""
        return self.parsed("BIND", "127.0.0.1:8000", parsing.bind)

    def sender(self) -> str:
        """Where mails come from; only the demo has one of its own. Raises InvalidSetting."""
        default = "Exact <hello@example.com>" if self.text("DEMO", "") == "1" else None
        return self.parsed("MAIL_FROM", default, parsing.sender)

    def program(self) -> Path:
        """The programme's file."""
        return Path(self.text("PROGRAM", str(DEMO)))

    def settle(self, demo: bool) -> tuple[timedelta, timedelta]:
        """See parsing. Raises InvalidSetting."""
        return self.parsed("SETTLE", "5s,5s" if demo else "20s,120s", parsing.settle)

    def hooks(self) -> dict[str, tuple[str, ...]]:
        """Providers of mail whose events are taken, with what proves them. Raises InvalidSetting."""
        found = {name: self.optional(f"HOOK_{name.upper()}", words.read) for name, words in WORDS.items()}
        return {name: words for name, words in found.items() if words}

    def readers(self, intake: tuple[str, ...]) -> tuple[DataReader, ...]:
        """Who may read data, by secrets that no website has. intake: those of websites. Raises InvalidSetting."""

        def others(text: str) -> tuple[DataReader, ...]:
            found, known = readers(text), {one.rstrip("=") for one in intake}
            if any(one.secret.rstrip("=") in known for one in found):
                raise ValueError(
                    f"expected other secrets than those of {PREFIX}INTAKE_SECRETS: whoever may send forms "
                    "could read everything"
                )
            return found

        return self.parsed("READ_SECRETS", "", others)

    def public_url(self) -> str:
        """Where people reach us. Raises InvalidSetting."""
        host, port = self.bind()
        return self.parsed("PUBLIC_URL", f"http://{parsing.host_in_url(host)}:{port}", parsing.public_url)

    def parsed(self, name: str, default: str | None, parse: Callable[[str], Value]) -> Value:
        """A setting, or its default; None means that it is required. Raises InvalidSetting."""
        text = self.environ.get(PREFIX + name) or default
        if text is None:
            raise InvalidSetting(PREFIX + name, "is missing", EXAMPLES[name])
        try:
            if name in SECRETS and not PUBLISHED.isdisjoint(map(_password, parsing.words(text))):
                raise ValueError("expected a secret of your own, not the example, which everybody knows")
            return parse(text)
        except ValueError as error:
            raise InvalidSetting(PREFIX + name, f"is wrong: {error}", EXAMPLES[name]) from error


def kept(data: Path, name: str, embedded: bool, make: Callable[[], str]) -> str | None:
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


def new_key() -> str:
    """For links."""
    return secrets.token_urlsafe(32)


def new_intake_secret() -> str:
    """For websites."""
    return f"whsec_{secrets.token_hex(24)}"
