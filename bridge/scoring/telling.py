"""The telling of what happened to one person: what counts now, what rests, and what has to be taken back.

Pure: stored events with their verdicts and the ledger go in, new entries come out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from bridge.program.events import HITS
from bridge.program.model import Program, Rule
from bridge.scoring.facts import APART, Event, MailFacts, Person
from bridge.scoring.ledger import SCORE, Entry, Ledger
from bridge.scoring.rules import Failure, score_event


@dataclass(frozen=True, slots=True)
class Happened:
    """An event and how far its telling has come.

    event.is_machine: by today's judgement. told: it was scored before; counted: as a person's. proved: somebody
    proved to be a person. doubtful: a click that is none of several. rests_until: before that a hit does not count.
    """

    event: Event
    told: bool = False
    counted: bool = False
    proved: bool = False
    doubtful: bool = False
    rests_until: datetime | None = None

    @property
    def is_hit(self) -> bool:
        """Whether a machine might have done it."""
        return self.event.kind in HITS

    @property
    def has_changed(self) -> bool:
        """Whether today's verdict is another than the one it was scored by."""
        return self.told and self.counted == self.event.is_machine

    @property
    def is_cleared(self) -> bool:
        """Whether it was a machine's when it was scored, and is a person's today."""
        return self.told and not self.counted and not self.event.is_machine


@dataclass(frozen=True, slots=True)
class MailSoFar:
    """What people did with a mail up to some moment: whether they opened it, and their decisions among its clicks.

    A decision is a click on another link, ten seconds or more after the one before; see `facts.distinct_links`.
    """

    opened: bool = False
    clicks: tuple[tuple[datetime, str], ...] = ()

    def after(self, one: Happened) -> "MailSoFar":
        """The same with a person's hit taken in; they come in the order of time."""
        event = one.event
        if event.kind == "mail.opened":
            return replace(self, opened=True)
        if event.kind != "link.clicked" or one.doubtful:
            return self
        link = str(event.data.get("link"))
        if any(link == known for _, known in self.clicks):
            return self
        if self.clicks and event.at - self.clicks[-1][0] < APART:
            return self
        return replace(self, clicks=(*self.clicks, (event.at, link)))


UNTOUCHED = MailSoFar()


@dataclass
class Telling:
    """One person's case. entries: the ledger in the order of writing; `new` are those that came out.

    unread_score, unread_topics: what entries come to that are not among them; see `accounts`.
    happened: events by time. mails: facts of the mails concerned, without clicks. rests: how long what would hand
    over rests. may_cross: whether the person could be handed over. put_off: event → when it is to be told.
    counted: events that count since now.
    """

    program: Program
    person: Person
    entries: list[Entry]
    happened: Sequence[Happened]
    mails: Mapping[UUID, MailFacts]
    rests: timedelta
    may_cross: bool
    now: datetime
    unread_score: int = 0
    unread_topics: Mapping[str, int] = field(default_factory=dict)
    new: list[Entry] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    put_off: dict[UUID, datetime] = field(default_factory=dict)
    counted: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.book = self._book()

    def tell(self) -> None:
        """Count what has rested and was not counted before."""
        so_far: dict[UUID, MailSoFar] = {}
        for one in self.happened:
            if self.is_resting(one):
                self.put_off[one.event.id] = one.rests_until or self.now
            elif not one.event.is_machine:
                of_mail = one.event.mail_id or one.event.id
                mail = so_far.get(of_mail, UNTOUCHED).after(one)
                if (one.told and not one.is_cleared) or self._count(one, mail):
                    so_far[of_mail] = mail

    def pass_over(self) -> None:
        """Nothing counts for somebody who objected; what rests goes on resting."""
        self.put_off = {
            one.event.id: one.rests_until or self.now for one in self.happened if self.is_resting(one)
        }

    def settled(self) -> tuple[int, datetime | None]:
        """The score without points of hits that are too young to hand over, and when the next of them is not."""
        proved = {one.event.id for one in self.happened if one.proved}
        gone = self.book.undone()
        young = [
            entry
            for entry in self.entries
            if entry.at + self.rests > self.now
            and (entry.topic == SCORE and not entry.undoes and self._is_of_hits(entry.rule))
            and entry.event_id not in proved
            and entry.id not in gone
        ]
        score = self.book.score - sum(entry.points for entry in young)
        return score, min((entry.at + self.rests for entry in young), default=None)

    def write(self, entries: Sequence[Entry]) -> None:
        """Write entries that the book knows already."""
        self.entries += entries
        self.new += entries

    def facts(self, event: Event, mail: MailSoFar) -> MailFacts | None:
        """What rules may know of an event's mail at that moment."""
        known = self.mails.get(event.mail_id) if event.mail_id else None
        if known is None or mail is UNTOUCHED:
            return known
        return replace(known, opened=mail.opened, clicks=mail.clicks)

    def is_resting(self, one: Happened) -> bool:
        """Whether a hit is too young to count."""
        rests = one.rests_until is not None and one.rests_until > self.now
        return rests and one.is_hit and not one.told and not one.proved

    def _count(self, one: Happened, mail: MailSoFar) -> bool:
        """Let an event count; False when it has to rest longer."""
        before = self.book.score
        earned, failures = score_event(
            self.program, self.person, self.book, one.event, self.facts(one.event, mail)
        )
        if self._must_rest(one, earned, before):
            self.book = self._book()
            self.put_off[one.event.id] = one.event.at + self.rests
            return False
        self.write(earned)
        self.failures += failures
        self.counted.append(one.event)
        return True

    def _must_rest(self, one: Happened, earned: Sequence[Entry], before: int) -> bool:
        """Several clicks, and what would hand over, are looked at twice as carefully: that is what scanners do."""
        if not one.is_hit or one.told or one.proved or one.event.at + self.rests <= self.now:
            return False
        crosses = self.may_cross and before < self.program.stages.threshold <= self.book.score
        return crosses or any(names(self.program.rule(entry.rule), "distinct_links") for entry in earned)

    def _book(self) -> Ledger:
        return Ledger.of(self.entries, self.program.timezone, self.unread_score, self.unread_topics)

    def _is_of_hits(self, rule_id: str) -> bool:
        rule = self.program.rule(rule_id)
        return rule is not None and rule.on in HITS


def names(rule: Rule | None, word: str) -> bool:
    """Whether a rule's condition or formula names something."""
    if rule is None:
        return False
    expressions = (rule.when, None if isinstance(rule.points, int) else rule.points)
    return any(one is not None and word in one.source for one in expressions)
