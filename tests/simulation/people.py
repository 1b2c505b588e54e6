"""A thousand invented people with habits: what each does on which mail, after how many hours. Nobody exists."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random

HITS = frozenset({"open", "click", "download"})
"""What is done in a mail, at any minute; everything else is done by a button, at a stroke of the clock."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something done so many hours (and minutes) after a mail came, or after somebody signed up.

    what: "open", "click" (number: of the link), "download"; "unsubscribe", "complain", "form" (which), "confirm",
    "pause" (number: days; 0 for ever), "monthly", "normal", "topics" (which).
    """

    after: int
    what: str
    number: int = 0
    which: str = ""
    minute: int = 0

    @property
    def delay(self) -> timedelta:
        """How long after the mail, or the sign-up."""
        return timedelta(hours=self.after, minutes=self.minute)


@dataclass(frozen=True, slots=True)
class On:
    """What somebody does on a mail: on one of a template, on the nth that comes (counted from 1), or on any other."""

    mail: str | int | None
    acts: tuple[Act, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What sales says, so many hours after a hand-over. days: until the date that the person named."""

    after: int
    outcome: str
    reason: str = ""
    days: int = 0


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who signs up at the nth stroke of the clock.

    habits: of these the first that fits a mail holds. later: what they do besides, counted from the sign-up.
    answers: what sales says to their first hand-over, to the second …
    """

    number: int
    kind: str
    signs_up: int
    form: str
    company: bool
    tracked: bool
    habits: tuple[On, ...]
    later: tuple[Act, ...]
    answers: tuple[tuple[Answer, ...], ...]

    @property
    def email(self) -> str:
        """The address, at a company of their own."""
        return f"p{self.number:04}@firma-{self.number:04}.example"

    def does_on(self, template: str, nth: int) -> tuple[Act, ...]:
        """What they do on the nth mail that they get; no two things at the same minute."""
        acts = next((one.acts for one in self.habits if one.mail in (template, nth, None)), ())
        return tuple(replace(act, minute=17 + 5 * place + nth % 5) for place, act in enumerate(acts))


def click(link: int, after: int = 3) -> Act:
    """Follow a link of a mail."""
    return Act(after, "click", link)


def form(which: str, day: int) -> Act:
    """Send a form some days after the sign-up."""
    return Act(24 * day, "form", which=which)


REASONS = (
    "only-informing",
    "not-reached",
    "no-need",
    "not-entitled",
    "does-not-fit",
    "competitor",
    "no-contact",
)
REJECTED = tuple(Answer(20, "rejected", reason) for reason in REASONS)
LATER = Answer(30, "rejected", "later", days=70)
ELSEWHERE = Answer(6, "rejected", "wrong-territory")
ACCEPTED = Answer(10, "accepted")
WON = Answer(200, "won")
LOST = Answer(300, "lost", "not-reached")


@dataclass(frozen=True, slots=True)
class Draw:
    """What people of one kind differ in. hours: until they read; nth: the mail on which they do something else."""

    hours: int
    link: int
    nth: int
    day: int

    @property
    def opens(self) -> tuple[Act, ...]:
        """Opens a mail."""
        return (Act(self.hours, "open"),)

    @property
    def reads(self) -> tuple[Act, ...]:
        """Opens a mail, and follows a link."""
        return (*self.opens, click(self.link, self.hours + 1))

    @property
    def clicks(self) -> tuple[Act, ...]:
        """Opens a mail, and follows two links."""
        return (*self.opens, click(1, self.hours), click(2 + self.link % 2, self.hours + 1))

    def later(self, hours: int, what: str) -> tuple[Act, ...]:
        """Opens a mail, and does something else so many hours later."""
        return (*self.opens, Act(self.hours + hours, what))


Habits = tuple[tuple[On, ...], tuple[Act, ...]]
"""What somebody does on mails, and what they do besides."""


def _welcomed(draw: Draw, *later: Act) -> Habits:
    """Reads the first mail and opens the others."""
    return (On("welcome", draw.reads), On(None, draw.opens)), later


HABITS: dict[str, Callable[[Draw], Habits]] = {
    "keen": lambda d: ((On("welcome", d.reads), On(d.nth, d.clicks), On(None, d.reads)), ()),
    "clicker": lambda d: ((On(1, d.clicks), On(d.nth + 2, d.clicks), On(None, d.opens)), ()),
    "opener": _welcomed,
    "silent": lambda d: ((), ()),
    "leaves": lambda d: ((On(d.nth, d.later(2, "unsubscribe")), On(None, d.reads)), ()),
    "complains": lambda d: ((On(d.nth, (Act(d.hours, "complain"),)), On(1, d.reads)), ()),
    "calls": lambda d: _welcomed(d, form("callback", d.day)),
    "pauses": lambda d: _welcomed(d, Act(24 * 9, "pause", (0, 20, 45)[d.link - 1]), Act(24 * 50, "normal")),
    "monthly": lambda d: ((On(None, d.reads),), (Act(24 * 2, "monthly"),)),
    "untracked": lambda d: ((On("welcome", (Act(d.hours, "download"),)),), (form("webinar", d.day),)),
    "returns": lambda d: (
        (On("wake", d.reads), On("wake-again", d.reads), On("welcome", d.opens)),
        (),
    ),
    "downloader": lambda d: (
        (On("welcome", (*d.later(1, "download"), Act(d.hours + 2, "download"))), On(None, d.opens)),
        (form("guide", d.day),),
    ),
    "second form": lambda d: (
        (On("welcome", d.reads),),
        (form("checklist", d.day), form("guide", d.day + 7)),
    ),
    "webinar": lambda d: ((On(None, d.reads if d.link > 1 else d.opens),), (form("webinar", 40),)),
    "two topics": lambda d: (
        (On("welcome", (*d.opens, click(1, d.hours), click(2, d.hours + 200))), On(None, d.opens)),
        (
            Act(24 * 3, "topics", which=("erp", "bi", "bi erp")[d.link - 1]),
            Act(24 * (d.day - 3), "topics", which=("bi", "sepa", "sepa")[d.nth % 3]),
            Act(24 * (d.day + 6), "topics", which=("bi erp sepa", "", "erp")[d.link - 1]),
        ),
    ),
    "fades": lambda d: (tuple(On(number, d.reads) for number in range(1, d.nth)), ()),
    "unconfirmed": lambda d: ((), ()),
    "comes back": lambda d: (
        (On(d.nth, (Act(1, "unsubscribe"),)), On(None, d.opens)),
        (form("checklist", 40), Act(24 * 40 + 7, "confirm")),
    ),
}
"""Kinds of people, and their habits."""
KINDS = tuple(HABITS)


def people(count: int, seed: int = 1) -> list[Person]:
    """So many people; of each kind about as many as of any other. The same seed brings the same ones."""
    chance = Random(seed)
    return [_person(number, KINDS[number % len(KINDS)], chance) for number in range(count)]


def _person(number: int, kind: str, chance: Random) -> Person:
    hours = chance.choice((1, 2, 5, 9, 26, 50))
    link = chance.randint(1, 3)
    first = chance.choice(("guide", "guide", "checklist", "webinar"))
    habits, later = HABITS[kind](Draw(hours, link, chance.randint(2, 5), chance.randint(8, 50)))
    return Person(
        number=number,
        kind=kind,
        signs_up=chance.randrange(30),
        form={"downloader": "guide", "webinar": "webinar"}.get(
            kind, "checklist" if kind == "monthly" else first
        ),
        company=chance.random() < 0.8,
        tracked=kind != "untracked",
        habits=habits,
        later=later if kind == "unconfirmed" else (Act(chance.choice((1, 7, 30)), "confirm"), *later),
        answers=_answers(chance),
    )


def _answers(chance: Random) -> tuple[tuple[Answer, ...], ...]:
    """Sales rejects mostly, wins now and then, and now and then says nothing at all."""
    several = (
        (chance.choice(REJECTED),),
        (chance.choice(REJECTED),),
        (LATER,),
        (ELSEWHERE,),
        (ACCEPTED, LOST),
        (ACCEPTED, WON),
        (),
    )
    return tuple(chance.choice(several) for _ in range(6))
