"""The telling of what happened to one person: what counts now, what rests, and what has to be taken back.

Pure: stored events with their verdicts and the ledger go in, new entries come out. Telling again changes nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from bridge import i18n
from bridge.program.events import HITS
from bridge.program.expressions import FailedExpression
from bridge.program.model import Program, Rule
from bridge.scoring.facts import Event, MailFacts, Person
from bridge.scoring.ledger import SCORE, Entry, Ledger, reversal
from bridge.scoring.rules import Failure, earned_by, score_event


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


@dataclass
class Telling:
    """One person's case. entries: the ledger in the order of writing; `new` are those that came out.

    mails: facts of the mails concerned, without clicks. rests: how long what would hand over rests. may_cross:
    whether the person could be handed over. put_off: event → when it is to be told.
    """

    program: Program
    person: Person
    entries: list[Entry]
    happened: Sequence[Happened]
    mails: Mapping[UUID, MailFacts]
    rests: timedelta
    may_cross: bool
    now: datetime
    new: list[Entry] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    put_off: dict[UUID, datetime] = field(default_factory=dict)
    counted: list[Event] = field(default_factory=list)
    corrected: bool = False

    def __post_init__(self) -> None:
        self.book = Ledger.of(self.entries, self.program.timezone)

    def tell(self) -> None:
        """Take back what came from machines, then count what has rested."""
        again = {_about(one) for one in self.happened if one.has_changed}
        if again:
            self._correct(again)
        for one in self.happened:
            if self._is_resting(one):
                self.put_off[one.event.id] = one.rests_until or self.now
            elif not one.event.is_machine and (not one.told or _about(one) in again):
                self._count(one)

    def pass_over(self) -> None:
        """Nothing counts for somebody who objected; what rests goes on resting."""
        self.put_off = {
            one.event.id: one.rests_until or self.now for one in self.happened if self._is_resting(one)
        }

    def settled(self) -> tuple[int, datetime | None]:
        """The score without points of hits that are too young to hand over, and when the next of them is not."""
        proved = {one.event.id for one in self.happened if one.proved}
        of_hits = {rule.id for rule in self.program.rules if rule.on in HITS}
        gone = self.book.undone()
        young = [
            entry
            for entry in self.entries
            if entry.at + self.rests > self.now
            and (entry.topic == SCORE and entry.rule in of_hits and not entry.undoes)
            and entry.event_id not in proved
            and entry.id not in gone
        ]
        score = self.book.score - sum(entry.points for entry in young)
        return score, min((entry.at + self.rests for entry in young), default=None)

    def _is_resting(self, one: Happened) -> bool:
        rests = one.rests_until is not None and one.rests_until > self.now
        return rests and one.is_hit and not one.told and not one.proved

    def _count(self, one: Happened) -> None:
        before = self.book.score
        facts = self._facts(one.event)
        earned, failures = score_event(self.program, self.person, self.book, one.event, facts)
        if self._must_rest(one, earned, before):
            self.book = Ledger.of(self.entries, self.program.timezone)
            self.put_off[one.event.id] = one.event.at + self.rests
            return
        self._write(earned)
        self.failures += failures
        if not one.told:
            self.counted.append(one.event)

    def _must_rest(self, one: Happened, earned: Sequence[Entry], before: int) -> bool:
        """Several clicks, and what would hand over, are looked at twice as carefully: that is what scanners do."""
        if not one.is_hit or one.told or one.proved or one.event.at + self.rests <= self.now:
            return False
        crosses = self.may_cross and before < self.program.stages.threshold <= self.book.score
        return crosses or any(_counts_links(self._rule(entry.rule)) for entry in earned)

    def _write(self, entries: Sequence[Entry]) -> None:
        self.entries += entries
        self.new += entries

    # What has to be taken back

    def _correct(self, about: set[UUID]) -> None:
        events = {one.event.id: one.event for one in self.happened if _about(one) in about and one.told}
        for entry in [entry for entry in self.entries if entry.event_id in events and not entry.undoes]:
            event = events[entry.event_id]
            if entry.id not in self.book.undone() and (
                event.is_machine or not self._still_earned(entry, event)
            ):
                self._take_back(entry)

    def _take_back(self, entry: Entry) -> None:
        words = i18n.translations(self.program.language).gettext("taken back, clicked by a machine: %s")
        undo = reversal(entry, self.now, words % entry.reason)
        self.book.add(undo)
        self._write([undo])
        self.corrected = True

    def _still_earned(self, entry: Entry, event: Event) -> bool:
        """Whether a rule about mails gives the same without what was taken back.

        Judged by the score of that time, as far as it still stands.
        """
        rule = self._rule(entry.rule)
        if rule is None or not _asks_for_mail(rule):
            return True
        gone = self.book.undone()
        earlier = self.entries[: self.entries.index(entry)]
        book = Ledger.of(
            [one for one in earlier if one.id not in gone and not one.undoes], self.program.timezone
        )
        try:
            earned = earned_by(self.program, rule, self.person, book, event, self._facts(event))
        except FailedExpression:
            return False
        return any(one.topic == entry.topic and one.points == entry.points for one in earned)

    def _rule(self, rule_id: str) -> Rule | None:
        return next((rule for rule in self.program.rules if rule.id == rule_id), None)

    # What rules may know of a mail

    def _facts(self, event: Event) -> MailFacts | None:
        facts = self.mails.get(event.mail_id) if event.mail_id else None
        if facts is None:
            return None
        counting = [
            one for one in self.happened if one.event.mail_id == facts.id and self._counts(one, event)
        ]
        opens = [one.event.at for one in counting if one.event.kind == "mail.opened"]
        clicks = [one.event for one in counting if one.event.kind == "link.clicked" and not one.doubtful]
        return replace(
            facts,
            opened=any(at <= event.at for at in opens),
            clicks=tuple((click.at, str(click.data.get("link"))) for click in clicks),
        )

    def _counts(self, one: Happened, asking: Event) -> bool:
        """Whether a person did that, and it has rested."""
        if one.event.is_machine or one.event.id in self.put_off:
            return False
        return one.event.id == asking.id or one.told or not self._is_resting(one)


def _about(one: Happened) -> UUID:
    """What is told again together: everything about one mail."""
    return one.event.mail_id or one.event.id


def _asks_for_mail(rule: Rule) -> bool:
    return any("mail." in source for source in _sources(rule))


def _counts_links(rule: Rule | None) -> bool:
    return rule is not None and any("distinct_links" in source for source in _sources(rule))


def _sources(rule: Rule) -> list[str]:
    expressions = (rule.when, None if isinstance(rule.points, int) else rule.points)
    return [one.source for one in expressions if one is not None]
