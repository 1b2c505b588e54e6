"""What rules may know: an event, the mail it concerns, and the person's standing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from bridge.program.expressions import Resolver
from bridge.program.model import Program
from bridge.program.samples import NO_EVENT, NO_MAIL
from bridge.scoring.ledger import Ledger

APART = timedelta(seconds=10)
"""Two clicks closer than this are not two decisions."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. data: `form`, `link`, `topics` …, by kind; missing keys count as empty."""

    id: UUID
    kind: str
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)
    mail_id: UUID | None = None
    is_machine: bool = False


@dataclass(frozen=True, slots=True)
class MailFacts:
    """What rules may know about a mail. clicks: human clicks on its content links, (moment, link)."""

    id: UUID
    template: str
    subject: str
    kind: str = ""
    sequence: str = ""
    tracked: bool = False
    opened: bool = False
    clicks: tuple[tuple[datetime, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """What rules may know about a person, apart from points."""

    stage: str
    confirmed: bool
    fit: int
    fields: Mapping[str, str]


def distinct_links(clicks: Iterable[tuple[datetime, str]], until: datetime) -> int:
    """How many different links were clicked up to a moment, not counting any that came within ten seconds
    of the one counted before it."""
    seen: set[str] = set()
    last: datetime | None = None
    for at, link in sorted(clicks):
        if at > until or link in seen or (last is not None and at - last < APART):
            continue
        seen.add(link)
        last = at
    return len(seen)


def resolver_for(
    program: Program, person: Person, ledger: Ledger, event: Event | None, mail: MailFacts | None
) -> Resolver:
    """The variables of an expression, each made only when it is asked for."""

    def resolve(name: str) -> Any:
        match name:
            case "event":
                return _event_values(event)
            case "profile":
                return {**dict.fromkeys(program.fields, ""), **person.fields}
            case "mail":
                return _mail_values(mail, event)
            case "score":
                return ledger.score
            case "threshold":
                return program.stages.threshold
            case "topics":
                return {topic: ledger.topics[topic] for topic in program.topics}
            case "fit" | "stage" | "confirmed":
                return getattr(person, name)
        return None

    return resolve


def _event_values(event: Event | None) -> dict[str, Any]:
    if event is None:
        return NO_EVENT
    known = {key: event.data[key] for key in NO_EVENT if event.data.get(key) is not None}
    return {**NO_EVENT, **known, "kind": event.kind, "at": event.at}


def _mail_values(mail: MailFacts | None, event: Event | None) -> dict[str, Any]:
    if mail is None:
        return NO_MAIL
    until = event.at if event else max((at for at, _ in mail.clicks), default=None)
    return {
        "id": str(mail.id),
        "template": mail.template,
        "kind": mail.kind,
        "sequence": mail.sequence,
        "tracked": mail.tracked,
        "opened": mail.opened,
        "distinct_links": distinct_links(mail.clicks, until) if until and mail.clicks else 0,
    }
