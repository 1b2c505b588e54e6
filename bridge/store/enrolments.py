"""Rows about people's places in sequences."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, func, select, update

from bridge.store.rows import values_of
from bridge.store.sets import among, insertion, rows_from
from bridge.store.tables import enrolments

MOST_AT_ONCE = 20_000
"""People who are woken at a time; the next look finds the others."""


@dataclass(frozen=True, slots=True)
class EnrolmentRow:
    """A person's place in a sequence. state: "active", "completed" or "ended".

    next_step, step_id: where the next step stood, and what it is called. round: how often it began anew.
    waits_for: the kind of event that makes the step due at once. rests_because: why it waits. event_at: the date of
    what it is about. ended_because: why it ended.
    """

    id: UUID
    profile_id: UUID
    sequence: str
    started_at: datetime
    due_at: datetime | None
    next_step: int = 0
    state: str = "active"
    step_id: str | None = None
    round: int = 0
    waits_for: str | None = None
    rests_because: str | None = None
    event_at: datetime | None = None
    ended_at: datetime | None = None
    ended_because: str | None = None


def enrol(connection: Connection, rows: Iterable[EnrolmentRow]) -> None:
    """Enrol people, but for those for whom the sequence has started before."""
    if many := [values_of(row) for row in rows]:
        connection.execute(insertion(enrolments, many).on_conflict_do_nothing())


def revive(connection: Connection, profile_ids: Iterable[UUID], now: datetime) -> None:
    """Take up sequences where they were ended, for want of consent or by unsubscribing; none comes sooner for it."""
    connection.execute(
        update(enrolments)
        .where(among(enrolments.c.profile_id, profile_ids), enrolments.c.state == "ended")
        .values(state="active", due_at=func.greatest(func.coalesce(enrolments.c.due_at, now), now))
    )


def due_of(connection: Connection, profile_ids: Iterable[UUID], now: datetime) -> list[EnrolmentRow]:
    """Places of some people whose next step is due. The caller holds the locks on the profiles' rows."""
    statement = (
        select(enrolments)
        .where(
            among(enrolments.c.profile_id, profile_ids),
            enrolments.c.state == "active",
            enrolments.c.due_at <= now,
        )
        .order_by(enrolments.c.due_at, enrolments.c.id)
    )
    return [EnrolmentRow(**row._mapping) for row in connection.execute(statement)]


def profiles_due(connection: Connection, now: datetime, limit: int = MOST_AT_ONCE) -> list[UUID]:
    """Profiles with a step that is due."""
    statement = (
        select(enrolments.c.profile_id)
        .where(enrolments.c.state == "active", enrolments.c.due_at <= now)
        .distinct()
        .limit(limit)
    )
    return list(connection.scalars(statement))


def put(connection: Connection, rows: Iterable[EnrolmentRow]) -> None:
    """Write down how far places are. The caller holds the locks on the profiles' rows."""
    columns = {name: enrolments.c[name] for name in ("id", "state", "next_step", "due_at")}
    far = rows_from(columns, ((row.id, row.state, row.next_step, row.due_at) for row in rows)).c
    values = {"state": far.state, "next_step": far.next_step, "due_at": far.due_at}
    connection.execute(update(enrolments).where(enrolments.c.id == far.id).values(values))


def end_all(connection: Connection, profile_ids: Iterable[UUID]) -> None:
    """End every active sequence of some people; when the next step was due is kept for those who come back."""
    connection.execute(
        update(enrolments)
        .where(enrolments.c.profile_id.in_(list(profile_ids)), enrolments.c.state == "active")
        .values(state="ended")
    )
