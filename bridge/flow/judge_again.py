"""A hit may change how those of colleagues are to be judged: each is judged again, once, when its time is over."""

from collections.abc import Iterable
from datetime import datetime

from bridge.flow.unit import Unit
from bridge.profiles.consent import CLOCKS_DIFFER
from bridge.store import due_events
from bridge.store.events import EventRow, Span


def judge_colleagues_again(unit: Unit, followed: Iterable[EventRow]) -> None:
    """Let what colleagues followed at the same time be judged again, where it was judged without knowing these.

    followed: links and files that people of organisations followed, committed before this transaction began. So
    whoever judges from now on reads them, and what is due later needs no mark; whoever has not read them is judging
    what was due by then, or marked for then, by the clock of its machine.

    It is judged again when nothing can come any more that matters, or when it may hand over, if that is sooner. Who
    hands over judges once more in any case, by all that is known.
    """
    settle, within = unit.world.settle, unit.program.verdicts.recipients.within
    due_by = unit.now + min(CLOCKS_DIFFER, settle.counts / 2)
    spans = _spans(unit, followed, due_by)
    if not spans:
        return
    due_events.judge_again(
        unit.connection,
        spans,
        due_by,
        over_after=min(within + settle.counts, settle.hands_over),
        soonest=unit.now + settle.counts,
    )


def _spans(unit: Unit, followed: Iterable[EventRow], due_by: datetime) -> list[Span]:
    """Where they may be: what is younger rests, or was judged early and will be again when it would have rested."""
    within, youngest = unit.program.verdicts.recipients.within, due_by - unit.world.settle.counts
    spans = ((str(row.organisation), row.at - within, min(row.at + within, youngest)) for row in followed)
    return [span for span in spans if span[1] <= span[2]]
