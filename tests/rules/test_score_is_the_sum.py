"""Whatever happens in whatever order: the score is the sum of the ledger, and the rules' limits hold."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bridge.scoring.facts import Event
from bridge.scoring.ledger import SCORE, Entry, Ledger, reversal
from tests import make
from tests.promise import few_or_many
from tests.rules.story import Story

PROGRAM = make.program(
    make.EXACT
    + """
[[scoring.rules]]
id = "link-clicked"
on = "link.clicked"
points = 2
once = "link"
expires = "30d"

[[scoring.rules]]
id = "page-visited"
on = "page.visited"
points = 3
once = "page_day"
max_per_day = 4
max_total = 20
expires = "10d"

[[scoring.rules]]
id = "bored"
on = "page.visited"
when = "event.page == '/jobs'"
points = -3
max_per_day = 4
max_total = 7

[[scoring.rules]]
id = "keen"
on = "page.visited"
points = 2
max_per_week = 7
max_per_month = 13
expires = "10d"

[[scoring.rules]]
id = "fragile"
on = "page.visited"
when = "100 / (score - 5) > 30"
points = 1
expires = "1d"
"""
)
TOPICS = st.lists(st.sampled_from(["sepa", "erp", "gardening"]), max_size=2)
CAPPED = {rule.id: rule for rule in PROGRAM.rules if rule.is_capped}


def periods_of(moment: datetime) -> dict[str, object]:
    """Cap → what it counts of that moment, by the calendar."""
    local = moment.astimezone(PROGRAM.timezone)
    day, week = local.date(), local.isocalendar()[:2]
    return {"max_per_day": day, "max_per_week": week, "max_per_month": (day.year, day.month), "max_total": 0}


class APersonsHistory(RuleBasedStateMachine):
    """Everything that can happen to a person's points."""

    def __init__(self) -> None:
        super().__init__()
        self.story = Story(PROGRAM)
        self.mails = [self.story.mail(), self.story.mail(tracked=False)]
        self.events: list[Event] = []

    def _happens(self, kind: str, mail: int | None = None, **data: object) -> None:
        known = self.story.mails[self.mails[mail]] if mail is not None else None
        event = make.event(kind, self.story.now, known, **data)
        self.events.append(event)
        self.story.score_event(event)

    @rule(form=st.sampled_from(["download", "callback"]), topics=TOPICS)
    def submits_a_form(self, form: str, topics: list[str]) -> None:
        self._happens("form.submitted", form=form, form_kind=form, topics=topics)

    @rule(mail=st.sampled_from([0, 1]), link=st.sampled_from("abc"), topics=TOPICS)
    def clicks(self, mail: int, link: str, topics: list[str]) -> None:
        self.story.clicks(self.mails[mail], link, topics)

    @rule(mail=st.sampled_from([0, 1]))
    def opens(self, mail: int) -> None:
        self.story.opens(self.mails[mail])

    @rule(mail=st.sampled_from([0, 1]))
    def is_sent_a_mail(self, mail: int) -> None:
        self._happens("mail.sent", mail)

    @rule(page=st.sampled_from(["/a", "/b", "/c", "/jobs"]), topics=TOPICS)
    def visits(self, page: str, topics: list[str]) -> None:
        self._happens("page.visited", page=page, topics=topics)

    @rule(kind=st.sampled_from(["sales.rejected", "sales.lost"]))
    def is_given_back_by_sales(self, kind: str) -> None:
        before = self.story.score
        self._happens(kind, reason="no-need")
        assert self.story.score == min(before, 6)

    @rule(span=st.sampled_from([5, 10, 3600, 86400, 40 * 86400]))
    def waits(self, span: int) -> None:
        self.story.waits(seconds=span)

    @rule()
    def points_expire(self) -> None:
        undone = self.story.book.undone()
        due = [
            entry
            for entry in self.story.entries
            if entry.expires_at and entry.expires_at <= self.story.now and entry.id not in undone
        ]
        self.story.takes_back(*due)

    @precondition(lambda self: self.story.book.undone() != {e.id for e in self.story.entries if not e.undoes})
    @rule(data=st.data())
    def an_entry_is_reversed(self, data: st.DataObject) -> None:
        standing = [e for e in self.story.entries if not e.undoes and e.id not in self.story.book.undone()]
        self.story.takes_back(data.draw(st.sampled_from(standing)))

    @invariant()
    def taking_back_again_would_be_the_same_entry(self) -> None:
        undone = [e for e in self.story.entries if e.id in self.story.book.undone()]
        known = {e.id for e in self.story.entries}
        assert all(reversal(entry, self.story.now, "again").id in known for entry in undone)

    @precondition(lambda self: self.events)
    @rule(data=st.data())
    def the_same_event_comes_again(self, data: st.DataObject) -> None:
        event = data.draw(st.sampled_from(self.events))
        stand = {
            (e.rule, e.topic)
            for e in self.story.entries
            if e.event_id == event.id and not e.undoes and e.id not in self.story.book.undone()
        }
        earned = len(self.story.entries)
        self.story.score_event(event)
        again = {(e.rule, e.topic) for e in self.story.entries[earned:]}
        assert not again & stand

    @invariant()
    def the_score_is_the_sum(self) -> None:
        sums: Counter[str] = Counter()
        for entry in self.story.entries:
            sums[entry.topic] += entry.points
        assert self.story.score == sums.pop(SCORE, 0)
        assert {topic: points for topic, points in self.story.book.topics.items() if points} == {
            topic: points for topic, points in sums.items() if points
        }

    @invariant()
    def ids_and_keys_are_unique(self) -> None:
        assert len({entry.id for entry in self.story.entries}) == len(self.story.entries)
        keys = [(e.rule, e.once_key, e.turn, e.topic) for e in self.story.entries]
        assert len(set(keys)) == len(keys)
        standing = [(e.rule, e.once_key, e.topic) for e in self._standing()]
        assert len(set(standing)) == len(standing)

    @invariant()
    def caps_hold(self) -> None:
        sums: Counter[tuple[str, str, object]] = Counter()
        for entry in self._standing():
            if entry.rule in CAPPED and entry.topic == SCORE:
                for cap, period in periods_of(entry.at).items():
                    sums[entry.rule, cap, period] += entry.points
        for (name, cap, _), points in sums.items():
            assert abs(points) <= (getattr(CAPPED[name], cap) or abs(points))

    @invariant()
    def nothing_is_worth_nothing(self) -> None:
        assert all(entry.points for entry in self.story.entries)

    @invariant()
    def the_ledger_read_back_says_the_same(self) -> None:
        assert Ledger.of(self.story.entries, PROGRAM.timezone) == self.story.book

    def _standing(self) -> Iterator[Entry]:
        undone = self.story.book.undone()
        return (e for e in self.story.entries if not e.undoes and e.id not in undone)


TestTheScoreIsTheSum = pytest.mark.promise("R8", "any history of one person, by the rules alone")(
    APersonsHistory.TestCase
)
TestTheScoreIsTheSum.settings = settings(
    max_examples=few_or_many(40, 500), stateful_step_count=30, deadline=timedelta(seconds=5)
)
