"""Rows about what happened."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    Row,
    Select,
    Text,
    and_,
    cast,
    func,
    not_,
    select,
    true,
)

from bridge.judgement.sightings import FOLLOWED
from bridge.store.paging import Page, Place, page_of
from bridge.store.sets import among, insert_all, insertion, rows_from
from bridge.store.tables import events

MOST_OF_A_MAIL = 1000
"""Enough to see any pattern; whoever follows a link ten thousand times holds up nobody."""


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event as it is stored. due_at: when it may be scored; scored_at: when it was.

    organisation: the company's domain of whoever a hit is ascribed to. rejudge_at: when its verdict may be another.
    """

    id: UUID
    profile_id: UUID
    kind: str
    at: datetime
    due_at: datetime
    mail_id: UUID | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    verdict: str = "unknown"
    signs: tuple[str, ...] = ()
    scored_at: datetime | None = None
    organisation: str | None = None
    rejudge_at: datetime | None = None


Span = tuple[str, datetime, datetime]
"""An organisation, and from when to when."""

COLUMNS = tuple(events.c[name] for name in EventRow.__slots__)
"""What makes up an event, in this order."""
_SIGNS = EventRow.__slots__.index("signs")


def read(connection: Connection, statement: Select[Any]) -> list[EventRow]:
    """The events of a statement that selects COLUMNS: all at once, since one by one costs the driver far more."""
    return [_event(list(row)) for row in connection.execute(statement).all()]


def _event(values: list[Any]) -> EventRow:
    values[_SIGNS] = tuple(values[_SIGNS])
    return EventRow(*values)


def add(connection: Connection, rows: Iterable[EventRow]) -> set[UUID]:
    """Write events down; those that are there already are left alone. Returns the ids of the new ones."""
    many = list(rows)
    if not many:
        return set()
    statement = insertion(events, many).on_conflict_do_nothing(index_elements=["id"])
    return set(connection.scalars(statement.returning(events.c.id)).all())


def add_new(connection: Connection, rows: Iterable[EventRow]) -> None:
    """The same for events of which none is there. Raises IntegrityError when somebody else just writes one."""
    insert_all(connection, events, rows)


def known(connection: Connection, ids: Iterable[UUID]) -> set[UUID]:
    """Those of the ids under which something has been written down."""
    return set(connection.scalars(select(events.c.id).where(among(events.c.id, ids))).all())


def exists(connection: Connection, event_id: UUID) -> bool:
    """Whether that has been written down."""
    return connection.scalar(select(events.c.id).where(events.c.id == event_id)) is not None


def of_their_mails(connection: Connection, known: Iterable[EventRow]) -> dict[UUID, list[EventRow]]:
    """All events of the mails that some events belong to, oldest first, by mail; of one hit without end the newest.

    known: they are not read again. An index leads to a mail's events by its person.
    """
    rows = [row for row in known if row.mail_id]
    owners = {"mail_id": events.c.mail_id, "profile_id": events.c.profile_id}
    asked = rows_from(owners, {(row.mail_id, row.profile_id) for row in rows})
    of_one = (
        select(*COLUMNS)
        .where(events.c.profile_id == asked.c.profile_id, events.c.mail_id == asked.c.mail_id)
        .order_by(events.c.at.desc(), events.c.id)
        .limit(MOST_OF_A_MAIL)
        .lateral()
    )
    statement = select(of_one).select_from(asked.join(of_one, true()))
    rows += read(connection, statement.where(not_(among(of_one.c.id, [row.id for row in rows]))))
    found: dict[UUID, list[EventRow]] = {}
    for row in sorted(rows, key=_moment):
        if row.mail_id:
            found.setdefault(row.mail_id, []).append(row)
    return {mail_id: _newest(of_mail) for mail_id, of_mail in found.items()}


def _moment(row: EventRow) -> tuple[datetime, UUID]:
    return row.at, row.id


def _newest(rows: list[EventRow]) -> list[EventRow]:
    """Of a mail's events, oldest first, those that are looked at."""
    if len(rows) <= MOST_OF_A_MAIL:
        return rows
    newest = sorted(
        rows, key=lambda row: row.at, reverse=True
    )  # at one moment the smaller id stays the first
    return sorted(newest[:MOST_OF_A_MAIL], key=_moment)


def of_people_with(
    connection: Connection, mails: Iterable[tuple[UUID, UUID]]
) -> list[tuple[UUID, str, datetime, str | None]]:
    """What people did with mails of (mail, person): the mail, the kind of event, when, which link. No machines."""
    asked = rows_from({"mail_id": events.c.mail_id, "profile_id": events.c.profile_id}, mails).c
    statement = select(events.c.mail_id, events.c.kind, events.c.at, events.c.data["link"].astext).where(
        events.c.profile_id == asked.profile_id,
        events.c.mail_id == asked.mail_id,
        events.c.kind.in_(("mail.opened", "link.clicked")),
        events.c.verdict == "human",
        events.c.scored_at.is_not(None),
    )
    return [(row[0], row[1], row[2], row[3]) for row in connection.execute(statement).all()]


def downloads_without_mail(
    connection: Connection, profile_ids: Iterable[UUID], since: datetime
) -> dict[tuple[UUID, str], list[EventRow]]:
    """(Person, file) → their downloads since a moment by links that no mail of a sequence carried, oldest first."""
    statement = (
        select(*COLUMNS)
        .where(
            among(events.c.profile_id, profile_ids),
            events.c.kind == "file.downloaded",
            events.c.mail_id.is_(None),
            events.c.at >= since,
        )
        .order_by(events.c.at, events.c.id)
    )
    found: dict[tuple[UUID, str], list[EventRow]] = {}
    for row in read(connection, statement):
        found.setdefault((row.profile_id, str(row.data.get("file"))), []).append(row)
    return found


def of_organisations(connection: Connection, spans: Iterable[Span]) -> dict[str, list[EventRow]]:
    """Followed links and files of people of some organisations within some spans of time, by organisation."""
    statement = (
        select(*COLUMNS)
        .where(within_any(spans), events.c.kind.in_(FOLLOWED))
        .order_by(events.c.at, events.c.id)
    )
    found: dict[str, list[EventRow]] = {}
    for row in read(connection, statement):
        found.setdefault(str(row.organisation), []).append(row)
    return found


def of_profile(connection: Connection, profile_id: UUID, limit: int = 200) -> list[EventRow]:
    """What happened to a person, newest first."""
    statement = (
        select(*COLUMNS)
        .where(events.c.profile_id == profile_id)
        .order_by(events.c.at.desc(), events.c.id.desc())
        .limit(limit)
    )
    return read(connection, statement)


def page_of_profile(
    connection: Connection, profile_id: UUID, limit: int, after: Place | None = None
) -> Page[EventRow]:
    """The same, page by page."""
    statement = select(*COLUMNS).where(events.c.profile_id == profile_id)
    return page_of(
        connection, statement, events.c.at, events.c.id, _row, limit=limit, after=after, newest_first=True
    )


def _row(row: Row[Any]) -> EventRow:
    return _event(list(row))


def returned(connection: Connection, profile_id: UUID) -> list[EventRow]:
    """Mails to a person that came back, or were called spam, newest first."""
    statement = (
        select(*COLUMNS)
        .where(events.c.profile_id == profile_id, events.c.kind.in_(("mail.bounced", "mail.complained")))
        .order_by(events.c.at.desc(), events.c.id)
    )
    return read(connection, statement)


def soft_bounces(connection: Connection, profile_id: UUID, since: datetime) -> int:
    """How many different mails to a person came back for a passing reason since a moment.

    Where nobody knows which mail it was, all of a day (UTC) are one.
    """
    day = cast(cast(func.timezone("UTC", events.c.at), Date), Text)
    mail = func.coalesce(events.c.data["delivery"].astext, day)
    statement = select(func.count(mail.distinct())).where(
        events.c.profile_id == profile_id,
        events.c.kind == "mail.bounced",
        events.c.at >= since,
        events.c.data["bounce"].astext == "soft",
    )
    return connection.scalar(statement) or 0


def within_any(spans: Iterable[Span]) -> ColumnElement[bool]:
    """Whether an event belongs to one of these organisations and times, which the statement gets as a table."""
    columns = {"organisation": events.c.organisation, "since": events.c.at, "until": events.c.at}
    span = rows_from(columns, _merged(spans)).c
    return and_(events.c.organisation == span.organisation, events.c.at.between(span.since, span.until))


def _merged(spans: Iterable[Span]) -> list[Span]:
    """The same spans with those joined that overlap."""
    merged: list[Span] = []
    for organisation, since, until in sorted(spans):
        if merged and merged[-1][0] == organisation and since <= merged[-1][2]:
            merged[-1] = (organisation, merged[-1][1], max(until, merged[-1][2]))
        else:
            merged.append((organisation, since, until))
    return merged
