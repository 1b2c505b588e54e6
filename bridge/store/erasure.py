"""Remove what is known about a person, and read it out whole."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, delete, func, select

from bridge.profiles.address import InvalidAddress, parse_address
from bridge.store.tables import (
    consents,
    dead_letters,
    enrolments,
    events,
    handovers,
    ledger,
    link_openings,
    mails,
    metadata,
    outbox,
    profile_links,
    profiles,
    stage_changes,
    submissions,
)

OF_A_PERSON = (
    submissions,
    consents,
    mails,
    events,
    ledger,
    stage_changes,
    handovers,
    enrolments,
    outbox,
    profile_links,
)


def erase(connection: Connection, profile_id: UUID, email_key: str) -> None:
    """Delete a profile with everything that refers to it, and what was held or buried of that address."""
    connection.execute(delete(profiles).where(profiles.c.id == profile_id))
    held = select(submissions.c.id, submissions.c.fields["email"].astext).where(
        submissions.c.profile_id.is_(None)
    )
    _delete_of(connection, submissions, email_key, connection.execute(held).all())
    buried = select(dead_letters.c.id, dead_letters.c.payload["body"]["fields"]["email"].astext)
    _delete_of(connection, dead_letters, email_key, connection.execute(buried).all())
    raw = dead_letters.c.payload["body"]["raw"].astext
    connection.execute(
        delete(dead_letters).where(func.lower(raw).contains(f'"{email_key}"', autoescape=True))
    )


def _delete_of(connection: Connection, table: Table, email_key: str, rows: Sequence[Any]) -> None:
    found = [row[0] for row in rows if row[1] and _key(row[1]) == email_key]
    connection.execute(delete(table).where(table.c.id.in_(found)))


def _key(address: str) -> str | None:
    try:
        return parse_address(address).key
    except InvalidAddress:
        return None


def read_out(connection: Connection, profile_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """Table → rows about a person, as they are stored."""
    found = {"profiles": _rows(connection, profiles.c.id == profile_id, "profiles")}
    for table in OF_A_PERSON:
        found[table.name] = _rows(connection, table.c.profile_id == profile_id, table.name)
    opened = link_openings.c.link_id.in_(
        select(profile_links.c.id).where(profile_links.c.profile_id == profile_id)
    )
    found["link_openings"] = _rows(connection, opened, "link_openings")
    return found


def _rows(connection: Connection, condition: Any, name: str) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in connection.execute(select(metadata.tables[name]).where(condition))]
