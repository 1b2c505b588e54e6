"""When deliveries left or are to leave for the same person, so that nobody is written to too often."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, not_, or_, select

from bridge.store.outbox import Delivery
from bridge.store.sets import among, rows_from
from bridge.store.tables import outbox


def due_times(
    connection: Connection, profile_ids: Iterable[UUID], templates: Iterable[str], since: datetime
) -> dict[tuple[UUID, str], list[datetime]]:
    """(Person, template) → when the deliveries were or are due, as far as they were made since a moment."""
    statement = select(outbox.c.profile_id, outbox.c.template, outbox.c.due_at).where(
        among(outbox.c.profile_id, profile_ids),
        outbox.c.template.in_(list(templates)),
        outbox.c.created_at > since,
    )
    found: dict[tuple[UUID, str], list[datetime]] = {}
    for profile_id, template, due_at in connection.execute(statement):
        found.setdefault((profile_id, template), []).append(due_at)
    return found


def left_times(
    connection: Connection, profile_id: UUID, delivery: Delivery, now: datetime, since: datetime
) -> list[datetime]:
    """When other deliveries of that template to a person left since a moment, oldest first; now for one at work."""
    statement = select(outbox.c.state, outbox.c.finished_at).where(
        outbox.c.profile_id == profile_id,
        outbox.c.template == delivery.template,
        outbox.c.id != delivery.id,
        _left(now, since),
    )
    return sorted(row.finished_at or now for row in connection.execute(statement))


def left_since(
    connection: Connection,
    since: Mapping[UUID, datetime],
    template: str,
    now: datetime,
    apart_from: Iterable[UUID],
) -> dict[UUID, list[datetime]]:
    """Person → when deliveries of a template left to them since a moment of theirs; now for one under way.

    apart_from: deliveries that do not count.
    """
    asked = rows_from(
        {"profile_id": outbox.c.profile_id, "finished_at": outbox.c.finished_at}, since.items()
    ).c
    statement = select(outbox.c.profile_id, outbox.c.finished_at).where(
        outbox.c.profile_id == asked.profile_id,
        outbox.c.template == template,
        not_(among(outbox.c.id, apart_from)),
        _left(now, asked.finished_at),
    )
    found: dict[UUID, list[datetime]] = {}
    for profile_id, finished_at in connection.execute(statement):
        found.setdefault(profile_id, []).append(finished_at or now)
    return found


def _left(now: datetime, since: ColumnElement[datetime] | datetime) -> ColumnElement[bool]:
    return or_(
        and_(outbox.c.state == "sent", outbox.c.finished_at >= since),
        and_(outbox.c.state == "leased", outbox.c.leased_until > now),
    )
