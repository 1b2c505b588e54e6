"""Rows about what happened at the links to profiles: who opened one, was stopped, asked for a code, signed in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, insert, select

from bridge.store.tables import link_openings, profile_links

KINDS = ("opened", "stopped", "code_sent", "code_wrong", "signed_in", "signed_out", "closed")


@dataclass(frozen=True, slots=True)
class AccessRow:
    """Something that happened at a link. what: one of KINDS. device_id: None where the device was not known."""

    id: UUID
    link_id: UUID
    at: datetime
    what: str
    device_id: UUID | None = None
    ip: str | None = None
    user_agent: str | None = None


def note(connection: Connection, row: AccessRow) -> None:
    """Write down what happened."""
    connection.execute(insert(link_openings).values(**{c: getattr(row, c) for c in AccessRow.__slots__}))


def of_profile(connection: Connection, profile_id: UUID, limit: int = 100) -> list[tuple[AccessRow, str]]:
    """What happened at the links to a profile, newest first, each with the sales person whose link it was."""
    statement = (
        select(link_openings, profile_links.c.sales_person)
        .join(profile_links, profile_links.c.id == link_openings.c.link_id)
        .where(profile_links.c.profile_id == profile_id)
        .order_by(link_openings.c.at.desc(), link_openings.c.id.desc())
        .limit(limit)
    )
    return [(_access(row), row.sales_person) for row in connection.execute(statement)]


def _access(row: Row[Any]) -> AccessRow:
    return AccessRow(**{column: row._mapping[column] for column in AccessRow.__slots__})
