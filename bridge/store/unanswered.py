"""Hand-overs of which nothing is heard: who is to be reminded, escalated, given back or asked, and was not yet."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, func, not_, or_, select, update

from bridge.store.handovers import PENDING, HandoverRow
from bridge.store.sets import among
from bridge.store.tables import handovers

Step = Literal["remind", "escalate", "give_back", "ask"]

_h = handovers.c
_PENDING = _h.state.in_(PENDING)
_UNANSWERED = (_PENDING, _h.touched_at.is_(None))


def due(
    connection: Connection,
    step: Step,
    since: datetime,
    now: datetime,
    limit: int,
    but: Collection[UUID] = (),
) -> list[tuple[UUID, UUID]]:
    """Hand-over and profile of some for which a step is due, those that have waited longest first.

    but: hand-overs that are left out.
    since: what waits since then or longer is due. Waited is for what came before: for the reminder since whoever has
    the lead was to answer, and until the time for that is over; for the escalation since the reminder; for giving
    back, unless it was accepted, since the escalation; for the question since sales did something, or wanted to.
    """
    first = _h.due_at if step == "ask" else _h.begun_at
    conditions = _conditions(step, since, now)
    statement = select(_h.id, _h.profile_id).where(*conditions).order_by(first).limit(limit)
    if but:
        statement = statement.where(not_(among(_h.id, but)))
    return [(row.id, row.profile_id) for row in connection.execute(statement)]


def take(
    connection: Connection, step: Step, handover_ids: Iterable[UUID], since: datetime, now: datetime
) -> list[HandoverRow]:
    """Mark and return those for which it still is due. The caller holds the locks on the profiles' rows."""
    statement = (
        update(handovers)
        .where(among(_h.id, handover_ids), *_conditions(step, since, now))
        .values(**_marks(step, now))
        .returning(handovers)
    )
    return [HandoverRow(**row._mapping) for row in connection.execute(statement)]


def _conditions(step: Step, since: datetime, now: datetime) -> tuple[ColumnElement[bool], ...]:
    match step:
        case "remind":
            return (*_UNANSWERED, _h.reminded_at.is_(None), _h.begun_at <= since, _h.due_at <= now)
        case "escalate":
            return (*_UNANSWERED, _h.escalated_at.is_(None), _h.reminded_at <= since)
        case "give_back":
            return (*_UNANSWERED, _h.state == "open", _h.escalated_at <= since)
        case "ask":
            taken = or_(_h.state == "accepted", _h.touched_at.is_not(None))
            silent = (_h.due_at <= since, func.coalesce(_h.touched_at, _h.begun_at) <= since)
            return (_PENDING, taken, _h.asked_at.is_(None), *silent)


def _marks(step: Step, now: datetime) -> dict[str, Any]:
    match step:
        case "remind":
            return {"reminded_at": now}
        case "escalate":
            return {"escalated_at": now}
        case "give_back":
            return {"state": "expired", "decided_at": now}
        case "ask":
            return {"asked_at": now}
