"""One person's points under a programme, told event by event."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from bridge.program.model import Program
from bridge.scoring.facts import Event, MailFacts, Person
from bridge.scoring.ledger import SCORE, Entry, Ledger, reversal
from bridge.scoring.rules import Failure, score_event
from tests import make

Points = dict[str, int]
"""Rule → points, of the score itself."""


@dataclass
class Story:
    """What happens to a person, one thing after another, and what it earns."""

    program: Program = field(default_factory=make.program)
    person: Person = field(default_factory=make.person)
    now: datetime = make.NOON
    mails: dict[UUID, MailFacts] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.book = Ledger(self.program.timezone)

    @property
    def score(self) -> int:
        """The score."""
        return self.book.score

    def waits(self, **span: float) -> "Story":
        """Let `seconds=…`, `days=…` pass."""
        self.now += timedelta(**span)
        return self

    def mail(self, **facts: Any) -> UUID:
        """A mail that this person got."""
        known = make.mail(**facts)
        self.mails[known.id] = known
        return known.id

    def happens(self, kind: str, mail: UUID | None = None, **data: Any) -> Points:
        """Something happens now; the points it gives to the score."""
        return self.score_event(make.event(kind, self.now, self.mails.get(mail) if mail else None, **data))

    def score_event(self, event: Event) -> Points:
        """Score an event."""
        facts = self.mails.get(event.mail_id) if event.mail_id else None
        entries, failures = score_event(self.program, self.person, self.book, event, facts)
        self.entries += entries
        self.failures += failures
        return {entry.rule: entry.points for entry in entries if entry.topic == SCORE}

    def clicks(self, mail: UUID, link: str, topics: Iterable[str] = ()) -> Points:
        """Follow a link of a mail."""
        known = self.mails[mail]
        self.mails[mail] = replace(known, clicks=(*known.clicks, (self.now, link)))
        return self.happens("link.clicked", mail, link=link, subject=link, topics=list(topics))

    def opens(self, mail: UUID) -> Points:
        """Open a mail."""
        self.mails[mail] = replace(self.mails[mail], opened=True)
        return self.happens("mail.opened", mail)

    def takes_back(self, *entries: Entry) -> None:
        """Take entries back, as expiry does."""
        for entry in entries:
            undo = reversal(entry, self.now, f"expired: {entry.reason}")
            self.book.add(undo)
            self.entries.append(undo)

    def of(self, rule: str, topic: str = SCORE) -> list[Entry]:
        """The entries of a rule for the score, or for a topic."""
        return [entry for entry in self.entries if entry.rule == rule and entry.topic == topic]


def with_rules(*rules: str, threshold: int = 12) -> Story:
    """A story under just these rules, each written as in the file."""
    tables = "".join(f"\n[[scoring.rules]]\n{rule}\n" for rule in rules)
    stages = f"\n[stages.sales_qualified]\nthreshold = {threshold}\n"
    return Story(make.program(f"{make.HEAD}{stages}\n[scoring]\n{tables}"))
