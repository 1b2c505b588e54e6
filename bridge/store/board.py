"""Hand-overs as a board shows them: those that wait for an answer, those that were accepted, and those that were
decided lately, or came back to marketing.

What was accepted and passed on waits, until whoever has it by now does something about it. What a colleague got
instead, since it was theirs, did not come back.

Each column is read from a partial index in its own order: ix_handovers_due, ix_handovers_accepted,
ix_handovers_decided, ix_handovers_returned; those of a few people from ix_handovers_sales_person.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal, get_args
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    func,
    literal,
    literal_column,
    select,
)

from bridge.profiles.fields import full_name
from bridge.store.handovers import WAITS
from bridge.store.paging import Page, Place, page_of
from bridge.store.tables import handovers, profiles

State = Literal["open", "accepted", "decided", "returned"]
COLUMNS: tuple[State, ...] = get_args(State)
LATELY = timedelta(days=90)
"""How long what was won, lost or given back stays on the board."""
MOST_COUNTED = 1000


@dataclass(frozen=True, slots=True)
class Card:
    """A hand-over and whom it is about. current: how many points they have by now.

    touched_at, passed_by, agreed_on: as in HandoverRow.
    """

    id: UUID
    profile_id: UUID
    state: str
    cause: str
    sales_person: str
    at: datetime
    due_at: datetime
    decided_at: datetime | None
    reason: str | None
    amount: Decimal | None
    currency: str | None
    measure: str | None
    touched_at: datetime | None
    passed_by: str | None
    agreed_on: date | None
    email: str
    fields: Mapping[str, str]
    current: int

    @property
    def name(self) -> str:
        """Of the person; the address when no name is known."""
        return full_name(self.fields) or self.email

    @property
    def company(self) -> str | None:
        """Where they work, if that is known."""
        return self.fields.get("company") or None

    @property
    def waits(self) -> bool:
        """Whether an answer of whoever has it is awaited."""
        return self.state == "open" or (self.state == "accepted" and self.touched_at is None)

    def is_late(self, now: datetime) -> bool:
        """Whether an answer is overdue."""
        return self.waits and self.due_at < now


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which hand-overs. people: ids from the programme, None for everybody's. late: only those that are overdue."""

    people: Collection[str] | None = None
    late: bool = False


def column(
    connection: Connection,
    state: State,
    wanted: Wanted,
    now: datetime,
    limit: int,
    after: Place | None = None,
) -> Page[Card]:
    """A column of the board: what waits by its due time, the rest newest first."""
    columns = [handovers.c[name] for name in Card.__slots__ if name in handovers.c]
    statement = _which(
        select(*columns, profiles.c.email, profiles.c.fields, profiles.c.score.label("current")).join(
            profiles, profiles.c.id == handovers.c.profile_id
        ),
        state,
        wanted,
        now,
    )
    moment = handovers.c.due_at if state == "open" else handovers.c.decided_at
    newest_first = state != "open"
    return page_of(
        connection,
        statement,
        moment,
        handovers.c.id,
        _card,
        limit=limit,
        after=after,
        newest_first=newest_first,
    )


def count(connection: Connection, state: State, wanted: Wanted, now: datetime) -> int:
    """How many there are; MOST_COUNTED stands for that many or more."""
    some = _which(select(literal(1).label("one")), state, wanted, now).limit(MOST_COUNTED).subquery()
    return connection.scalar(select(func.count()).select_from(some)) or 0


def _which(statement: Select[Any], state: State, wanted: Wanted, now: datetime) -> Select[Any]:
    statement = statement.where(*_in(state, now))
    if wanted.people is not None:
        statement = statement.where(handovers.c.sales_person.in_(list(wanted.people)))
    return statement.where(handovers.c.due_at < now) if wanted.late else statement


def _in(state: State, now: datetime) -> list[ColumnElement[bool]]:
    if state in ("open", "accepted"):
        return [WAITS if state == "open" else _AT_WORK]
    ended = [_DECIDED] if state == "decided" else [_RETURNED, ~_went_on()]
    return [*ended, handovers.c.decided_at >= now - LATELY]


def _went_on() -> ColumnElement[bool]:
    """Whether a colleague got it instead. The offset lets that be looked up for those alone that are shown."""
    after = handovers.alias("next")
    theirs = select(literal(1)).where(
        after.c.profile_id == handovers.c.profile_id,
        after.c.crossing == handovers.c.crossing + 1,
        after.c.cause == literal_column("'rerouted'"),
    )
    return theirs.correlate(handovers).offset(0).exists()


# these words stand in the statement itself: with any word, the planner could not rely on the partial indexes
_ACCEPTED = handovers.c.state == literal_column("'accepted'")
_DECIDED = handovers.c.state.in_([literal_column("'won'"), literal_column("'lost'")])
_RETURNED = handovers.c.state.in_([literal_column("'rejected'"), literal_column("'expired'")])
_AT_WORK = and_(_ACCEPTED, handovers.c.touched_at.is_not(None))


def _card(row: Row[Any]) -> Card:
    return Card(**row._mapping)
