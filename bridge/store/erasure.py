"""Remove what is known about a person, and read it out whole."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, Table, delete, func, select

from bridge.profiles.address import InvalidAddress, parse_address
from bridge.store.tables import (
    consents,
    dead_letters,
    enrolments,
    events,
    handovers,
    identities,
    ledger,
    link_openings,
    mails,
    metadata,
    outbox,
    profile_links,
    profiles,
    stage_changes,
    submissions,
    visits,
)

OF_A_PERSON = (
    identities,
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


def erase(connection: Connection, profile_id: UUID | None, email_key: str) -> None:
    """Delete a profile with everything that refers to it, and what was held or buried of that address."""
    if profile_id is not None:
        named = select(submissions.c.context["visitor"].astext).where(submissions.c.profile_id == profile_id)
        browsers = [*_browsers(connection, profile_id), *filter(None, connection.scalars(named))]
        connection.execute(delete(visits).where(visits.c.visitor.in_(browsers)))
        connection.execute(delete(dead_letters).where(_visitor_of_letter.in_(browsers)))
        connection.execute(delete(profiles).where(profiles.c.id == profile_id))
    for table, ids in _unassigned(connection, email_key).items():
        connection.execute(delete(table).where(table.c.id.in_(ids)))


_visitor_of_letter = dead_letters.c.payload["body"]["visitor"].astext


def _browsers(connection: Connection, profile_id: UUID) -> list[str]:
    """The ids of a person's browsers."""
    statement = select(identities.c.value).where(
        identities.c.profile_id == profile_id, identities.c.kind == "visitor"
    )
    return list(connection.scalars(statement))


def knows(connection: Connection, email_key: str) -> bool:
    """Whether anything is held or buried of an address that is no profile."""
    return any(_unassigned(connection, email_key).values())


def _unassigned(connection: Connection, email_key: str) -> dict[Table, list[UUID]]:
    """Held submissions and dead letters of an address, by table."""
    held = select(submissions.c.id, submissions.c.fields["email"].astext).where(
        submissions.c.profile_id.is_(None)
    )
    buried = select(dead_letters.c.id, dead_letters.c.payload["body"]["fields"]["email"].astext)
    raw = func.lower(dead_letters.c.payload["body"]["raw"].astext)
    whole = select(dead_letters.c.id).where(raw.contains(f'"{email_key}"', autoescape=True))
    return {
        submissions: _of(connection, held, email_key),
        dead_letters: _of(connection, buried, email_key) + list(connection.scalars(whole)),
    }


def _of(connection: Connection, statement: Select[Any], email_key: str) -> list[UUID]:
    return [row[0] for row in connection.execute(statement) if row[1] and _key(row[1]) == email_key]


def _key(address: str) -> str | None:
    try:
        return parse_address(address).key
    except InvalidAddress:
        return None


def read_out(
    connection: Connection, profile_id: UUID | None, email_key: str
) -> dict[str, list[dict[str, Any]]]:
    """Table → rows about a person, as they are stored; also what was held or buried of the address."""
    found: dict[str, list[dict[str, Any]]] = {}
    if profile_id is not None:
        found["profiles"] = _rows(connection, profiles.c.id == profile_id, "profiles")
        for table in OF_A_PERSON:
            found[table.name] = _rows(connection, table.c.profile_id == profile_id, table.name)
        browsers = _browsers(connection, profile_id)
        found["visits"] = _rows(connection, visits.c.visitor.in_(browsers), "visits")
        links = select(profile_links.c.id).where(profile_links.c.profile_id == profile_id)
        found["link_openings"] = _rows(connection, link_openings.c.link_id.in_(links), "link_openings")
    for table, ids in _unassigned(connection, email_key).items():
        found.setdefault(table.name, []).extend(_rows(connection, table.c.id.in_(ids), table.name))
    return found


def _rows(connection: Connection, condition: Any, name: str) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in connection.execute(select(metadata.tables[name]).where(condition))]
