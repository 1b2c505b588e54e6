"""What a funnel shows: bars from top to bottom, each a share of the people who entered."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from bridge.flow.results.report_sequences import SequenceReport, StepReport
from bridge.program.model import Text

Kind = Literal["entered", "step", "wait", "completed", "qualified"]


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar. name: of a step, subject: of its mail. share: of those who entered, 0 to 1.

    A step without a mail (“wait”) is no bar, for nobody knows who passed it: only who stands there, and who left.
    tracked, clicked: of how many readers clicks are known, and how many followed a link. left, waits: who left before
    this step, and who stands before it now; rests: for a reason, and not just until its time comes.
    """

    kind: Kind
    name: str
    people: int
    share: float
    tracked: int = 0
    clicked: int = 0
    left: int = 0
    waits: int = 0
    rests: int = 0
    subject: Text = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """How many of those of whom it is known followed a link."""
        return self.clicked / self.tracked if self.tracked else 0.0


def funnel(report: SequenceReport) -> list[Bar]:
    """The bars of a series: who entered, who was sent each step, who completed it, whom sales got."""
    return list(_bars(report))


def _bars(report: SequenceReport) -> Iterator[Bar]:
    entered = max(report.entered, 1)
    yield Bar("entered", "", report.entered, 1.0 if report.entered else 0.0)
    for step in report.steps:
        yield _bar(step, entered)
    yield Bar("completed", "", report.completed, report.completed / entered)
    yield Bar("qualified", "", report.figures.qualified, report.figures.qualified / entered)


def _bar(step: StepReport, entered: int) -> Bar:
    figures = step.figures
    return Bar(
        "step" if step.mails else "wait",
        step.id,
        figures.sent,
        min(figures.sent / entered, 1.0),
        figures.tracked,
        figures.clicked,
        _sum(step.left),
        step.waits,
        _sum(step.rests),
        step.subject,
    )


def _sum(people: Mapping[str, int]) -> int:
    return sum(people.values())
