"""Rows about what happened at the links to profiles: who opened one, was stopped, asked for a code, signed in."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, insert, select, text, update

from bridge.store.rows import values_of
from bridge.store.tables import link_openings, profile_links

KINDS = ("opened", "stopped", "code_sent", "code_wrong", "signed_in", "signed_out", "closed")


@dataclass(frozen=True, slots=True)
class AccessRow:
    """Something that happened at a link. what: one of KINDS. device_id: None where the device was not known.

    times: how often, the last time at `at`.
    """

    id: UUID
    link_id: UUID
    at: datetime
    what: str
    device_id: UUID | None = None
    ip: str | None = None
    user_agent: str | None = None
    times: int = 1


def note(connection: Connection, row: AccessRow) -> None:
    """Write down what happened."""
    connection.execute(insert(link_openings).values(**values_of(row)))


def stopped_since(connection: Connection, link_id: UUID, since: datetime) -> list[AccessRow]:
    """Who was stopped at a link since a moment, newest first."""
    statement = (
        select(link_openings)
        .where(
            link_openings.c.link_id == link_id,
            link_openings.c.what == "stopped",
            link_openings.c.at > since,
        )
        .order_by(link_openings.c.at.desc())
    )
    return [_access(row) for row in connection.execute(statement)]


def note_again(connection: Connection, row_id: UUID, at: datetime) -> None:
    """The same happened once more."""
    values = {"times": link_openings.c.times + 1, "at": at}
    connection.execute(update(link_openings).where(link_openings.c.id == row_id).values(values))


def codes_sent(connection: Connection, sales_person: str, since: datetime) -> list[AccessRow]:
    """By whom codes were asked for since a moment, by any link of a sales person, oldest first."""
    statement = (
        select(link_openings)
        .join(profile_links, profile_links.c.id == link_openings.c.link_id)
        .where(
            profile_links.c.sales_person == sales_person,
            link_openings.c.what == text("'code_sent'"),
            link_openings.c.at > since,
        )
        .order_by(link_openings.c.at)
    )
    return [_access(row) for row in connection.execute(statement)]


def of_profile(
    connection: Connection, profile_id: UUID, kinds: Collection[str], limit: int = 100
) -> list[tuple[AccessRow, str]]:
    """What of some kinds happened at the links to a profile, newest first, each with whose link it was."""
    statement = (
        select(link_openings, profile_links.c.sales_person)
        .join(profile_links, profile_links.c.id == link_openings.c.link_id)
        .where(profile_links.c.profile_id == profile_id, link_openings.c.what.in_(kinds))
        .order_by(link_openings.c.at.desc(), link_openings.c.id.desc())
        .limit(limit)
    )
    return [(_access(row), row.sales_person) for row in connection.execute(statement)]


def _access(row: Row[Any]) -> AccessRow:
    return AccessRow(**{column: row._mapping[column] for column in AccessRow.__slots__})
