"""Rows about mails to people."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, select, update
from sqlalchemy.dialects.postgresql import insert

from bridge.store.database import was_inserted
from bridge.store.rows import values_of
from bridge.store.sets import among
from bridge.store.tables import mails, outbox


@dataclass(frozen=True, slots=True)
class MailRow:
    """One message to one person. links: {"number", "url", "label", "topics"} of each content link.

    handed_at: when the newest attempt to send it began. sent_at: when the mail server accepted it.
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


def add(connection: Connection, row: MailRow) -> bool:
    """Write a mail down; False when that step of the sequence was prepared for this person before."""
    values = values_of(row) | {"links": list(row.links)}
    return was_inserted(connection, insert(mails).values(**values).on_conflict_do_nothing())


def get(connection: Connection, mail_ids: Iterable[UUID]) -> dict[UUID, MailRow]:
    """Mails by id."""
    statement = select(mails).where(among(mails.c.id, mail_ids))
    return {row.id: _mail(row) for row in connection.execute(statement)}


def handed(
    connection: Connection,
    mail_id: UUID,
    at: datetime,
    *,
    subject: str,
    tracked: bool,
    links: Iterable[Mapping[str, Any]],
) -> None:
    """Note what a mail contains, before it is sent: its clicks may arrive before we hear that it was sent."""
    values = {"subject": subject, "tracked": tracked, "links": list(links), "handed_at": at, "sent_at": None}
    connection.execute(update(mails).where(mails.c.id == mail_id).values(**values))


def sent(connection: Connection, mail_id: UUID, at: datetime) -> str | None:
    """Note when a mail was sent; returns its template, None when it is gone."""
    statement = update(mails).where(mails.c.id == mail_id).values(sent_at=at).returning(mails.c.template)
    template: str | None = connection.scalar(statement)
    return template


def last_prepared(connection: Connection, profile_ids: Iterable[UUID]) -> dict[UUID, datetime]:
    """When the newest nurture mail of each person was prepared."""
    statement = (
        select(mails.c.profile_id, func.max(mails.c.created_at))
        .where(mails.c.profile_id.in_(list(profile_ids)), mails.c.sequence.is_not(None))
        .group_by(mails.c.profile_id)
    )
    return {row[0]: row[1] for row in connection.execute(statement)}


def of_profile(connection: Connection, profile_id: UUID) -> list[tuple[MailRow, str]]:
    """A person's mails, newest first, each with the state of its delivery."""
    statement = (
        select(mails, outbox.c.state.label("delivery"))
        .outerjoin(outbox, outbox.c.id == mails.c.id)
        .where(mails.c.profile_id == profile_id)
        .order_by(mails.c.created_at.desc())
    )
    return [(_mail(row), row.delivery or "sent") for row in connection.execute(statement)]


def _mail(row: Row[Any]) -> MailRow:
    return MailRow(
        **{column: row._mapping[column] for column in MailRow.__slots__ if column != "links"},
        links=tuple(row.links),
    )
