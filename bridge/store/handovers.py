"""Rows about hand-overs and the links that lead to profiles."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    case,
    func,
    insert,
    literal_column,
    or_,
    select,
    union_all,
    update,
)

from bridge.errors import ExpiredToken
from bridge.store.rows import values_of
from bridge.store.sets import among, insert_all
from bridge.store.tables import handovers, profile_links, stage_changes

PENDING = ("open", "accepted")
WAITS: ColumnElement[bool] = or_(
    handovers.c.state == literal_column("'open'"),
    and_(handovers.c.state == literal_column("'accepted'"), handovers.c.touched_at.is_(None)),
)
"""Those that wait for an answer of whoever has them. The states stand in the statement itself: with any state, the
planner could not rely on the partial indexes."""


@dataclass(frozen=True, slots=True)
class HandoverRow:
    """One crossing to sales. crossing counts from 1 for each profile.

    route: why this person got it, in sentences. begun_at: since when whoever has it is to answer: since they have it,
    or since the person asked anew. touched_at: when they did something about it last, None as long as they did not.
    reminded_at, escalated_at, asked_at: when that was done, each at most once since then. reacted_at: when sales
    answered first, whoever that was. passed_by: who gave it to whoever has it now, a person's id or a name.
    agreed_on: the day on which somebody is to come back, as it was named last.
    accepted_by, accepted_team: who accepted it first, whoever has it by now. reacted_team: the team of whoever had
    it at reacted_at. team_since: since when that team had it, and until then the team of whoever has it; None when it
    was handed over to that team.
    """

    id: UUID
    profile_id: UUID
    crossing: int
    cause: str
    sales_person: str
    score: int
    at: datetime
    begun_at: datetime
    due_at: datetime
    submission_id: UUID | None = None
    state: str = "open"
    decided_at: datetime | None = None
    reason: str | None = None
    note: str | None = None
    amount: Decimal | None = None
    currency: str | None = None
    decided_on: date | None = None
    team: str | None = None
    measure: str | None = None
    route: list[str] = field(default_factory=list)
    reacted_at: datetime | None = None
    touched_at: datetime | None = None
    reminded_at: datetime | None = None
    escalated_at: datetime | None = None
    asked_at: datetime | None = None
    passed_by: str | None = None
    agreed_on: date | None = None
    accepted_by: str | None = None
    accepted_team: str | None = None
    reacted_team: str | None = None
    team_since: datetime | None = None

    @property
    def is_untouched(self) -> bool:
        """Whether it was accepted, but whoever has it by now did nothing about it yet: that was somebody else."""
        return self.state == "accepted" and self.touched_at is None

    @property
    def waits(self) -> bool:
        """Whether an answer of whoever has it is awaited."""
        return self.state == "open" or self.is_untouched

    @property
    def standing(self) -> str:
        """How it stands, to tell whether somebody answered since it was shown: its state, and the money in it."""
        return " ".join(
            str(one) for one in (self.state, self.amount, self.currency, self.decided_on) if one is not None
        )

    def noted(self, words: str | None) -> str | None:
        """Its notes, with these words below them."""
        return "\n".join(part for part in (self.note, words) if part) or None


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link to a profile, given to one sales person for one hand-over."""

    id: UUID
    profile_id: UUID
    handover_id: UUID
    sales_person: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None


def add(connection: Connection, row: HandoverRow) -> None:
    """Write a hand-over down. The caller holds the lock on the profile's row."""
    connection.execute(insert(handovers).values(**values_of(row)))


def of_profile(connection: Connection, profile_id: UUID) -> list[HandoverRow]:
    """A person's hand-overs, newest first."""
    statement = (
        select(handovers).where(handovers.c.profile_id == profile_id).order_by(handovers.c.crossing.desc())
    )
    return [_handover(row) for row in connection.execute(statement)]


def pending_of(connection: Connection, profile_ids: Iterable[UUID]) -> dict[UUID, HandoverRow]:
    """Person → the hand-over that sales is at, for those who have one."""
    statement = select(handovers).where(
        among(handovers.c.profile_id, profile_ids), handovers.c.state.in_(PENDING)
    )
    return {row.profile_id: _handover(row) for row in connection.execute(statement)}


def count_of(connection: Connection, profile_id: UUID) -> int:
    """How many hand-overs of a person there are."""
    statement = select(func.count()).select_from(handovers).where(handovers.c.profile_id == profile_id)
    return connection.scalar(statement) or 0


def get(connection: Connection, handover_id: UUID) -> HandoverRow | None:
    """One hand-over."""
    found = connection.execute(select(handovers).where(handovers.c.id == handover_id)).first()
    return _handover(found) if found else None


def change(connection: Connection, handover_id: UUID, **values: Any) -> None:
    """Set columns of one hand-over."""
    connection.execute(update(handovers).where(handovers.c.id == handover_id).values(**values))


def react(connection: Connection, handover_id: UUID, now: datetime) -> None:
    """Note that sales did something about it."""
    is_first = handovers.c.reacted_at.is_(None)
    team = case((is_first, handovers.c.team), else_=handovers.c.reacted_team)
    first = func.coalesce(handovers.c.reacted_at, now)
    change(connection, handover_id, reacted_at=first, reacted_team=team, touched_at=now)


def add_links(connection: Connection, rows: Iterable[LinkRow]) -> None:
    """Write links to leads down."""
    insert_all(connection, profile_links, [values_of(row) for row in rows])


def standing_links(
    connection: Connection, handover_ids: Iterable[UUID], now: datetime
) -> dict[tuple[UUID, str], UUID]:
    """Hand-over and sales person → the newest link that still opens, for all that there are."""
    statement = (
        select(profile_links)
        .where(
            among(profile_links.c.handover_id, handover_ids),
            profile_links.c.revoked_at.is_(None),
            profile_links.c.expires_at > now,
        )
        .order_by(profile_links.c.created_at)
    )
    return {(row.handover_id, row.sales_person): row.id for row in connection.execute(statement)}


def who_got(connection: Connection, profile_id: UUID) -> dict[str, datetime]:
    """Everybody in sales who was told of a person, by their id, and when first: who got a link, or has the lead."""
    linked = select(profile_links.c.sales_person, profile_links.c.created_at.label("at"))
    has_it = select(handovers.c.sales_person, handovers.c.begun_at.label("at"))
    told = union_all(
        linked.where(profile_links.c.profile_id == profile_id),
        has_it.where(handovers.c.profile_id == profile_id),
    ).subquery()
    first = func.min(told.c.at)
    rows = connection.execute(
        select(told.c.sales_person, first).group_by(told.c.sales_person).order_by(first, told.c.sales_person)
    )
    return {row.sales_person: row[1] for row in rows}


def link(connection: Connection, link_id: UUID, now: datetime) -> LinkRow:
    """A link that still opens. Raises ExpiredToken."""
    found = connection.execute(select(profile_links).where(profile_links.c.id == link_id)).first()
    if found is None or found.revoked_at is not None or found.expires_at <= now:
        raise ExpiredToken
    return LinkRow(**found._mapping)


def close_link(connection: Connection, link_id: UUID, now: datetime) -> None:
    """Close one link for good."""
    connection.execute(update(profile_links).where(profile_links.c.id == link_id).values(revoked_at=now))


def standing_link(connection: Connection, handover_id: UUID, sales_person: str, now: datetime) -> UUID | None:
    """A link of that hand-over and person that still opens, the newest."""
    return standing_links(connection, [handover_id], now).get((handover_id, sales_person))


def close_links_soon(
    connection: Connection, handover_ids: Iterable[UUID], at: datetime, sales_person: str | None = None
) -> None:
    """Let the links of hand-overs that are over end at that time, if they would live longer, or only one person's."""
    statement = update(profile_links).where(
        among(profile_links.c.handover_id, handover_ids), profile_links.c.expires_at > at
    )
    if sales_person is not None:
        statement = statement.where(profile_links.c.sales_person == sales_person)
    connection.execute(statement.values(expires_at=at))


def revoke_links(
    connection: Connection, profile_id: UUID, now: datetime, handover_id: UUID | None = None
) -> int:
    """Close the links to a profile, or only those of one hand-over."""
    statement = (
        update(profile_links)
        .where(profile_links.c.profile_id == profile_id, profile_links.c.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    if handover_id is not None:
        statement = statement.where(profile_links.c.handover_id == handover_id)
    return connection.execute(statement).rowcount


@dataclass(frozen=True, slots=True)
class StageChange:
    """A move between stages."""

    id: UUID
    profile_id: UUID
    was: str | None
    became: str
    at: datetime
    cause: str


def add_stage_changes(connection: Connection, changes: Iterable[StageChange]) -> None:
    """Write moves between stages down."""
    insert_all(connection, stage_changes, [values_of(one) for one in changes])


def count_by_state(connection: Connection) -> dict[str, int]:
    """State → number of hand-overs."""
    rows = connection.execute(select(handovers.c.state, func.count()).group_by(handovers.c.state))
    return {row[0]: row[1] for row in rows}


def _handover(row: Row[Any]) -> HandoverRow:
    return HandoverRow(**row._mapping)
