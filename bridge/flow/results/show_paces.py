"""How long it took until sales got a lead and answered it."""

from datetime import date, datetime, time, timedelta

from sqlalchemy import Connection

from bridge.program.model import Program
from bridge.program.periods import Span
from bridge.store import handover_times
from bridge.store.handover_times import Pace


def paces(connection: Connection, program: Program, span: Span) -> list[Pace]:
    """How long it took, of what was handed over on these days; of all first, then by team; two statements."""
    after = span.last + timedelta(days=1)
    return handover_times.paces(connection, _begin(span.first, program), _begin(after, program))


def _begin(day: date, program: Program) -> datetime:
    return datetime.combine(day, time(), tzinfo=program.timezone)
