"""What the edge writes into the journal: a record of each kind, and how it is written.

What each click makes is a struct of msgspec's, which is made ten times as fast as a frozen dataclass.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from msgspec import Struct

from connectors.contract import Notice

SUBMISSION, HIT, UNSUBSCRIBE = "submission", "hit", "unsubscribe"
VISIT, USE, WITHDRAWAL = "visit", "page-use", "visitor-withdrawal"
NOTICE = "notice"
ON_PAGE, ONE_CLICK, PROVIDER = "unsubscribe page", "one-click", "provider"


class Request(Struct, frozen=True):
    """Where a record came from: the network address and what the browser said of itself.

    headers: telling headers by their names in small letters; None when nobody noted them.
    """

    ip: str | None = None
    user_agent: str | None = None
    method: str = "GET"
    purpose: str | None = None
    headers: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class GivenConsent:
    """One ticked or unticked box with the exact text that stood beside it."""

    given: bool
    text: str


@dataclass(frozen=True, slots=True)
class Submission:
    """One form sent.

    id: derived from source and key, so that the same submission always has the same one. at: when it was sent
    by the person. suspicion: why it looks like spam, or None. mail: the mail whose link led to the form. how:
    "button" when nothing was typed into it, since its link had told all: then it proves no more than any button.
    """

    id: UUID
    form: str
    source: Literal["browser", "api"]
    key: str
    at: datetime
    fields: Mapping[str, str]
    consents: Mapping[str, GivenConsent]
    context: Mapping[str, Any]
    request: Request
    suspicion: str | None = None
    mail: UUID | None = None
    how: Literal["button"] | None = None


class Hit(Struct, frozen=True):
    """One open, click or download. link and url only for clicks, form only for downloads."""

    kind: str
    mail: UUID | None
    profile: UUID | None
    request: Request
    link: int | None = None
    url: str | None = None
    form: str | None = None


@dataclass(frozen=True, slots=True)
class Unsubscription:
    """Somebody wants no more advertising. how: ON_PAGE by the button of our page, ONE_CLICK by the mail program."""

    profile: UUID
    mail: UUID | None
    how: str
    request: Request


@dataclass(frozen=True, slots=True)
class Visit:
    """A browser with consent looked at a page of a website.

    visitor: the browser's own random id. page, referrer: without query and fragment. arrival: the mail whose
    tracked link led there, or None.
    """

    visitor: str
    page: str
    request: Request
    title: str = ""
    referrer: str | None = None
    utm: Mapping[str, str] = field(default_factory=dict)
    language: str | None = None
    arrival: UUID | None = None


@dataclass(frozen=True, slots=True)
class PageUse:
    """Somebody uses the page that a browser with consent looks at: by mouse, keyboard or finger, not by a script.

    visitor, arrival: as of a visit. hit: the very click that led there, where it was noted.
    """

    visitor: str
    request: Request
    arrival: UUID | None = None
    hit: UUID | None = None


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A browser does not want its visits to be known any more."""

    visitor: str


Body = Submission | Hit | Unsubscription | Visit | PageUse | Withdrawal | Notice


@dataclass(frozen=True, slots=True)
class Record:
    """A journal record with its body parsed. id and received_at were given when it was appended."""

    id: UUID
    received_at: datetime
    body: Body


def content_hash(form: str, answers: Mapping[str, str], consents: Mapping[str, GivenConsent]) -> str:
    """What makes two submissions equal: form, fields and ticked boxes (SHA-256, hex)."""
    ticked = sorted(purpose for purpose, answer in consents.items() if answer.given)
    content = json.dumps([form, dict(answers), ticked], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


def kind_of(record: Body) -> str:
    """The journal's name for what a record is."""
    match record:
        case Submission():
            return SUBMISSION
        case Hit():
            return HIT
        case Unsubscription():
            return UNSUBSCRIBE
        case Visit():
            return VISIT
        case PageUse():
            return USE
        case Withdrawal():
            return WITHDRAWAL
        case Notice():
            return NOTICE


def to_body(record: Body) -> dict[str, Any]:
    """The plain values that go into the journal; empty ones are left out."""
    return _values(record)


def _values(part: Any) -> dict[str, Any]:
    """The values of a dataclass. By hand, because `asdict` copies all it finds: ten times as slow on every click."""
    return {
        name: value if type(value) is str else _plain(value)
        for name in type(part).__match_args__
        if (value := getattr(part, name)) is not None
    }


def _plain(value: Any) -> Any:
    match value:
        case str() | int():
            return value
        case UUID():
            return str(value)
        case Request() | GivenConsent():
            return _values(value)
        case datetime():
            return value.isoformat()
        case dict() | Mapping():  # a dict is known for one at once, anything else has to be looked at
            return {key: inner if type(inner) is str else _plain(inner) for key, inner in value.items()}
    return value
