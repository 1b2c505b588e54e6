"""The time to answer a hand-over begins: with the hand-over, with another request, with another person."""

from datetime import datetime
from typing import Any

from bridge.flow.unit import Unit
from bridge.program.model import SalesPerson
from bridge.qualification.working_hours import due_after
from bridge.store.handovers import HandoverRow


def answer_due(unit: Unit, since: datetime) -> datetime:
    """Until when sales is to answer what it got at that moment."""
    program = unit.program
    return due_after(since, program.response_hours, program.timezone, program.desk.hours)


def begin_anew(unit: Unit) -> dict[str, Any]:
    """Columns of a hand-over that waits for an answer from now on: whatever was said before was about something else.

    When sales answered first, `reacted_at`, stays as it is.
    """
    nothing_done = dict.fromkeys(("touched_at", "reminded_at", "escalated_at", "asked_at", "agreed_on"))
    return {"begun_at": unit.now, "due_at": answer_due(unit, unit.now)} | nothing_done


def given_to(unit: Unit, row: HandoverRow, person: SalesPerson, by: str | None = None) -> dict[str, Any]:
    """Columns of a hand-over that somebody else has from now on. by: who passed it on, an id or a name.

    A team is not excused by passing a lead on among its own people: until somebody answers it has had it all along.
    """
    has_it_anew = row.reacted_at is None and person.team != row.team
    had_since = {"team_since": unit.now} if has_it_anew else {}
    return {"sales_person": person.id, "team": person.team, "passed_by": by} | had_since | begin_anew(unit)


def still_agreed(unit: Unit, row: HandoverRow) -> dict[str, Any]:
    """Columns of a date that was agreed with the customer: as long as it lies ahead it binds whoever has the lead."""
    today = unit.now.astimezone(unit.program.timezone).date()
    if row.agreed_on is None or row.agreed_on < today or row.due_at <= unit.now:
        return {}
    return {"agreed_on": row.agreed_on, "due_at": row.due_at}
