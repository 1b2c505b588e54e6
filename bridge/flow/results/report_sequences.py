"""What happened in the series: who entered, what became of their mails, where people leave."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from bridge.flow.results.compare_wordings import Contest, compared_steps, windows
from bridge.nurture.comparison import Count, compare
from bridge.nurture.shares import variants_of
from bridge.nurture.telling import FEWEST
from bridge.program.model import Program, Text
from bridge.program.sequences import Sequence, Step, Variant
from bridge.store import series_figures, trials
from bridge.store.reactions import take_room
from bridge.store.series_figures import Figures, Line, Standing
from bridge.store.trials import Window

NOBODY = Figures()


@dataclass(frozen=True, slots=True)
class WordingReport:
    """One wording of a step, and what became of the people who got it: while all were sent, if they are compared."""

    id: str
    figures: Figures
    subject: Text = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """The wording that everybody gets now. by: "hand", as the programme says, or "rule", for the reason `because`."""

    wording: str
    by: str
    at: datetime | None = None
    because: str = ""


@dataclass(frozen=True, slots=True)
class StepReport:
    """One step. entered: who came as far, without those who passed it over. mails: whether it sends anything.

    subject: of its mail, as the programme has it; empty without any.
    waits, rests: who stand before it now, all of them and by reason. left: who left before it, by reason.
    """

    id: str
    entered: int
    figures: Figures
    waits: int
    rests: Mapping[str, int]
    left: Mapping[str, int]
    wordings: tuple[WordingReport, ...] = ()
    contest: Contest | None = None
    decision: Decision | None = None
    mails: bool = True
    subject: Text = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SequenceReport:
    """One series. active: who are in it now, of whom `rests` wait for a reason. ended: who left early, by reason."""

    id: str
    kind: str
    title: Text
    entered: int
    figures: Figures
    active: int
    rests: Mapping[str, int]
    completed: int
    ended: Mapping[str, int]
    steps: tuple[StepReport, ...] = field(default=())


def report_sequences(
    connection: Connection, program: Program, since: datetime | None
) -> list[SequenceReport]:
    """Every series that the programme has, in its order, then those that it had. Four statements.

    since: only of people who entered from then on, or entered again.
    """
    take_room(connection)
    places = [
        (sequence.id, position, step.id)
        for sequence in program.sequences.values()
        for position, step in enumerate(sequence.steps)
    ]
    compared = windows(connection, program)
    found = _Found(
        series_figures.lines(connection, places, since, compared),
        series_figures.standings(connection, places, since),
        compared,
        _decisions(connection, program),
        since,
        {template.id: template.subject for template in program.mails.values()},
    )
    known = list(program.sequences)
    gone = sorted(found.sequences - set(known))
    return [found.sequence(name, program.sequences.get(name)) for name in [*known, *gone]]


def _decisions(connection: Connection, program: Program) -> dict[tuple[str, str], Decision]:
    by_rule = trials.choices(connection)
    decided = {}
    for sequence, step in compared_steps(program):
        row = by_rule.get((sequence, step.id))
        if step.chosen:
            decided[sequence, step.id] = Decision(step.chosen, "hand")
        elif row:
            decided[sequence, step.id] = Decision(row.variant, "rule", row.at, row.because)
    return decided


class _Found:
    """What the database knows, by series and step."""

    def __init__(
        self,
        lines: Iterable[Line],
        standings: Iterable[Standing],
        compared: Iterable[Window],
        decisions: Mapping[tuple[str, str], Decision],
        since: datetime | None,
        subjects: Mapping[str, Text],
    ) -> None:
        self._lines = {(one.sequence, one.step, one.variant): one for one in lines}
        self._standings = list(standings)
        self._windows = {(one.sequence, one.step): one for one in compared}
        self._decisions, self._since, self._subjects = decisions, since, subjects
        self.sequences = {name for name, _, _ in self._lines} | {one.sequence for one in self._standings}

    def sequence(self, name: str, known: Sequence | None) -> SequenceReport:
        """The report of one series. known: as the programme has it, if it still does."""
        standing = [one for one in self._standings if one.sequence == name]
        return SequenceReport(
            id=name,
            kind=known.kind if known else "",
            title=known.title if known else {},
            entered=sum(one.people for one in standing),
            figures=self._line(name).figures,
            active=_people(standing, "active"),
            rests=_by_reason(standing, "active"),
            completed=_people(standing, "completed"),
            ended=_by_reason(standing, "ended"),
            steps=tuple(self._steps(name, known.steps if known else (), standing)),
        )

    def _steps(
        self, sequence: str, known: tuple[Step, ...], standing: list[Standing]
    ) -> Iterable[StepReport]:
        ids = [step.id for step in known]
        seen = {step for name, step, _ in self._lines if name == sequence and step}
        for step in known:
            yield self._step(sequence, step.id, step, standing)
        for gone in sorted(seen - set(ids)):
            yield self._step(sequence, gone, None, standing)

    def _step(self, sequence: str, step_id: str, known: Step | None, standing: list[Standing]) -> StepReport:
        here, key = [one for one in standing if one.step == step_id], (sequence, step_id)
        contest = self._contest(key, known)
        return StepReport(
            id=step_id,
            entered=self._line(*key).entered,
            figures=self._line(*key).figures,
            waits=_people(here, "active"),
            rests=_by_reason(here, "active"),
            left=_by_reason(here, "ended"),
            wordings=tuple(self._wordings(key, known, contest)),
            contest=contest,
            decision=self._decisions.get(key),
            mails=known is None or known.mail is not None,
            subject=self._subjects.get(known.mail or "", {}) if known else {},
        )

    def _contest(self, key: tuple[str, str], known: Step | None) -> Contest | None:
        """How its wordings compare, by the same people as in the lines of the wordings."""
        window = self._windows.get(key)
        if known is None or window is None:
            return None
        figures = {one.id: self._line(*key, one.id).figures for one in variants_of(known)}
        return Contest(
            window.since,
            window.until,
            compare({name: Count(one.tracked, one.clicked) for name, one in figures.items()}),
            compare({name: Count(one.sent, one.qualified) for name, one in figures.items()}),
            min(FEWEST, known.at_least),
            self._since,
        )

    def _wordings(
        self, key: tuple[str, str], known: Step | None, contest: Contest | None
    ) -> Iterable[WordingReport]:
        """Those that are compared, even where nobody is counted; else those that somebody got."""
        seen = sorted(variant for *step, variant in self._lines if tuple(step) == key and variant)
        names = contest.clicks.counts if contest else seen
        variants = {one.id: one for one in variants_of(known)} if known else {}
        for name in names:
            yield WordingReport(
                name, self._line(*key, name).figures, self._subject(variants.get(name), known)
            )

    def _subject(self, variant: Variant | None, step: Step | None) -> Text:
        """Of a wording: its own, else that of its mail, which is the step's unless it has another."""
        if variant is None or step is None:
            return {}
        return variant.subject or self._subjects.get(variant.mail or step.mail or "", {})

    def _line(self, sequence: str, step: str | None = None, variant: str | None = None) -> Line:
        return self._lines.get((sequence, step, variant)) or Line(sequence, step, variant, 0, NOBODY)


def _people(standing: Iterable[Standing], state: str) -> int:
    return sum(one.people for one in standing if one.state == state)


def _by_reason(standing: Iterable[Standing], state: str) -> dict[str, int]:
    """Reason → people; those who are in that state without a reason are left out, unless they left."""
    found: Counter[str] = Counter()
    for one in standing:
        if one.state == state and (one.because or state == "ended"):
            found[one.because] += one.people
    return dict(found.most_common())
