"""Rows about what must leave: mails to people, mails to sales, webhooks.

| state | means |
|---|---|
| due | waits for its time, `due_at`, and then for a worker; `error` says why when it was put off |
| leased | a worker is at it until `leased_until`; afterwards anybody may take it again |
| deferred | an attempt failed, waits for the next one |
| sent | the other side took responsibility |
| refused | will never be sent, `error` says why: its reason fell away, the address bounced, or by hand |
| dead | was given up and waits for somebody to look at it, who may retry or drop it |
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Update,
    and_,
    case,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from bridge.store.beginnings import begun
from bridge.store.rows import values_of
from bridge.store.sets import among, insertion, rows_from
from bridge.store.tables import outbox

PATIENCE = timedelta(days=5)
"""How long attempts go on, counted from the first one that failed or from a retry by hand."""

ANSWERS = ("mail/confirm", "mail/receipt", "mail/erase", "mail/download")
"""Mails that answer what a person did; every other one is a step of a sequence."""

STATES = ("due", "leased", "deferred", "sent", "refused", "dead")
WAITING = ("due", "deferred")
REVIVABLE = ("deferred", "refused", "dead")


@dataclass(frozen=True, slots=True)
class Delivery:
    """Something that must leave.

    kind: "mail", "sales", "operator", "account", "digest" or "webhook". ground: the legal reason ("consent",
    "request", "staff", "contract"). domain: the recipient's, for webhooks "webhook:" and the endpoint's id: where it
    is under way, or was at last, or in whose line it has the place that begins at due_at. gives_up_at: PATIENCE
    after the first attempt that failed; None before.
    attempts: how often it was claimed; it never falls, so it tells one lease from another. pauses: how often it
    waited after a failure since the last retry by hand. deaths: how many of its leases ran out one after another.
    dedupe_key: two deliveries with the same one are one. trace: the id that follows a lead through the logs.
    """

    id: UUID
    kind: str
    template: str
    ground: str
    dedupe_key: str
    due_at: datetime
    created_at: datetime
    profile_id: UUID | None = None
    domain: str | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)
    trace: str | None = None
    state: str = "due"
    attempts: int = 0
    pauses: int = 0
    deaths: int = 0
    leased_until: datetime | None = None
    error: str | None = None
    gives_up_at: datetime | None = None
    finished_at: datetime | None = None


def add(connection: Connection, rows: Iterable[Delivery]) -> list[UUID]:
    """Put deliveries into the outbox; known dedupe keys are left alone. Returns the ids of the new ones."""
    values = [values_of(row) for row in rows]
    if not values:
        return []
    statement = insertion(outbox, values).on_conflict_do_nothing(index_elements=["dedupe_key"])
    return list(connection.scalars(statement.returning(outbox.c.id)))


def claim(connection: Connection, delivery_id: UUID, now: datetime, lease: timedelta) -> Delivery | None:
    """Take a delivery under a lease; None when it is not due, done, or somebody else's, also for this moment only."""
    free = select(outbox.c.id).where(outbox.c.id == delivery_id, takeable(now))
    taken = _lease(connection, free, now + lease)
    return taken[0] if taken else None


def claim_together(
    connection: Connection, delivery_ids: Iterable[UUID], template: str, now: datetime, lease: timedelta
) -> list[Delivery]:
    """Take those of a template that are due and free under a lease, the longest-waiting first.

    What may have ended its worker is left to be claimed by itself, so that it takes no others with it again.
    """
    free = select(outbox.c.id).where(
        among(outbox.c.id, delivery_ids),
        outbox.c.template == template,
        outbox.c.state.in_(WAITING),
        outbox.c.due_at <= now,
        outbox.c.deaths == 0,
    )
    taken = _lease(connection, free.order_by(outbox.c.id), now + lease)
    return sorted(taken, key=lambda one: (one.due_at, one.id))


def _lease(connection: Connection, free: Select[tuple[UUID]], until: datetime) -> list[Delivery]:
    """Take those that nobody else is at in this moment."""
    statement = (
        update(outbox)
        .where(outbox.c.id.in_(free.with_for_update(key_share=True, skip_locked=True)))
        .values(
            state="leased",
            leased_until=until,
            attempts=outbox.c.attempts + 1,
            deaths=outbox.c.deaths + case((outbox.c.state == "leased", 1), else_=0),
        )
        .returning(outbox)
    )
    return [_delivery(row) for row in connection.execute(statement)]


def finish(
    connection: Connection, delivery: Delivery, state: str, now: datetime, error: str | None = None
) -> bool:
    """Close a delivery; False when the lease was lost meanwhile."""
    return connection.execute(mine(delivery).values(finished(state, now, error))).rowcount == 1


def refuse(connection: Connection, refused: Iterable[tuple[Delivery, str]], now: datetime) -> None:
    """Close claimed deliveries that are not to be sent, each with the reason."""
    rows = [(one.id, one.attempts, why) for one, why in refused]
    if rows:
        given = rows_from({name: outbox.c[name] for name in ("id", "attempts", "error")}, rows).c
        connection.execute(ours(given).values(finished("refused", now, given.error)))


def defer(
    connection: Connection,
    delivery: Delivery,
    due_at: datetime,
    error: str,
    gives_up_at: datetime | None = None,
) -> bool:
    """An attempt failed, another one follows; False when the lease was lost meanwhile.

    gives_up_at: until when attempts go on; None leaves it as it was.
    """
    values = {
        "state": "deferred",
        "due_at": due_at,
        "leased_until": None,
        "error": error,
        "domain": None,
        "pauses": delivery.pauses + 1,
        "deaths": 0,
        "gives_up_at": gives_up_at or delivery.gives_up_at,
    }
    return connection.execute(mine(delivery).values(**values)).rowcount == 1


def get(connection: Connection, delivery_id: UUID) -> Delivery | None:
    """A delivery by its id; None when there is none, or none any more."""
    found = connection.execute(select(outbox).where(outbox.c.id == delivery_id)).first()
    return _delivery(found) if found else None


def came_back(connection: Connection, delivery_id: UUID, words: str) -> None:
    """Note on a delivery that had left what was reported about it later."""
    connection.execute(
        update(outbox).where(outbox.c.id == delivery_id, outbox.c.state == "sent").values(error=words)
    )


def due(connection: Connection, now: datetime, limit: int = 2000) -> list[UUID]:
    """Ids of deliveries that somebody should take, the longest-waiting first."""
    statement = select(outbox.c.id).where(takeable(now)).order_by(outbox.c.due_at).limit(limit)
    return list(connection.scalars(statement))


def answers_to(connection: Connection, profile_id: UUID) -> list[Delivery]:
    """Mails that answered what a person did, such as confirmations and receipts, newest first."""
    statement = (
        select(outbox)
        .where(
            outbox.c.profile_id == profile_id,
            outbox.c.kind == "mail",
            outbox.c.template.in_(ANSWERS),
        )
        .order_by(outbox.c.created_at.desc())
    )
    return [_delivery(row) for row in connection.execute(statement)]


def withdraw(
    connection: Connection, profile_id: UUID, grounds: Iterable[str], now: datetime, why: str
) -> int:
    """Take back what has not left yet and rests on these grounds."""
    statement = (
        update(outbox)
        .where(
            outbox.c.profile_id == profile_id,
            outbox.c.ground.in_(list(grounds)),
            outbox.c.state.in_(WAITING),
        )
        .values(finished("refused", now, why))
    )
    return connection.execute(statement).rowcount


def take_back(connection: Connection, dedupe_key: str, now: datetime, why: str) -> bool:
    """Take one delivery back; False when it has left already, or is just leaving."""
    statement = (
        update(outbox)
        .where(outbox.c.dedupe_key == dedupe_key, outbox.c.state.in_(WAITING))
        .values(finished("refused", now, why))
    )
    return connection.execute(statement).rowcount == 1


def hold(connection: Connection, profile_id: UUID, template: str, payload: Mapping[str, Any]) -> list[UUID]:
    """Keep what waits until the transaction ends, so that it is written afterwards; returns the ids.

    payload: what it says among other things. What is just leaving is waited for, and is none of these then.
    """
    statement = select(outbox.c.id).where(_says(profile_id, template, payload), outbox.c.state.in_(WAITING))
    return list(connection.scalars(statement.with_for_update(key_share=True)))


def count(
    connection: Connection, profile_id: UUID, template: str, payload: Mapping[str, Any], since: datetime
) -> int:
    """How many were written down since then, whatever became of them. payload: as in `hold`."""
    asked = (_says(profile_id, template, payload), outbox.c.created_at >= since)
    return connection.scalar(select(func.count()).select_from(outbox).where(*asked)) or 0


def _says(profile_id: UUID, template: str, payload: Mapping[str, Any]) -> ColumnElement[bool]:
    about = (outbox.c.profile_id == profile_id, outbox.c.template == template)
    return and_(*about, outbox.c.payload.contains(payload))


def listing(connection: Connection, states: Iterable[str], limit: int = 200) -> list[Delivery]:
    """Deliveries in some states, the oldest first."""
    statement = (
        select(outbox).where(outbox.c.state.in_(list(states))).order_by(outbox.c.created_at).limit(limit)
    )
    return [_delivery(row) for row in connection.execute(statement)]


def named(connection: Connection, beginning: str, states: Sequence[str] = STATES) -> list[UUID]:
    """Ids of deliveries in some states that begin so, see `begun`."""
    return begun(connection, outbox.c.id, beginning, outbox.c.state.in_(states))


def revive(connection: Connection, delivery_id: UUID, now: datetime) -> bool:
    """Make a deferred, refused or dead delivery due again; False when it is none of these."""
    statement = (
        update(outbox).where(outbox.c.id == delivery_id, outbox.c.state.in_(REVIVABLE)).values(afresh(now))
    )
    return connection.execute(statement).rowcount == 1


def afresh(now: datetime) -> dict[str, Any]:
    """Values that make a row due at once and as patient as on the first day; its attempts are counted on."""
    counters = {"pauses": 0, "deaths": 0, "gives_up_at": now + PATIENCE}
    return {"state": "due", "due_at": now, "finished_at": None, "domain": None, **counters}


def finished(
    state: str, now: ColumnElement[datetime] | datetime, error: ColumnElement[str] | str | None = None
) -> dict[str, Any]:
    """Values of a row that nobody tries any more."""
    return {"state": state, "finished_at": now, "leased_until": None, "error": error}


def oldest_due(connection: Connection, now: datetime) -> datetime | None:
    """Since when the longest-waiting delivery is due."""
    oldest: datetime | None = connection.scalar(select(func.min(outbox.c.due_at)).where(takeable(now)))
    return oldest


def takeable(now: datetime) -> ColumnElement[bool]:
    """Whether a delivery is due and nobody is at it."""
    waiting = and_(outbox.c.state.in_(WAITING), outbox.c.due_at <= now)
    abandoned = and_(outbox.c.state == "leased", outbox.c.leased_until < now)
    return or_(waiting, abandoned)


def mine(delivery: Delivery) -> Update:
    """An update of a claimed delivery that changes nothing once its lease is somebody else's."""
    return update(outbox).where(
        outbox.c.id == delivery.id, outbox.c.state == "leased", outbox.c.attempts == delivery.attempts
    )


def ours(given: ReadOnlyColumnCollection[str, Any]) -> Update:
    """The same for several. given: columns `id` and `attempts`, as they were claimed."""
    return update(outbox).where(
        outbox.c.id == given.id, outbox.c.state == "leased", outbox.c.attempts == given.attempts
    )


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(**row._mapping)
