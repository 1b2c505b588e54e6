"""Rows about mails to people."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Row, func, select, update
from sqlalchemy.dialects.postgresql import aggregate_order_by

from bridge.store.rows import values_of
from bridge.store.sets import among, insertion, rows_from
from bridge.store.tables import mails, outbox


@dataclass(frozen=True, slots=True)
class MailRow:
    """One message to one person. links: {"number", "url", "label", "topics"} of each content link.

    handed_at: when the newest attempt to send it began. sent_at: when the mail server accepted it.
    step_id, round: which step of its series, and of which time that it runs. variant: which wording, where there are
    several.
    """

    id: UUID
    profile_id: UUID
    template: str
    language: str
    message_id: str
    created_at: datetime
    sequence: str | None = None
    step: int | None = None
    subject: str = ""
    tracked: bool = False
    links: tuple[Mapping[str, Any], ...] = ()
    handed_at: datetime | None = None
    sent_at: datetime | None = None
    step_id: str | None = None
    round: int = 0
    variant: str | None = None


class Content(NamedTuple):
    """What a mail contains. links: as in MailRow."""

    mail_id: UUID
    subject: str
    tracked: bool
    links: Iterable[Mapping[str, Any]]


def add(connection: Connection, rows: Iterable[MailRow]) -> set[UUID]:
    """Write mails down, and return the ids of the new ones: a step is prepared for a person once."""
    values = [values_of(row) for row in rows]
    if not values:
        return set()
    statement = insertion(mails, values).on_conflict_do_nothing()
    return set(connection.scalars(statement.returning(mails.c.id)))


def get(connection: Connection, mail_ids: Iterable[UUID]) -> dict[UUID, MailRow]:
    """Mails by id."""
    statement = select(mails).where(among(mails.c.id, mail_ids))
    return {row.id: _mail(row) for row in connection.execute(statement).all()}


class Brief(NamedTuple):
    """As much of a mail as its hits need."""

    id: UUID
    profile_id: UUID
    template: str
    subject: str
    tracked: bool
    links: Sequence[Mapping[str, Any]]


def briefs(connection: Connection, mail_ids: Iterable[UUID]) -> dict[UUID, Brief]:
    """The same, with as much as their hits need."""
    columns = (mails.c[name] for name in Brief._fields)
    statement = select(*columns).where(among(mails.c.id, mail_ids))
    return {row[0]: Brief(*row) for row in connection.execute(statement).all()}


def handed(connection: Connection, at: datetime, contents: Iterable[Content]) -> None:
    """Note what mails contain, before they are sent: clicks may arrive before we hear that they were."""
    rows = [(one.mail_id, one.subject, one.tracked, list(one.links)) for one in contents]
    if not rows:
        return
    columns = {name: mails.c[name] for name in ("id", "subject", "tracked", "links")}
    given = rows_from(columns, rows).c
    values = {"subject": given.subject, "tracked": given.tracked, "links": given.links}
    noted = update(mails).where(mails.c.id == given.id).values(**values, handed_at=at, sent_at=None)
    connection.execute(noted)


class Past(NamedTuple):
    """What was prepared of one series for one person.

    newest: the newest mail. nameless: where steps stood whose mails were prepared before steps had names, and what
    these mails were called.
    """

    profile_id: UUID
    sequence: str
    last: datetime
    newest: UUID
    nameless: frozenset[int | str]


def past_of(connection: Connection, profile_ids: Iterable[UUID]) -> list[Past]:
    """What was prepared of each series for some people."""
    newest_first = (mails.c.created_at.desc(), mails.c.id)
    steps, templates = (
        func.array_agg(column).filter(mails.c.step_id.is_(None))
        for column in (mails.c.step, mails.c.template)
    )
    statement = (
        select(
            mails.c.profile_id,
            mails.c.sequence,
            func.max(mails.c.created_at),
            func.array_agg(aggregate_order_by(mails.c.id, *newest_first))[1],
            steps,
            templates,
        )
        .where(among(mails.c.profile_id, profile_ids), mails.c.sequence.is_not(None))
        .group_by(mails.c.profile_id, mails.c.sequence)
    )
    found = connection.execute(statement).all()
    return [
        Past(row[0], row[1], row[2], row[3], frozenset((*(row[4] or ()), *(row[5] or ())))) for row in found
    ]


def of_profile(connection: Connection, profile_id: UUID, limit: int = 200) -> list[tuple[MailRow, str]]:
    """A person's newest mails, newest first, each with the state of its delivery."""
    statement = (
        select(mails, outbox.c.state.label("delivery"))
        .outerjoin(outbox, outbox.c.id == mails.c.id)
        .where(mails.c.profile_id == profile_id)
        .order_by(mails.c.created_at.desc())
        .limit(limit)
    )
    return [(_mail(row), row.delivery or "sent") for row in connection.execute(statement)]


def _mail(row: Row[Any]) -> MailRow:
    values = row._mapping
    return MailRow(
        **{column: values[column] for column in MailRow.__slots__ if column != "links"},
        links=tuple(row.links),
    )
