"""Nurture series: what starts them, what their steps wait for, and when they end."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, get_args

from bridge.program.expressions import Expression

SequenceKind = Literal["welcome", "follow-up", "event", "wake-up"]
KINDS: tuple[str, ...] = get_args(SequenceKind)
AtHandover = Literal["pause", "end"]
AT_HANDOVER: tuple[str, ...] = get_args(AtHandover)
Ends = Literal["by-hand", "when-certain"]
ENDS: tuple[str, ...] = get_args(Ends)
END = "end"
"""Instead of the id of a step: the series is over."""
FIRST = "a"
"""What the step's own wording is called among its variants."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One of several wordings of a step: another mail, or the same with another subject.

    share: how many people get it, beside the shares of the others.
    """

    id: str
    mail: str | None
    subject: Mapping[str, str] | None
    share: int = 1


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a series, due so long `after` the one before (or the start), or by the date of an event.

    mail: what goes out, None for a step that only waits or branches. until: a kind of event; the step is due as soon
    as one happens, and `after` is the longest wait (None: for ever). when: what must be true for the mail; else the
    step is passed over, to `otherwise`. next, otherwise: ids of steps or END; None is the one behind it.
    articles: how many new articles the mail takes at most; needs_articles: without any the step is passed over.
    variants: wordings besides its own, which is called “a”; ends: who ends the
    comparison; at_least: people in each before a rule may; chosen: the wording that a marketer decided on.
    """

    id: str
    mail: str | None
    after: timedelta | None = None
    before_date: timedelta | None = None
    after_date: timedelta | None = None
    until: str | None = None
    when: Expression | None = None
    next: str | None = None
    otherwise: str | None = None
    articles: int = 0
    needs_articles: bool = False
    variants: tuple[Variant, ...] = ()
    ends: Ends = "by-hand"
    at_least: int = 100
    chosen: str | None = None

    @property
    def may_be_passed_over(self) -> bool:
        """Whether anything can make it passed over: a condition, an event that is over, or no news to tell."""
        return self.when is not None or self.before_date is not None or self.needs_articles

    @property
    def mails(self) -> Iterator[str]:
        """Every mail that it can send."""
        return (mail for mail in (self.mail, *(one.mail for one in self.variants)) if mail)


@dataclass(frozen=True, slots=True)
class Sequence:
    """A nurture series.

    starts: the kind of event that starts it, if `when` is true and, where `form` is named, the event is of that form.
    A follow-up without it starts with interest in its `topic`, a wake-up after `silence`.
    date, every: when the event takes place that it is about, and after what time again; place: where;
    access: the web address at which people take part.
    again: how long after its start it may start anew; None is never. goal: what ends it when it comes true.
    at_handover: whether it waits while sales has the lead, or ends.
    """

    id: str
    kind: SequenceKind
    starts: str | None
    steps: tuple[Step, ...]
    title: Mapping[str, str] = field(default_factory=dict)
    when: Expression | None = None
    form: str | None = None
    date: datetime | None = None
    every: timedelta | None = None
    place: Mapping[str, str] = field(default_factory=dict)
    access: str | None = None
    topic: str | None = None
    interest: int = 2
    silence: timedelta = timedelta(days=90)
    again: timedelta | None = None
    goal: Expression | None = None
    at_handover: AtHandover = "pause"

    def position(self, step_id: str) -> int | None:
        """Where a step stands, None when there is none of that name (any more)."""
        return next((at for at, step in enumerate(self.steps) if step.id == step_id), None)

    def date_for(self, moment: datetime) -> datetime | None:
        """When the event takes place next for somebody who signs up at that moment; None without a date.

        One that was in the past by then is given as it is, unless it takes place `every` so often: by the clock on
        the wall, also when that was put forward or back meanwhile.
        """
        if self.date is None or not self.every or moment <= self.date:
            return self.date
        missed = -(-(moment.astimezone(self.date.tzinfo) - self.date) // self.every)
        return self.date + missed * self.every
