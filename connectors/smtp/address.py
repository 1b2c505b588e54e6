"""Where mails are handed in: host, port, login and encryption, read from one URL."""

from dataclasses import dataclass, field
from typing import Literal, get_args
from urllib.parse import SplitResult, parse_qsl

from connectors.logins import decoded, split_address

Tls = Literal["implicit", "require", "offered", "never"]

IMPLICIT_PORT, SUBMISSION_PORT, RELAY_PORT = 465, 587, 25


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """One SMTP server and how to talk to it.

    tls: "implicit" speaks TLS from the first byte; "require" and "offered" use STARTTLS, the first or
    nothing, the second when the server offers it; "never" stays in the clear (a relay on this machine).
    Whenever TLS is spoken, the certificate must be trusted and name the host.
    timeout: seconds that one step (connecting, one command, one reply) may take.
    verdict: seconds that the server may consider a whole mail; RFC 5321 4.5.3.2.6 wants ten minutes, since
    whoever hangs up earlier gives it the same mail again.
    """

    host: str
    port: int
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: Tls = "require"
    timeout: float = 60.0
    verdict: float = 600.0

    @classmethod
    def from_url(cls, url: str) -> "SmtpServer":
        """Read `smtp://` or `smtps://` with optional login, port, `?starttls=`, in seconds `?timeout=`, `?verdict=`.

        The port defaults to 465 for smtps://, to 587 for smtp:// with a user, else to 25. STARTTLS
        defaults to "require" with a user, else to "offered". User and password are percent-decoded.
        Raises ValueError with a sentence that quotes nothing of the URL, since it may hold the password.
        """
        parts, port = split_address(url)
        user, password = _login(parts)
        options = _options(parts)
        return cls(
            host=_host(parts),
            port=port or _default_port(parts.scheme, user),
            user=user,
            password=password,
            tls=_tls(parts.scheme, user, options),
            timeout=_seconds("timeout", options.get("timeout", "60")),
            verdict=_seconds("verdict", options.get("verdict", "600")),
        )


def _host(parts: SplitResult) -> str:
    if parts.scheme not in ("smtp", "smtps"):
        raise ValueError("it must begin with smtp:// or smtps://")
    if parts.path not in ("", "/") or parts.fragment:
        raise ValueError("nothing but options may follow the port; in a password write / as %2F and # as %23")
    if not parts.hostname or not parts.hostname.isascii() or not parts.hostname.isprintable():
        raise ValueError("the host is missing or not written in ASCII")
    return parts.hostname


def _login(parts: SplitResult) -> tuple[str | None, str | None]:
    if parts.username is None:
        return None, None
    if not parts.username or not parts.password:
        raise ValueError("a login needs both user and password")
    return decoded(parts.username), decoded(parts.password)


def _options(parts: SplitResult) -> dict[str, str]:
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if not options.keys() <= {"starttls", "timeout", "verdict"}:
        raise ValueError("the options are starttls, timeout and verdict")
    return options


def _default_port(scheme: str, user: str | None) -> int:
    if scheme == "smtps":
        return IMPLICIT_PORT
    return SUBMISSION_PORT if user else RELAY_PORT


def _tls(scheme: str, user: str | None, options: dict[str, str]) -> Tls:
    chosen = options.get("starttls")
    if scheme == "smtps":
        if chosen is not None:
            raise ValueError("smtps:// is encrypted from the start and takes no starttls")
        return "implicit"
    if chosen == "offered" and user:
        raise ValueError("whoever sits on the line can hide STARTTLS: with a login choose require or never")
    for tls in get_args(Tls):
        if tls != "implicit" and tls == chosen:
            return tls  # type: ignore[no-any-return]  # get_args forgets the literal's type
    if chosen is not None:
        raise ValueError("starttls is one of require, offered, never")
    return "require" if user else "offered"


def _seconds(option: str, text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 3600:
        raise ValueError(f"{option} is a number of seconds between 0 and 3600")
    return seconds
