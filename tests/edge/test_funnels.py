"""The bars of a funnel."""

from bridge.edge.funnels import Bar, funnel
from bridge.flow.results.report_sequences import SequenceReport, StepReport
from bridge.store.series_figures import Figures


def report(*steps: StepReport, entered: int = 40) -> SequenceReport:
    sold = Figures(qualified=4)
    return SequenceReport("welcome", "welcome", {}, entered, sold, 10, {}, 20, {}, steps)


def test_a_bar_is_a_share_of_those_who_entered() -> None:
    hello = {"de": "Guten Tag"}
    reasons = {"no consent": 1, "goal": 1}
    step = StepReport("welcome", 35, Figures(30, 20, 10, 5), 3, {"sales": 2}, reasons, subject=hello)
    assert funnel(report(step)) == [
        Bar("entered", "", 40, 1.0),
        Bar("step", "welcome", 30, 0.75, tracked=20, clicked=5, left=2, waits=3, rests=2, subject=hello),
        Bar("completed", "", 20, 0.5),
        Bar("qualified", "", 4, 0.1),
    ]


def test_clicks_are_a_share_of_those_of_whom_they_are_known() -> None:
    assert Bar("step", "welcome", 30, 0.75, tracked=20, clicked=5).rate == 0.25
    assert Bar("step", "welcome", 30, 0.75).rate == 0.0


def test_nobody_entered_and_nothing_is_divided_by_nothing() -> None:
    assert next(iter(funnel(report(entered=0)))).share == 0.0


def test_a_step_without_a_mail_is_no_bar() -> None:
    waiting = StepReport("reads-on", 2, Figures(), 2, {}, {}, mails=False)
    assert funnel(report(waiting))[1] == Bar("wait", "reads-on", 0, 0.0, waits=2)
