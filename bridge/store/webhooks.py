"""Rows about webhooks: endpoints that fail or are switched off, and every attempt to reach one.

An endpoint that works has no row. A row speaks of one address: when the programme names another one, it says nothing
any more.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, case, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from bridge.program.model import Webhook
from bridge.store.given_up import DROPPED
from bridge.store.outbox import WAITING, finished
from bridge.store.rows import values_of
from bridge.store.tables import outbox, webhook_attempts, webhook_endpoints

_endpoint = outbox.c.payload["endpoint"].astext


@dataclass(frozen=True, slots=True)
class EndpointRow:
    """An endpoint that fails. failing_since: the first failure of those that follow each other closely.

    failed_at: the newest one. disabled_at: None while on.
    """

    id: str
    url: str
    failing_since: datetime | None = None
    failed_at: datetime | None = None
    disabled_at: datetime | None = None
    disabled_because: str | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt. kind: the webhook's type. status: None without an answer. words: "" when all went well."""

    id: UUID
    delivery_id: UUID
    endpoint: str
    kind: str
    at: datetime
    attempt: int
    status: int | None
    milliseconds: int | None
    words: str


def endpoint_rows(connection: Connection, hooks: Iterable[Webhook]) -> dict[str, EndpointRow]:
    """Id → what is known of those that fail or are off."""
    urls = {hook.id: hook.url for hook in hooks}
    statement = select(webhook_endpoints).where(webhook_endpoints.c.id.in_(urls))
    rows = (EndpointRow(**row._mapping) for row in connection.execute(statement))
    return {row.id: row for row in rows if row.url == urls[row.id]}


def last_taken(connection: Connection, hooks: Iterable[Webhook]) -> dict[str, datetime]:
    """Id → when an endpoint took something last, as far as attempts are kept."""
    theirs = webhook_attempts.c.endpoint.in_([hook.id for hook in hooks])
    statement = (
        select(webhook_attempts.c.endpoint, func.max(webhook_attempts.c.at).label("newest"))
        .where(theirs, webhook_attempts.c.status.between(200, 299))
        .group_by(webhook_attempts.c.endpoint)
    )
    return {row.endpoint: row.newest for row in connection.execute(statement)}


def count_by_state(connection: Connection, hooks: Sequence[Webhook]) -> dict[str, int]:
    """State → number of endpoints, every state named."""
    rows = endpoint_rows(connection, hooks).values()
    off = sum(row.disabled_at is not None for row in rows)
    return {"works": len(hooks) - len(rows), "fails": len(rows) - off, "off": off}


def is_off(connection: Connection, hook: Webhook) -> bool:
    """Whether it was switched off."""
    row = endpoint_rows(connection, [hook]).get(hook.id)
    return row is not None and row.disabled_at is not None


def works(connection: Connection, hook: Webhook) -> None:
    """It took something: its failures are over. One that is off stays off."""
    mine = webhook_endpoints.c.id == hook.id
    connection.execute(delete(webhook_endpoints).where(mine, webhook_endpoints.c.disabled_at.is_(None)))


def fails(connection: Connection, hook: Webhook, now: datetime, silence: timedelta) -> datetime:
    """It took nothing; returns since when that goes on.

    silence: when the newest failure is longer ago, nothing is known of the time between, and it begins anew.
    """
    new = insert(webhook_endpoints).values(id=hook.id, url=hook.url, failing_since=now, failed_at=now)
    same = webhook_endpoints.c.url == hook.url
    still = and_(same, webhook_endpoints.c.failed_at >= now - silence)
    statement = new.on_conflict_do_update(
        index_elements=["id"],
        set_={
            "url": hook.url,
            "failing_since": case(
                (still, func.coalesce(webhook_endpoints.c.failing_since, new.excluded.failing_since)),
                else_=new.excluded.failing_since,
            ),
            "failed_at": now,
            "disabled_at": case((same, webhook_endpoints.c.disabled_at)),
            "disabled_because": case((same, webhook_endpoints.c.disabled_because)),
        },
    ).returning(webhook_endpoints.c.failing_since)
    since: datetime = connection.execute(statement).scalar_one()
    return since


def turn_off(connection: Connection, hook: Webhook, now: datetime, because: str) -> bool:
    """Switch an endpoint off of which `fails` has made a row; False when it was off already."""
    statement = (
        update(webhook_endpoints)
        .where(webhook_endpoints.c.id == hook.id, webhook_endpoints.c.disabled_at.is_(None))
        .values(disabled_at=now, disabled_because=because)
    )
    return connection.execute(statement).rowcount == 1


def turn_on(connection: Connection, hook: Webhook) -> EndpointRow | None:
    """Forget that it failed; returns what was known, or None when nothing was."""
    statement = (
        delete(webhook_endpoints).where(webhook_endpoints.c.id == hook.id).returning(webhook_endpoints)
    )
    row = connection.execute(statement).first()
    return EndpointRow(**row._mapping) if row else None


def refuse_waiting(connection: Connection, endpoint: str, now: datetime, why: str) -> int:
    """Refuse what waits for an endpoint; returns how many deliveries that were.

    What somebody else holds just now is left: whoever takes it next sees that the endpoint is off.
    """
    waits = select(outbox.c.id).where(_for(endpoint), outbox.c.state.in_(WAITING))
    statement = (
        update(outbox)
        .where(outbox.c.id.in_(waits.with_for_update(skip_locked=True)))
        .values(finished("refused", now, why))
    )
    return connection.execute(statement).rowcount


def missed(connection: Connection, endpoint: str, since: datetime) -> list[UUID]:
    """Deliveries that an endpoint did not get since a moment, the oldest first, but for what somebody dropped."""
    statement = (
        select(outbox.c.id)
        .where(
            _for(endpoint),
            outbox.c.state.in_(("refused", "dead")),
            func.coalesce(outbox.c.error, "").not_like(f"{DROPPED}%"),
            outbox.c.finished_at >= since,
        )
        .order_by(outbox.c.created_at)
    )
    return list(connection.scalars(statement))


def waiting(connection: Connection, hooks: Iterable[Webhook]) -> dict[str, int]:
    """Id → how many deliveries wait for an endpoint, 0 for none."""
    counts = {hook.id: 0 for hook in hooks}
    waits = (
        select(_endpoint.label("endpoint"))
        .where(outbox.c.kind == "webhook", _endpoint.in_(counts), outbox.c.state.in_(WAITING))
        .subquery()
    )
    rows = connection.execute(select(waits.c.endpoint, func.count()).group_by(waits.c.endpoint))
    return counts | {row[0]: row[1] for row in rows}


def add_attempt(connection: Connection, attempt: Attempt) -> None:
    """Write an attempt down."""
    connection.execute(insert(webhook_attempts).values(**values_of(attempt)))


def attempts(connection: Connection, endpoint: str | None = None, limit: int = 50) -> list[Attempt]:
    """The newest attempts, the newest first; of one endpoint, or of all."""
    statement = select(webhook_attempts).order_by(webhook_attempts.c.at.desc()).limit(limit)
    if endpoint is not None:
        statement = statement.where(webhook_attempts.c.endpoint == endpoint)
    return [Attempt(**row._mapping) for row in connection.execute(statement)]


def _for(endpoint: str) -> ColumnElement[bool]:
    return and_(outbox.c.kind == "webhook", _endpoint == endpoint)
