"""When something is due because sales says nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bridge.program.model import Program
from bridge.qualification.working_hours import days_after, next_opening
from bridge.store.handovers import PENDING, HandoverRow
from bridge.store.unanswered import Step


@dataclass(frozen=True, slots=True)
class NextStep:
    """What follows from silence, and when: within working hours."""

    what: Step
    at: datetime


def next_step(program: Program, row: HandoverRow) -> NextStep | None:
    """What is next if sales goes on to say nothing about a lead; None when nothing is."""
    if row.state not in PENDING:
        return None
    if row.touched_at is None and (step := _unanswered(program, row)):
        return step
    if row.asked_at is None and (row.state == "accepted" or row.touched_at):
        silent_since = max(row.due_at, row.touched_at or row.begun_at)
        asked = silent_since + timedelta(days=program.desk.patience.ask)
        return NextStep("ask", _open(program, asked))
    return None


def _unanswered(program: Program, row: HandoverRow) -> NextStep | None:
    patience = program.desk.patience
    if row.reminded_at is None:
        due = max(_days(program, row.begun_at, patience.remind), _open(program, row.due_at))
        return NextStep("remind", due)
    if row.escalated_at is None:
        return NextStep("escalate", _days(program, row.reminded_at, patience.escalate - patience.remind))
    if row.state == "open":
        return NextStep("give_back", _days(program, row.escalated_at, patience.give_back - patience.escalate))
    return None


def _days(program: Program, since: datetime, days: int) -> datetime:
    return days_after(since, days, program.timezone, program.desk.hours).astimezone(since.tzinfo)


def _open(program: Program, moment: datetime) -> datetime:
    opens = next_opening(moment.astimezone(program.timezone), program.desk.hours)
    return opens.astimezone(moment.tzinfo)
