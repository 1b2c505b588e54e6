"""Addresses in mails and on pages, and how to read their tokens back."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from bridge.delivery.tokens import (
    ACCOUNT,
    ARRIVAL,
    ASK,
    CLICK,
    CONFIRM,
    DOWNLOAD,
    ERASE,
    LEAD,
    ME,
    OPEN,
    PREFERENCES,
    REPORTS,
    UNSUBSCRIBE,
    Tokens,
)
from bridge.errors import InvalidToken

_NOBODY = bytes(16)
_DATED, _MOMENT = b"\0", 5
HIDDEN_NUMBER = 0
"""The number of the link that people do not see; links that the marketer wrote count from 1."""
ARRIVAL_MARK = "lb="
"""How the fragment begins that templates/static/site.js looks for."""


@dataclass(frozen=True, slots=True)
class ClickTarget:
    """What a tracked link says: which mail, which of its links, where to."""

    mail: UUID
    number: int
    url: str


@dataclass(frozen=True, slots=True)
class DownloadTarget:
    """What a download link says. mail: the mail that carried it, or None. since: when it was made, if it says so."""

    profile: UUID
    mail: UUID | None
    form: str
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class AskTarget:
    """Who is asked. mail: the mail that carried the link, or None. form: within which form, "" for none."""

    profile: UUID
    mail: UUID | None
    form: str = ""


@dataclass(frozen=True, slots=True)
class AccountTarget:
    """Whose password is to be set, and the state that their account must still be in."""

    account: UUID
    state: bytes


@dataclass(frozen=True, slots=True)
class Arrival:
    """How somebody came to a page: through which mail, and by which click. hit: None when nobody noted it."""

    mail: UUID
    hit: UUID | None = None


@dataclass(frozen=True, slots=True)
class Links:
    """Makes every address that leaves. public_url: without a slash at its end."""

    public_url: str
    tokens: Tokens

    def page(self, name: str) -> str:
        """A page of ours without its token, for proofs and logs."""
        return f"{self.public_url}/{name}"

    def confirm(self, submission: UUID, now: datetime) -> str:
        """The page that asks somebody to confirm one submission."""
        return f"{self.public_url}/confirm/{self.tokens.sign(CONFIRM, submission.bytes, now)}"

    def preferences(self, profile: UUID, mail: UUID | None = None) -> str:
        """A person's preference centre. mail: the mail that carries the link."""
        payload = profile.bytes + (mail.bytes if mail else b"")
        return f"{self.public_url}/preferences/{self.tokens.sign(PREFERENCES, payload)}"

    def unsubscribe(self, profile: UUID, mail: UUID | None) -> str:
        """Where a person unsubscribes: page (GET) and one click (POST)."""
        payload = profile.bytes + (mail.bytes if mail else _NOBODY)
        return f"{self.public_url}/unsubscribe/{self.tokens.sign(UNSUBSCRIBE, payload)}"

    def ask(self, target: AskTarget, now: datetime) -> str:
        """The page that asks somebody what is not known of them yet."""
        payload = (
            target.profile.bytes + (target.mail.bytes if target.mail else _NOBODY) + target.form.encode()
        )
        return f"{self.public_url}/ask/{self.tokens.sign(ASK, payload, now)}"

    def own_data(self, profile: UUID) -> str:
        """Where a person sees what is stored about them."""
        return f"{self.public_url}/me/{self.tokens.sign(ME, profile.bytes)}"

    def erase(self, profile: UUID, now: datetime) -> str:
        """The page whose button erases a person."""
        return f"{self.public_url}/erase/{self.tokens.sign(ERASE, profile.bytes, now)}"

    def pixel(self, mail: UUID) -> str:
        """The open pixel of a mail."""
        return f"{self.public_url}/t/o/{self.tokens.sign(OPEN, mail.bytes)}.gif"

    def click(self, target: ClickTarget) -> str:
        """A tracked link."""
        payload = target.mail.bytes + target.number.to_bytes(2, "big") + target.url.encode()
        return f"{self.public_url}/t/c/{self.tokens.sign(CLICK, payload)}"

    def download(self, target: DownloadTarget) -> str:
        """A gated download."""
        mail, since = target.mail.bytes if target.mail else _NOBODY, _moment(target.since)
        payload = target.profile.bytes + mail + since + target.form.encode()
        return f"{self.public_url}/d/{self.tokens.sign(DOWNLOAD, payload)}"

    def lead(self, link: UUID, now: datetime) -> str:
        """A person's profile page, for sales."""
        return f"{self.public_url}/leads/{self.tokens.sign(LEAD, link.bytes, now)}"

    def account(self, target: AccountTarget, now: datetime) -> str:
        """The page on which somebody sets the password of their account."""
        payload = target.account.bytes + target.state
        return f"{self.public_url}/console/password/{self.tokens.sign(ACCOUNT, payload, now)}"

    def reports(self, now: datetime) -> str:
        """The reports, for whoever works with the programme. They name nobody."""
        return f"{self.public_url}/reports/{self.tokens.sign(REPORTS, b'', now)}"


def with_arrival(tokens: Tokens, url: str, arrival: Arrival, now: datetime) -> str:
    """Where a tracked link leads, with a word to the page there: how somebody comes."""
    payload = arrival.mail.bytes + (arrival.hit.bytes if arrival.hit else _NOBODY)
    return f"{url}#{ARRIVAL_MARK}{tokens.sign(ARRIVAL, payload, now)}"


def read_arrival(tokens: Tokens, token: str, now: datetime) -> Arrival:
    """How somebody came. Raises InvalidToken, ExpiredToken."""
    payload = tokens.open(ARRIVAL, token, now)
    return Arrival(_uuid(payload[:16]), _uuid_or_none(payload[16:] or _NOBODY))


def read_click(tokens: Tokens, token: str) -> ClickTarget:
    """What a tracked link says. Raises InvalidToken."""
    payload = tokens.open(CLICK, token)
    return ClickTarget(_uuid(payload[:16]), int.from_bytes(payload[16:18], "big"), _words(payload[18:]))


def read_open(tokens: Tokens, token: str) -> UUID:
    """Which mail a pixel belongs to. Raises InvalidToken."""
    return _uuid(tokens.open(OPEN, token))


def read_download(tokens: Tokens, token: str) -> DownloadTarget:
    """What a download link says. Raises InvalidToken."""
    payload = tokens.open(DOWNLOAD, token)
    since, form = _since(payload[32:])
    return DownloadTarget(_uuid(payload[:16]), _uuid_or_none(payload[16:32]), _words(form), since)


def read_ask(tokens: Tokens, token: str, now: datetime) -> AskTarget:
    """Who is asked what. Raises InvalidToken, ExpiredToken."""
    payload = tokens.open(ASK, token, now)
    return AskTarget(_uuid(payload[:16]), _uuid_or_none(payload[16:32]), _words(payload[32:]))


def read_confirm(tokens: Tokens, token: str, now: datetime) -> UUID:
    """Which submission is to be confirmed. Raises InvalidToken, ExpiredToken."""
    return _uuid(tokens.open(CONFIRM, token, now))


def read_preferences(tokens: Tokens, token: str) -> tuple[UUID, UUID | None]:
    """Whose preferences, and by which mail's link. Raises InvalidToken."""
    payload = tokens.open(PREFERENCES, token)
    return _uuid(payload[:16]), _uuid(payload[16:]) if len(payload) > 16 else None


def read_unsubscribe(tokens: Tokens, token: str) -> tuple[UUID, UUID | None]:
    """Who unsubscribes, and from which mail. Raises InvalidToken."""
    payload = tokens.open(UNSUBSCRIBE, token)
    return _uuid(payload[:16]), _uuid_or_none(payload[16:])


def read_own_data(tokens: Tokens, token: str) -> UUID:
    """Whose data. Raises InvalidToken."""
    return _uuid(tokens.open(ME, token))


def read_erase(tokens: Tokens, token: str, now: datetime) -> UUID:
    """Who is to be erased. Raises InvalidToken, ExpiredToken."""
    return _uuid(tokens.open(ERASE, token, now))


def read_lead(tokens: Tokens, token: str, now: datetime) -> UUID:
    """Which profile link. Raises InvalidToken, ExpiredToken."""
    return _uuid(tokens.open(LEAD, token, now))


def read_account(tokens: Tokens, token: str, now: datetime) -> AccountTarget:
    """Whose password is to be set. Raises InvalidToken, ExpiredToken."""
    payload = tokens.open(ACCOUNT, token, now)
    return AccountTarget(_uuid(payload[:16]), payload[16:])


def check_reports(tokens: Tokens, token: str, now: datetime) -> None:
    """Let nobody pass whose link to the reports is none. Raises InvalidToken, ExpiredToken."""
    tokens.open(REPORTS, token, now)


def _uuid(payload: bytes) -> UUID:
    if len(payload) != 16:
        raise InvalidToken
    return UUID(bytes=payload)


def _uuid_or_none(payload: bytes) -> UUID | None:
    return None if payload == _NOBODY else _uuid(payload)


def _moment(since: datetime | None) -> bytes:
    """A moment between what has no such byte at its beginning; nothing for none."""
    return _DATED + int(since.timestamp()).to_bytes(_MOMENT, "big") if since else b""


def _since(payload: bytes) -> tuple[datetime | None, bytes]:
    """The moment before the rest; links of before it was written have none."""
    if not payload.startswith(_DATED):
        return None, payload
    moment = payload[len(_DATED) :][:_MOMENT]
    return datetime.fromtimestamp(int.from_bytes(moment, "big"), UTC), payload[len(_DATED) + _MOMENT :]


def _words(payload: bytes) -> str:
    try:
        return payload.decode()
    except UnicodeDecodeError as error:
        raise InvalidToken from error
