"""Remove what is known about a person, and read it out whole."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Text, cast, delete, func, select

from bridge.store.tables import (
    consents,
    dead_letters,
    enrolments,
    events,
    handovers,
    ledger,
    mails,
    metadata,
    outbox,
    profiles,
    stage_changes,
    submissions,
)

OF_A_PERSON = (submissions, consents, mails, events, ledger, stage_changes, handovers, enrolments, outbox)


def erase(connection: Connection, profile_id: UUID, email_key: str) -> None:
    """Delete a profile with everything that refers to it, and what could not be processed of that address."""
    connection.execute(delete(profiles).where(profiles.c.id == profile_id))
    connection.execute(
        delete(submissions).where(func.lower(submissions.c.fields["email"].astext) == email_key)
    )
    mentions = func.lower(cast(dead_letters.c.payload, Text)).contains(email_key, autoescape=True)
    connection.execute(delete(dead_letters).where(mentions))


def read_out(connection: Connection, profile_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """Table → rows about a person, as they are stored."""
    found = {"profiles": _rows(connection, profiles.c.id == profile_id, "profiles")}
    for table in OF_A_PERSON:
        found[table.name] = _rows(connection, table.c.profile_id == profile_id, table.name)
    return found


def _rows(connection: Connection, condition: Any, name: str) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in connection.execute(select(metadata.tables[name]).where(condition))]
