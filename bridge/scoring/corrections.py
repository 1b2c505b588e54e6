"""Taking back what came from machines, and what rested on it: as if it had never been written.

It gives only what a machine had used up. Several clicks that show only without the machine between them qualify
with the person's next click: a correction lifts nobody.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from bridge import i18n
from bridge.program.expressions import FailedExpression
from bridge.program.model import Rule
from bridge.scoring.facts import Event
from bridge.scoring.ledger import Entry, Ledger, as_of, corrected, reversal
from bridge.scoring.rules import earned_by, once_key
from bridge.scoring.telling import UNTOUCHED, MailSoFar, Telling, names


@dataclass
class Correction:
    """Corrects the ledger of one telling, before anything new is counted. taken_back: the entries it undid."""

    telling: Telling
    taken_back: list[Entry] = field(default_factory=list)

    def make(self) -> None:
        """Take back, weigh again what rested on it, and give what was in its way to whoever earned it besides."""
        machines = {one.event.id for one in self.telling.happened if one.has_changed and one.event.is_machine}
        if not machines:
            return
        first = len(self.telling.entries)
        for place, entry in enumerate(list(self.telling.entries)):
            if entry.event_id in machines and self._stands(entry):
                first = min(first, place)
                self._take_back(entry)
        mails = {one.event.mail_id for one in self.telling.happened if one.event.id in machines}
        for place, entry in enumerate(list(self.telling.entries)):
            if self._stands(entry) and self._rests_on_it(entry, place > first, mails):
                self._weigh(entry, place)
        self._give_what_is_free()

    def _stands(self, entry: Entry) -> bool:
        return not entry.undoes and entry.id not in self.telling.book.undone()

    def _rests_on_it(self, entry: Entry, is_later: bool, mails: set[UUID | None]) -> bool:
        """Whether a rule looked at the score after something wrong was in it, or at a mail that is told anew."""
        rule, event = self.telling.program.rule(entry.rule), self._event(entry.event_id)
        of_mail = event is not None and event.mail_id is not None and event.mail_id in mails
        return (is_later and names(rule, "score")) or (of_mail and names(rule, "mail."))

    def _weigh(self, entry: Entry, place: int) -> None:
        """Give what the rule gives by the score of that time; nothing is written when that is the same."""
        rule, event = self.telling.program.rule(entry.rule), self._event(entry.event_id)
        if rule is None or event is None:
            return
        then = self._book(self.telling.entries[:place])
        earned = self._earned(rule, event, then, then)
        if any(one.topic == entry.topic and one.points == entry.points for one in earned):
            return
        self._take_back(entry)
        self._award(rule, event, then, entry.topic)

    def _give_what_is_free(self) -> None:
        """What a machine had used up, a person may have done as well."""
        freed = {(entry.rule, entry.once_key) for entry in self.taken_back}
        capped = {entry.rule for entry in self.taken_back if self._is_capped(entry.rule)}
        for one in self.telling.happened:
            if one.event.is_machine or not one.told or one.is_cleared:
                continue
            for rule in self.telling.program.rules_for(one.event.kind):
                key = once_key(self.telling.program, rule, one.event)
                is_free = (rule.id, key) in freed and not self.telling.book.has(rule.id, key)
                if (is_free or rule.id in capped) and self._is_open(rule, one.event):
                    before = [entry for entry in self.telling.entries if entry.at <= one.event.at]
                    self._award(rule, one.event, self._book(before))

    def _is_open(self, rule: Rule, event: Event) -> bool:
        """Whether the rule has given nothing for the event that stands, and what it would give is not over."""
        is_over = rule.expires is not None and event.at + rule.expires <= self.telling.now
        given = (e for e in self.telling.entries if e.event_id == event.id and e.rule == rule.id)
        return not is_over and not any(self._stands(entry) for entry in given)

    def _is_capped(self, rule_id: str) -> bool:
        rule = self.telling.program.rule(rule_id)
        return rule is not None and rule.is_capped

    def _award(self, rule: Rule, event: Event, then: Ledger, topic: str | None = None) -> None:
        """Write what a rule gives for an event by the score of that time. topic: only that one."""
        for entry in self._earned(rule, event, self.telling.book, then):
            if topic is None or entry.topic == topic:
                self.telling.book.add(entry)
                self.telling.write([entry])

    def _earned(self, rule: Rule, event: Event, book: Ledger, then: Ledger) -> list[Entry]:
        """What a rule gives; one that fails gives nothing."""
        facts = self.telling.facts(event, self._mail_at(event))
        try:
            return earned_by(self.telling.program, rule, self.telling.person, book, event, facts, then)
        except FailedExpression:
            return []

    def _mail_at(self, event: Event) -> MailSoFar:
        """What people had done with the event's mail by then."""
        so_far = UNTOUCHED
        for one in self.telling.happened:
            is_of_mail = event.mail_id is not None and one.event.mail_id == event.mail_id
            is_known = one.told and not one.event.is_machine and not one.is_cleared
            if is_of_mail and is_known and one.event.at <= event.at:
                so_far = so_far.after(one)
        return so_far

    def _book(self, entries: Iterable[Entry]) -> Ledger:
        """The ledger as it would have been then."""
        wrong = corrected(self.telling.entries)
        return Ledger.of(as_of(entries, wrong), self.telling.program.timezone)

    def _event(self, event_id: UUID) -> Event | None:
        return next((one.event for one in self.telling.happened if one.event.id == event_id), None)

    def _take_back(self, entry: Entry) -> None:
        program = self.telling.program
        words = i18n.translations(program.language).gettext("taken back, clicked by a machine: %s")
        undo = reversal(entry, self.telling.now, words % entry.reason)
        self.telling.book.add(undo)
        self.telling.write([undo])
        self.taken_back.append(entry)


def correct(telling: Telling) -> list[Entry]:
    """Correct a telling's ledger by today's verdicts; returns the entries that were taken back."""
    correction = Correction(telling)
    correction.make()
    return correction.taken_back
