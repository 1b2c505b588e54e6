"""What the other side took is written down: the delivery, the mail, their count and the event in one statement."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import CTE, Connection, Date, DateTime, Text, bindparam, exists, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert

from bridge.store.outbox import finished
from bridge.store.sets import as_json, rows_to_come
from bridge.store.tables import events, mail_counts, mails, outbox, profiles, stale_days


class Departure(NamedTuple):
    """A delivery that left. attempts: as it was claimed. reader: of a mail of a sequence, else None.

    event_id: what the event is called that tells of it.
    """

    id: UUID
    attempts: int
    reader: UUID | None
    event_id: UUID


class Noted(NamedTuple):
    """A delivery that was closed. told: whether an event tells of it, which those who score are to hear of."""

    id: UUID
    told: bool


def note(connection: Connection, departures: Iterable[Departure], at: datetime, day: date) -> list[Noted]:
    """Close what left, count it for that day, and tell of each mail of a sequence that is still known.

    Returns those that nobody else took up meanwhile. What was given back and nobody took up since is closed, too:
    whether it left is known now. Nobody can remove the readers until the transaction ends.
    """
    rows = [one._asdict() for one in departures]
    given = {"given": as_json(rows), "at": at, "day": day}
    return [Noted(*row) for row in connection.execute(_NOTE, given).all()]


_given = rows_to_come(
    {"id": outbox.c.id, "attempts": outbox.c.attempts, "reader": profiles.c.id, "event_id": events.c.id},
    "given",
)
_at, _day = bindparam("at", type_=DateTime(timezone=True)), bindparam("day", type_=Date())


def _held() -> CTE:
    """The readers first, as whoever erases them does; who is being erased is waited for."""
    readers = select(_given.c.reader).where(_given.c.reader.is_not(None))
    there = select(profiles.c.id).where(profiles.c.id.in_(readers)).order_by(profiles.c.id)
    return there.with_for_update(key_share=True, read=True).cte("held")


def _closed(held: CTE) -> CTE:
    all_of_them = select(func.count()).select_from(held).scalar_subquery()
    return (
        update(outbox)
        .where(
            all_of_them >= 0,
            outbox.c.id == _given.c.id,
            outbox.c.state.in_(("leased", "due")),
            outbox.c.attempts == _given.c.attempts,
        )
        .values(finished("sent", _at))
        .returning(outbox.c.id, _given.c.reader, _given.c.event_id)
        .cte("closed")
    )


def _told(closed: CTE) -> CTE:
    return (
        update(mails)
        .where(mails.c.id == closed.c.id, closed.c.reader.is_not(None))
        .values(sent_at=_at)
        .returning(mails.c.id, mails.c.template, mails.c.subject, closed.c.reader, closed.c.event_id)
        .cte("told")
    )


def _added(told: CTE) -> CTE:
    named = {
        "id": told.c.event_id,
        "profile_id": told.c.reader,
        "kind": literal("mail.sent", Text()),
        "at": _at,
        "due_at": _at,
        "mail_id": told.c.id,
        "data": func.jsonb_build_object("subject", told.c.subject),
        "verdict": literal("human", Text()),
    }
    new = insert(events).from_select(list(named), select(*named.values()))
    return new.on_conflict_do_nothing(index_elements=["id"]).cte("added")


def _counted(told: CTE) -> CTE:
    """In one order, so that nobody waits for each other."""
    by_template = (
        select(told.c.template, _day, literal("sent", Text()), literal("", Text()), func.count())
        .group_by(told.c.template)
        .order_by(told.c.template)
    )
    new = insert(mail_counts).from_select(["template", "day", "kind", "link", "count"], by_template)
    more = mail_counts.c.count + new.excluded.count
    return new.on_conflict_do_update(index_elements=list(mail_counts.primary_key), set_={"count": more}).cte(
        "counted"
    )


def _marked(told: CTE) -> CTE:
    """What was sent counts on that day."""
    new = insert(stale_days).from_select(["at"], select(_at).where(exists(select(told.c.id))))
    return new.cte("marked")


_CLOSED = _closed(_held())
_TOLD = _told(_CLOSED)
_NOTE = (
    select(_CLOSED.c.id, _TOLD.c.id.is_not(None))
    .select_from(_CLOSED.outerjoin(_TOLD, _TOLD.c.id == _CLOSED.c.id))
    .add_cte(_added(_TOLD), _counted(_TOLD), _marked(_TOLD))
)
