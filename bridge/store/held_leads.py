"""Rows about leads that sales does not get yet: a filter holds them, or nobody has room. Decisions stay as rows."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Row,
    Text,
    literal,
    or_,
    select,
    update,
)

from bridge.qualification.stages import BEFORE_SALES
from bridge.store.beginnings import begun
from bridge.store.rows import values_of
from bridge.store.sets import among, insert_all, rows_from
from bridge.store.tables import held_leads, profiles

FILTER, CAPACITY = "filter", "capacity"
"""Why a lead is held."""
RELEASED, RETURNED, EXCLUDED = "released", "returned", "excluded"
"""What people decide."""
HANDED_OVER, LAPSED = "handed_over", "lapsed"
"""What happens by itself: there was room, or a sales form came; or there is no lead any more."""
DECISIONS = (RELEASED, RETURNED, EXCLUDED, HANDED_OVER, LAPSED)


@dataclass(frozen=True, slots=True)
class HeldLead:
    """One lead that is held, or was.

    rule: of the filter. sales_person, team: whom it waits for, the best choice. cause, because_of, submission_id: of
    the hand-over that it would be. waits_for: everybody in sales of whom one having room is enough. looked_by: on
    which day and by which programme routing looked at it last. note: why it was decided so; while it waits for room,
    what sales is to be told of a decision that released it.
    """

    id: UUID
    profile_id: UUID
    why: str
    rule: str | None
    sales_person: str | None
    team: str | None
    cause: str
    because_of: UUID
    submission_id: UUID | None
    score: int
    at: datetime
    decided_at: datetime | None = None
    decision: str | None = None
    decided_by: str | None = None
    note: str | None = None
    waits_for: list[str] = field(default_factory=list)
    looked_by: str = ""


class Shown(NamedTuple):
    """A held lead with what people want to know of the person."""

    lead: HeldLead
    email: str
    fields: dict[str, str]
    score: int
    fit: int


_waits: ColumnElement[bool] = held_leads.c.decided_at.is_(None)
_FOR_ROOM = (_waits, held_leads.c.why == CAPACITY)


def add(connection: Connection, rows: Iterable[HeldLead]) -> None:
    """Write down that leads are held. The caller holds the locks on the profiles' rows; none of them is held."""
    insert_all(connection, held_leads, rows)


def waiting_of(connection: Connection, profile_ids: Iterable[UUID]) -> dict[UUID, HeldLead]:
    """Person → what is held of them."""
    statement = select(held_leads).where(among(held_leads.c.profile_id, profile_ids), _waits)
    return {row.profile_id: _held(row) for row in connection.execute(statement).all()}


def get(connection: Connection, held_id: UUID) -> HeldLead | None:
    """One of them."""
    found = connection.execute(select(held_leads).where(held_leads.c.id == held_id)).first()
    return _held(found) if found else None


def decide(
    connection: Connection,
    ids: Iterable[UUID],
    decision: str,
    at: datetime,
    by: str | None = None,
    note: str | None = None,
) -> None:
    """Write down what becomes of held leads; what was decided before stays as it is."""
    connection.execute(
        update(held_leads)
        .where(among(held_leads.c.id, ids), _waits)
        .values(decision=decision, decided_at=at, decided_by=by, note=note)
    )


def join_request(connection: Connection, row: HeldLead) -> None:
    """Somebody whose lead is held asks for sales meanwhile: write down why that is held from now on."""
    still = (held_leads.c.id == row.id, _waits)
    connection.execute(update(held_leads).where(*still).values(**values_of(row)))


def looked_at(connection: Connection, rows: Iterable[HeldLead]) -> None:
    """Write down for whom leads wait by now."""
    names = ("id", "sales_person", "team", "waits_for", "looked_by")
    known = [[getattr(row, name) for name in names] for row in rows]
    if known:
        given = rows_from({name: held_leads.c[name] for name in names}, known).c
        values = {name: given[name] for name in names[1:]}
        connection.execute(update(held_leads).where(held_leads.c.id == given.id).values(**values))


def is_any_waiting_for_room(connection: Connection) -> bool:
    """Whether there is a lead that the brake holds."""
    return bool(connection.scalar(select(literal(1)).where(*_FOR_ROOM).limit(1)))


def in_order(connection: Connection, looked_by: str, having_room: Iterable[str], limit: int) -> list[UUID]:
    """Leads that wait for room and may have a chance, the best first: by score, then fit, then how long they wait."""
    statement = (
        select(held_leads.c.id)
        .join(profiles, profiles.c.id == held_leads.c.profile_id)
        .where(*_FOR_ROOM, _chance(looked_by, having_room))
        .order_by(profiles.c.score.desc(), profiles.c.fit.desc(), held_leads.c.at, held_leads.c.id)
        .limit(limit)
    )
    return list(connection.scalars(statement))


def to_look_at(
    connection: Connection, ids: Iterable[UUID], looked_by: str, having_room: Iterable[str]
) -> list[HeldLead]:
    """Those of some leads that still wait for room and may have a chance."""
    statement = select(held_leads).where(
        among(held_leads.c.id, ids), *_FOR_ROOM, _chance(looked_by, having_room)
    )
    return [_held(row) for row in connection.execute(statement).all()]


def _chance(looked_by: str, having_room: Iterable[str]) -> ColumnElement[bool]:
    """Whether somebody has room, or routing may decide otherwise.

    looked_by: on which day and by which programme routing looks now.
    """
    free = held_leads.c.waits_for.has_any(literal(list(having_room), ARRAY(Text)))
    return or_(held_leads.c.looked_by != looked_by, free)


def lapse(connection: Connection, at: datetime) -> list[UUID]:
    """End what is no lead any more: of people whom sales has, or nobody may hand over; whose leads that were.

    What somebody else decides at this moment is passed over, and whoever is busy with the person: nobody waits for
    whom they keep waiting.
    """
    gone = or_(profiles.c.excluded, profiles.c.objected, profiles.c.stage.not_in(BEFORE_SALES))
    free = (
        select(held_leads.c.id)
        .join(profiles, profiles.c.id == held_leads.c.profile_id)
        .where(_waits, gone)
        .order_by(held_leads.c.id)
        .with_for_update(of=[held_leads, profiles], key_share=True, skip_locked=True)
    )
    statement = update(held_leads).where(held_leads.c.id.in_(free)).values(decision=LAPSED, decided_at=at)
    return list(connection.scalars(statement.returning(held_leads.c.profile_id)))


def listing(connection: Connection, why: str | None = None, limit: int = 500) -> list[Shown]:
    """What waits, the oldest first. why: only FILTER or CAPACITY."""
    person = (profiles.c.email, profiles.c.fields, profiles.c.score, profiles.c.fit)
    statement = (
        select(held_leads, *(column.label(f"person_{column.name}") for column in person))
        .join(profiles, profiles.c.id == held_leads.c.profile_id)
        .where(_waits)
        .order_by(held_leads.c.at, held_leads.c.id)
        .limit(limit)
    )
    if why is not None:
        statement = statement.where(held_leads.c.why == why)
    count = len(held_leads.c)
    return [Shown(HeldLead(*row[:count]), *row[count:]) for row in connection.execute(statement).all()]


def named(connection: Connection, beginning: str) -> list[UUID]:
    """Ids of leads that wait and begin so, see `begun`."""
    return begun(connection, held_leads.c.id, beginning, _waits)


def _held(row: Row[Any]) -> HeldLead:
    return HeldLead(**row._mapping)
