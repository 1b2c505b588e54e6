"""Everything known about one person, as the profile page and `leadbridge lead show` present it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from uuid import UUID

from bridge.profiles.postal import postal_address
from bridge.program.events import HITS

UNJUDGED_FIT = 50
"""What everybody has to begin with."""


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """Points given or taken. topic: None for the score itself. undone: a later entry took it back."""

    at: datetime
    rule: str
    points: int
    reason: str
    topic: str | None
    undone: bool


@dataclass(frozen=True, slots=True)
class FitLine:
    """What one rule adds to the fit, or takes from it. reason: in the programme's language."""

    rule: str
    points: int
    reason: str


@dataclass(frozen=True, slots=True)
class TimelineLine:
    """Something that happened. subject: what it was about (a form's title, a link's label, a mail's subject).

    page: the path of a page that was visited, since titles alone do not tell pages apart. title: what says more than
    the kind: “Passed on to Jonas Achterberg”; "" where the kind says it. by: in the story of a lead the name of
    whoever did it, or for whom the lead waits.
    """

    at: datetime
    kind: str
    subject: str
    verdict: str
    signs: tuple[str, ...]
    pending: bool
    page: str | None = None
    title: str = ""
    by: str = ""

    @property
    def is_judged(self) -> bool:
        """Whether a machine could have caused it, so that its verdict says something."""
        return self.kind in HITS

    @property
    def about(self) -> str:
        """The subject, and the page where that says more: “Preise (/preise)”."""
        return f"{self.subject} ({self.page})" if self.page and self.page != self.subject else self.subject

    @property
    def in_words(self) -> str:
        """All that is to be said besides the kind: “Passed on to Jonas Achterberg (Mira Steinfeld)”."""
        return " ".join(
            part for part in (self.title or self.about, f"({self.by})" if self.by else "") if part
        )


@dataclass(frozen=True, slots=True)
class ConsentLine:
    """One answer to one purpose, as sales sees it: network addresses and browsers are the proof's alone."""

    purpose: str
    state: str
    at: datetime
    how: str
    where: str
    text: str
    text_hash: str


@dataclass(frozen=True, slots=True)
class Allowed:
    """What somebody answered to one purpose. stands: the answer that counts. answers: all of them, newest first."""

    stands: ConsentLine
    answers: tuple[ConsentLine, ...]


@dataclass(frozen=True, slots=True)
class MailLine:
    """A mail to this person. sent_at is None while it waits; state as in the outbox.

    came_back: "mail.bounced" or "mail.complained" when that happened to it afterwards.
    """

    subject: str
    template: str
    state: str
    sent_at: datetime | None
    tracked: bool
    came_back: str | None = None


@dataclass(frozen=True, slots=True)
class MeasureLine:
    """What sales is asked to do, and until when. title: the programme's own words for it, else ""."""

    deed: str
    title: str
    until: datetime | None

    def is_dated(self, now: datetime, zone: tzinfo) -> bool:
        """Whether the words of the deed itself, “today” or “this week”, are true of its time."""
        if self.until is None or self.until < now:
            return False
        until, today = self.until.astimezone(zone).date(), now.astimezone(zone).date()
        of_this_week = until.isocalendar()[:2] == today.isocalendar()[:2]
        return until == today if self.deed == "call_today" else of_this_week


@dataclass(frozen=True, slots=True)
class HandoverLine:
    """One crossing to sales, with its outcome. reason: the label, in the programme's language.

    route: why this person got it, in sentences of that language. since: since when that person is to answer.
    decided_on: the date of the order.
    is_untouched: whether somebody else had accepted it, and this person did nothing about it yet. passed_by: the name
    of who gave it to them, if somebody did. agreed_on: the day that was agreed with the customer.
    has_reacted: whether this person did something about it, so that no reminder follows.
    """

    id: UUID
    state: str
    cause: str
    sales_person: str
    at: datetime
    due_at: datetime
    decided_at: datetime | None
    reason: str | None
    note: str | None
    amount: Decimal | None
    currency: str | None
    measure: MeasureLine | None = None
    route: tuple[str, ...] = ()
    since: datetime | None = None
    decided_on: date | None = None
    is_untouched: bool = False
    passed_by: str | None = None
    agreed_on: date | None = None
    has_reacted: bool = False

    @property
    def waits(self) -> bool:
        """Whether an answer is awaited: nobody accepted it, or not whoever has it by now."""
        return self.state == "open" or self.is_untouched

    def is_late(self, now: datetime) -> bool:
        """Whether an answer is overdue."""
        return self.waits and self.due_at < now

    def do_by(self, now: datetime) -> datetime | None:
        """Until when sales is to do what it is asked for; whoever accepted is not reminded of a time that is over."""
        until = self.measure.until if self.measure else None
        return until if until and (self.waits or until >= now) else None

    def is_behind(self, now: datetime) -> bool:
        """Whether the time is over until which sales was to do what it is asked for."""
        until = self.do_by(now)
        return until is not None and until < now


@dataclass(frozen=True, slots=True)
class SubmissionLine:
    """A form sent, word for word. answers: label and value of each field that was filled in."""

    at: datetime
    form: str
    title: str
    channel: str
    answers: tuple[tuple[str, str], ...]
    message: str | None
    page_url: str | None
    referrer: str | None
    campaign: str | None


@dataclass(frozen=True, slots=True)
class TopicScore:
    """Interest in one topic, in points."""

    topic: str
    title: str
    score: int


@dataclass(frozen=True, slots=True)
class AlsoGiven:
    """A value from a form that the confirmed profile did not take over. key: the field's id."""

    key: str
    label: str
    value: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody else of the same company."""

    name: str
    email: str
    stage: str
    role: str | None
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class AccessLine:
    """Something that happened at a link to this profile.

    what: a kind of `store.accesses.KINDS`. sales_person: whose link it was. device: the browser in words. network:
    where it came from, shortened; None when nobody knows any more. device_id: the device that was signed in, if any.
    times: how often, one after another; `at` is the last time.
    """

    at: datetime
    what: str
    sales_person: str
    device: str
    network: str | None
    device_id: UUID | None
    times: int = 1


@dataclass(frozen=True, slots=True)
class Profile360:
    """The whole picture. Lists are newest first; `strongest` holds the three best reasons for the score.

    permitted: channel ("email", "phone") to the ground on which it may be used ("consent", "request" or "none").
    labelled: field label and value, in form order, without name and address. misfits: how often sales said that this
    person does not fit.
    """

    id: UUID
    email: str
    name: str
    role: str | None
    company: str | None
    phone: str | None
    language: str
    stage: str
    excluded: bool
    objected: bool
    confirmed: bool
    suppressed: str | None
    score: int
    threshold: int
    fit: int
    created_at: datetime
    paused_until: date | None
    owner: str | None
    source: str | None
    fields: Mapping[str, str]
    labelled: tuple[tuple[str, str], ...]
    permitted: Mapping[str, str]
    also_given: tuple[AlsoGiven, ...]
    topics: tuple[TopicScore, ...]
    strongest: tuple[LedgerLine, ...]
    ledger: tuple[LedgerLine, ...]
    timeline: tuple[TimelineLine, ...]
    consents: tuple[ConsentLine, ...]
    mails: tuple[MailLine, ...]
    handovers: tuple[HandoverLine, ...]
    submissions: tuple[SubmissionLine, ...]
    colleagues: tuple[Colleague, ...]
    accesses: tuple[AccessLine, ...]
    fit_reasons: tuple[FitLine, ...] = ()
    misfits: int = 0

    @property
    def allowed(self) -> tuple[Allowed, ...]:
        """The consents by purpose, in the order in which they were first asked for."""
        purposes = dict.fromkeys(line.purpose for line in reversed(self.consents))
        answers = [tuple(line for line in self.consents if line.purpose == purpose) for purpose in purposes]
        return tuple(Allowed(_standing(lines), lines) for lines in answers)

    @property
    def further(self) -> tuple[int, int]:
        """What makes up the score together with the strongest reasons: points, and how many entries gave them."""
        points = self.score - sum(line.points for line in self.strongest)
        return points, self.counting - len(self.strongest)

    @property
    def counting(self) -> int:
        """How many entries make up the score: those without a topic that were not taken back."""
        return sum(line.topic is None and not line.undone for line in self.ledger)

    @property
    def takes_letters(self) -> bool:
        """Whether a letter may be sent: an address is known, and nobody said that no contact is wanted."""
        return bool(postal_address(self.fields)) and not self.excluded and self.suppressed != "blocked"

    @property
    def judged_fit(self) -> int | None:
        """The fit, None as long as nothing has judged it."""
        is_judged = self.fit_reasons or self.misfits or self.fit != UNJUDGED_FIT
        return self.fit if is_judged else None

    @property
    def grade(self) -> str:
        """Fit and interest in one word, from A1 (fits well, and is ready) to C3 (neither).

        A from a fit of 67, B from 34; 1 from the threshold, 2 from half of it.
        """
        letter = "A" if self.fit >= 67 else "B" if self.fit >= 34 else "C"
        number = 1 if self.score >= self.threshold else 2 if self.score * 2 >= self.threshold else 3
        return f"{letter}{number}"


def _standing(answers: Sequence[ConsentLine]) -> ConsentLine:
    """The newest answer; a request does not take back what was given before."""
    newest, *earlier = answers
    decided = next((line for line in earlier if line.state != "requested"), newest)
    return decided if newest.state == "requested" and decided.state == "given" else newest
