"""The ledger of one profile: entries are only added, the score is their sum."""

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from bridge.ids import derived_id

A_DAY = timedelta(days=1)
SCORE = ""
"""The topic of entries that make up the score itself."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Points with a reason.

    topic: "" for the score, else the topic whose score this belongs to. once_key and turn: what may count
    only once, and how often that was taken back before. undoes: the entry that this one takes back.
    """

    id: UUID
    event_id: UUID
    rule: str
    points: int
    topic: str
    once_key: str
    turn: int
    reason: str
    at: datetime
    undoes: UUID | None = None
    expires_at: datetime | None = None


Key = tuple[str, str, str]


@dataclass
class Ledger:
    """A profile's entries, with what rules ask of them kept at hand.

    zone: whose midnight ends a day, week or month for the caps of rules. It may begin with a score and topics: what
    entries come to about which nobody asks anything else.
    """

    zone: ZoneInfo
    score: int = 0
    topics: Counter[str] = field(default_factory=Counter)
    _standing: dict[Key, UUID] = field(default_factory=dict)
    _turns: dict[Key, int] = field(default_factory=dict)
    _given: dict[UUID, Entry] = field(default_factory=dict)
    _undone: set[UUID] = field(default_factory=set)
    _totals: dict[str, int] = field(default_factory=dict)
    _by_day: dict[tuple[str, date], int] = field(default_factory=dict)

    @classmethod
    def of(
        cls, entries: Iterable[Entry], zone: ZoneInfo, score: int = 0, topics: Mapping[str, int] | None = None
    ) -> "Ledger":
        """A ledger of entries in the order they were written, on top of a score and topics."""
        ledger = cls(zone, score, Counter(topics))
        for entry in entries:
            ledger.add(entry)
        return ledger

    def add(self, entry: Entry) -> None:
        """Write an entry. What is taken back counts on the day on which it was given."""
        if entry.topic == SCORE:
            given = self._given.get(entry.undoes, entry) if entry.undoes else entry
            self.score += entry.points
            self._totals[entry.rule] = self.total(entry.rule) + entry.points
            day = (entry.rule, self._day(given.at))
            self._by_day[day] = self._by_day.get(day, 0) + entry.points
        else:
            self.topics[entry.topic] += entry.points
        self._note_key(entry)

    def undone(self) -> set[UUID]:
        """The entries that were taken back."""
        return self._undone

    def has(self, rule: str, once_key: str, topic: str = SCORE) -> bool:
        """Whether that counted already and still stands."""
        return (rule, once_key, topic) in self._standing

    def turn(self, rule: str, once_key: str, topic: str = SCORE) -> int:
        """How often that was taken back."""
        return self._turns.get((rule, once_key, topic), 0)

    def total(self, rule: str) -> int:
        """The sum of a rule's points."""
        return self._totals.get(rule, 0)

    def total_on(self, rule: str, moment: datetime) -> int:
        """The sum of a rule's points on the day of that moment."""
        return self._over(rule, self._day(moment), 1)

    def total_in_week(self, rule: str, moment: datetime) -> int:
        """The same for its week of the calendar, which begins on Monday."""
        day = self._day(moment)
        return self._over(rule, day - day.weekday() * A_DAY, 7)

    def total_in_month(self, rule: str, moment: datetime) -> int:
        """The same for its month of the calendar."""
        day = self._day(moment)
        return self._over(rule, day.replace(day=1), monthrange(day.year, day.month)[1])

    def _over(self, rule: str, first: date, days: int) -> int:
        """The sum of a rule's points on so many days."""
        return sum(self._by_day.get((rule, first + number * A_DAY), 0) for number in range(days))

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def _note_key(self, entry: Entry) -> None:
        if entry.undoes is None:
            self._standing[_key(entry)] = entry.id
            self._given[entry.id] = entry
        elif given := self._given.get(entry.undoes):
            self._undone.add(given.id)
            self._turns[_key(given)] = self._turns.get(_key(given), 0) + 1
            if self._standing.get(_key(given)) == given.id:
                del self._standing[_key(given)]


def _key(entry: Entry) -> Key:
    return entry.rule, entry.once_key, entry.topic


def strongest(entries: Iterable[Entry], count: int = 3) -> list[Entry]:
    """The best reasons for a score: standing entries that gave most, the newer first among equals."""
    known = list(entries)
    undone = {entry.undoes for entry in known if entry.undoes}
    standing = [e for e in known if e.topic == SCORE and e.points > 0 and not e.undoes and e.id not in undone]
    return sorted(standing, key=lambda entry: (entry.points, entry.at), reverse=True)[:count]


def corrected(entries: Iterable[Entry]) -> set[UUID]:
    """Entries that were taken back before their time: they should never have been written."""
    known = list(entries)
    undone_at = {entry.undoes: entry.at for entry in known if entry.undoes}
    return {
        entry.id
        for entry in known
        if entry.id in undone_at and (entry.expires_at is None or undone_at[entry.id] < entry.expires_at)
    }


def as_of(entries: Iterable[Entry], wrong: set[UUID]) -> list[Entry]:
    """The entries as if those in `wrong` had never been written."""
    return [entry for entry in entries if entry.id not in wrong and entry.undoes not in wrong]


def rightful_score(entries: Iterable[Entry], until: datetime) -> int:
    """The score of a moment, without what was corrected since."""
    known = list(entries)
    right = as_of(known, corrected(known))
    return sum(entry.points for entry in right if entry.topic == SCORE and entry.at <= until)


def reversal(entry: Entry, at: datetime, reason: str) -> Entry:
    """The entry that takes another one back. Its id is derived: taking back twice is taking back once."""
    return Entry(
        id=derived_id("reversal", entry.id),
        event_id=entry.event_id,
        rule=entry.rule,
        points=-entry.points,
        topic=entry.topic,
        once_key=f"undo:{entry.id}",
        turn=0,
        reason=reason,
        at=at,
        undoes=entry.id,
    )
