"""Errors that name a fact. What a browser or a shell is told about them is decided at the edge."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime


class LeadbridgeError(Exception):
    """The base of every error that Leadbridge raises on purpose."""


@dataclass
class UnknownForm(LeadbridgeError):
    """No form of that name stands in the programme."""

    form: str

    def __str__(self) -> str:
        return f"the programme has no form “{self.form}”"


@dataclass
class UnknownProfile(LeadbridgeError):
    """Nobody is known by that address or id."""

    who: str

    def __str__(self) -> str:
        return f"nobody is known as {self.who}"


@dataclass
class UnknownAccount(LeadbridgeError):
    """Nobody may sign in by that address."""

    email: str

    def __str__(self) -> str:
        return f"nobody signs in as {self.email}"


@dataclass
class AccountExists(LeadbridgeError):
    """That address has an account."""

    email: str

    def __str__(self) -> str:
        return f"{self.email} has an account already"


@dataclass
class ProviderSignsIn(LeadbridgeError):
    """The provider says what this account may do; no password opens it."""

    email: str

    def __str__(self) -> str:
        return (
            f"{self.email} signs in at your provider, and has no password here; "
            "“leadbridge account role” gives a role of your own, and lets a password in"
        )


@dataclass
class SignInFailed(LeadbridgeError):
    """Another service could not tell somebody apart, or nobody here knows them; why, for the log alone."""

    reason: str

    def __str__(self) -> str:
        return self.reason


@dataclass
class LastAdmin(LeadbridgeError):
    """Without this account nobody could manage accounts any more."""

    email: str

    def __str__(self) -> str:
        return f"{self.email} is the last admin who can sign in; make somebody else one before"


class ProviderBusy(LeadbridgeError):
    """Where people sign in elsewhere, those who came before have no answer yet."""


class SessionOver(LeadbridgeError):
    """Somebody was signed out meanwhile: what they asked for is not done."""


class NotFound(LeadbridgeError):
    """There is nothing of that id, or not any more in that state."""


@dataclass
class WaitsForRoom(LeadbridgeError):
    """A held lead that nobody can release: it goes to sales by itself."""

    held: str

    def __str__(self) -> str:
        return f"{self.held} waits until somebody in sales has room, and is handed over by itself then"


@dataclass
class InvalidFields(LeadbridgeError):
    """Input that a person can correct: messages by field name."""

    fields: Mapping[str, Sequence[str]]

    def __str__(self) -> str:
        return "; ".join(f"{name}: {' '.join(messages)}" for name, messages in self.fields.items())


class InvalidVisit(InvalidFields):
    """A visit that no script of ours sent: messages by field name."""


class InvalidQuery(InvalidFields):
    """A question to the interface for programs that it does not understand: messages by parameter."""


class InvalidToken(LeadbridgeError):
    """A token that we did not sign for this purpose, or that was damaged on its way."""


class ExpiredToken(InvalidToken):
    """A token of ours that is too old, used up or revoked."""


class InvalidSignature(LeadbridgeError):
    """A signed request whose signature is missing, wrong or stale."""


@dataclass
class InvalidNetworks(LeadbridgeError):
    """A file of known networks that cannot be used. found: what is wrong, and where in the file."""

    file: str
    found: str

    def __str__(self) -> str:
        return f"{self.file}: {self.found}"


@dataclass
class UnknownProvider(LeadbridgeError):
    """No mail provider of that name is known, or no setting says how to know its events."""

    provider: str

    def __str__(self) -> str:
        return f"no events are taken from “{self.provider}”"


class ProofUnavailable(LeadbridgeError):
    """What proves whose a request is could not be had just now: a certificate, a key in the DNS."""


class JournalUnavailable(LeadbridgeError):
    """The journal could not be written: disk full, folder missing, file locked."""


@dataclass
class FileAway(LeadbridgeError):
    """What people are to download is not on this machine. coming: it is just being fetched."""

    name: str
    why: str
    coming: bool = False

    def __str__(self) -> str:
        return f"{self.name}: {self.why}"


@dataclass
class TooManyCodes(LeadbridgeError):
    """More codes were asked for than a link may have. until: from then on another one may be."""

    until: datetime

    def __str__(self) -> str:
        return "enough codes were sent for now"


class MailboxAway(LeadbridgeError):
    """The mailbox for bounces could not be read; the message says why."""


class HandoverClosed(LeadbridgeError):
    """Sales answered a hand-over that is not waiting for that answer."""


class HandoverMoved(HandoverClosed):
    """Sales answered a hand-over that was passed on or answered since they looked at it."""


@dataclass
class InvalidSetting(LeadbridgeError):
    """A wrong or missing setting; the start stops here.

    name: the environment variable. expected: what it should be. example: what a value looks like; no secret works.
    """

    name: str
    expected: str
    example: str

    def __str__(self) -> str:
        return f"{self.name} {self.expected}. Example: {self.name}={self.example}"


@dataclass(frozen=True)
class Mistake:
    """One mistake in a programme.

    path: where, as a dotted path (`forms[2].fields`). line: line of the file, or None when unknown.
    message: what is wrong. expected: what would be right, or "". file: of a text beside the programme's own file,
    from its folder, or "".
    """

    path: str
    line: int | None
    message: str
    expected: str = ""
    file: str = ""

    def __str__(self) -> str:
        line = f"line {self.line}" if self.line else ""
        where = (self.file, line) if self.file else (line or "programme", self.path)
        hint = f" {ended(f'Expected: {self.expected}')}" if self.expected else ""
        return f"{', '.join(filter(None, where))}: {ended(self.message)}{hint}"


def ended(words: str) -> str:
    """Words as a sentence, which may have an end of its own."""
    return words if words.endswith((".", "?", "!", "…")) else f"{words}."


@dataclass
class InvalidProgram(LeadbridgeError):
    """A programme that cannot be used, with every mistake found."""

    source: str
    mistakes: Sequence[Mistake]

    def __str__(self) -> str:
        return "\n".join(
            [f"{self.source}: {len(self.mistakes)} mistake(s)", *(f"  {m}" for m in self.mistakes)]
        )
