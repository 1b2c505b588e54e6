"""Points by the part of a ledger that can matter are the points by all of it."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.program.events import HITS
from bridge.scoring.accounts import Account, account_of, needs_of
from bridge.scoring.corrections import correct
from bridge.scoring.facts import Event
from bridge.scoring.ledger import SCORE, Entry, Ledger, reversal
from bridge.scoring.telling import Happened, Telling
from tests import make
from tests.promise import few_or_many

PROGRAM = make.program(
    make.EXACT
    + """
[[scoring.rules]]
id = "page-visited"
on = "page.visited"
points = 3
once = "page_day"
max_per_day = 4
max_total = 20
expires = "10d"

[[scoring.rules]]
id = "link-clicked"
on = "link.clicked"
points = 2
once = "link"
expires = "3d"

[[scoring.rules]]
id = "keen"
on = "mail.opened"
when = "topics.sepa >= 4 && score < 40"
points = "topics.sepa / 2"

[[scoring.rules]]
id = "glance"
on = "mail.opened"
points = 3
max_per_week = 4
max_per_month = 7

[[scoring.rules]]
id = "daily"
on = "mail.sent"
points = 1
once = "day"
"""
)
MAILS = {one.id: one for one in (make.mail(), make.mail(tracked=False))}
COUNTS, RESTS, A_DAY = timedelta(seconds=20), timedelta(seconds=120), timedelta(days=1)
KINDS = ("mail.sent", "mail.opened", "link.clicked", "link.clicked", "page.visited", "form.submitted")


@dataclass(frozen=True)
class Step:
    """After a while something happens, and it is looked at what counts. turns_out: which of before is judged anew."""

    after: int
    kind: str
    mail: int
    what: str
    is_machine: bool
    turns_out: int | None

    def event(self, at: datetime) -> Event:
        """What happens."""
        data = {"link": self.what, "page": f"/{self.what}", "form": self.what, "subject": self.what}
        mail = list(MAILS.values())[self.mail] if self.kind.startswith(("mail", "link")) else None
        return make.event(self.kind, at, mail, **data, topics=["sepa"] if self.what == "a" else [])


STEPS = st.lists(
    st.builds(
        Step,
        after=st.sampled_from([1, 15, 60, 200, 7200, 90_000, 400_000]),
        kind=st.sampled_from(KINDS),
        mail=st.sampled_from([0, 1]),
        what=st.sampled_from("abc"),
        is_machine=st.sampled_from([False, False, False, True]),
        turns_out=st.none() | st.integers(0, 5),
    ),
    min_size=4,
    max_size=25,
)


@dataclass
class Life:
    """What happened to somebody, and the ledger of it."""

    now: datetime = make.NOON
    happened: list[Happened] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)

    def live(self, step: Step) -> None:
        """Let time pass and something happen; some points expire, and some verdicts change."""
        self.now += timedelta(seconds=step.after)
        book = Ledger.of(self.entries, PROGRAM.timezone)
        over = [
            e for e in self.entries if e.expires_at and e.expires_at <= self.now and e.id not in book.undone()
        ]
        self.entries += [reversal(entry, self.now, "expired") for entry in over]
        event = replace(step.event(self.now), is_machine=step.is_machine and step.kind in HITS)
        rests = self.now + COUNTS if step.kind in HITS else None
        self.happened.append(Happened(event, rests_until=rests))
        recent = [n for n, one in enumerate(self.happened) if one.is_hit and one.event.at > self.now - A_DAY]
        if step.turns_out is not None and recent:
            place = recent[step.turns_out % len(recent)]
            one = self.happened[place]
            other = replace(one.event, is_machine=not one.event.is_machine)
            self.happened[place] = replace(one, event=other, proved=one.event.is_machine)

    def concerned(self) -> list[Happened]:
        """What is due, all of the last day, and all that belongs to their mails."""
        rows = [one for one in self.happened if not one.told or one.event.at > self.now - A_DAY]
        mails = {one.event.mail_id for one in rows if one.event.mail_id}
        return [one for one in self.happened if one in rows or one.event.mail_id in mails]

    def account(self) -> Account:
        """As much of the ledger as can matter."""
        needs = needs_of(PROGRAM, self.concerned(), RESTS, self.now)
        if needs.everything:
            return Account(list(self.entries))
        given = [e for e in self.entries if (e.rule, e.once_key) in needs.keys or e.rule in needs.rules]
        known = {entry.id for entry in given}
        read = [e for e in self.entries if e.id in known or e.undoes in known]
        sums: Counter[str] = Counter()
        for entry in self.entries:
            sums[entry.topic] += entry.points
        return account_of(read, sums.pop(SCORE, 0), sums)

    def tell(self, account: Account) -> Telling:
        """The telling of what is due by now."""
        telling = Telling(
            program=PROGRAM,
            person=make.person(),
            entries=list(account.entries),
            happened=self.concerned(),
            mails=MAILS,
            rests=RESTS,
            may_cross=True,
            now=self.now,
            unread_score=account.unread_score,
            unread_topics=account.unread_topics,
        )
        correct(telling)
        telling.tell()
        return telling

    def go_on(self, telling: Telling) -> None:
        """Write down what came of it."""
        self.entries += telling.new
        concerned = {one.event.id for one in telling.happened} - telling.put_off.keys()
        self.happened = [
            replace(one, told=True, counted=not one.event.is_machine) if one.event.id in concerned else one
            for one in self.happened
        ]


def outcome(telling: Telling) -> object:
    """All that others see of a telling."""
    topics = {topic: telling.book.topics[topic] for topic in PROGRAM.topics}
    return telling.new, telling.put_off, telling.settled(), telling.book.score, topics, telling.failures


@settings(max_examples=few_or_many(150, 3000), deadline=None)
@given(STEPS)
def test_a_part_of_the_ledger_gives_what_all_of_it_gives(steps: list[Step]) -> None:
    life = Life()
    for step in steps:
        life.live(step)
        whole = life.tell(Account(list(life.entries)))
        assert outcome(life.tell(life.account())) == outcome(whole)
        life.go_on(whole)


def test_of_mails_that_were_sent_nothing_of_the_ledger_matters() -> None:
    sent = [Happened(make.event("mail.sent", make.NOON, mail)) for mail in MAILS.values()]
    program = make.program(make.EXACT)
    needs = needs_of(program, sent, RESTS, make.NOON)
    assert (needs.everything, needs.keys, needs.rules) == (False, frozenset(), frozenset())
