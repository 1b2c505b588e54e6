"""Rows about codes that let a device in. The code itself is stored nowhere: see `delivery/codes.py`."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, func, insert, select, update

from bridge.store.rows import values_of
from bridge.store.tables import link_codes

SEED = 0x636F6465
"""Keeps these locks apart from others of the same name."""


@dataclass(frozen=True, slots=True)
class CodeRow:
    """A code that was sent to the addressee of a link, last at `created_at`. tries: how often somebody typed one."""

    id: UUID
    link_id: UUID
    created_at: datetime
    expires_at: datetime
    tries: int = 0
    used_at: datetime | None = None


def add(connection: Connection, row: CodeRow) -> None:
    """Write a code down."""
    connection.execute(insert(link_codes).values(**values_of(row)))


def get(connection: Connection, code_id: UUID) -> CodeRow | None:
    """One code."""
    found = connection.execute(select(link_codes).where(link_codes.c.id == code_id)).first()
    return CodeRow(**found._mapping) if found else None


def newest(connection: Connection, link_id: UUID) -> CodeRow | None:
    """The code that was asked for last; only that one is good."""
    statement = (
        select(link_codes)
        .where(link_codes.c.link_id == link_id)
        .order_by(link_codes.c.created_at.desc(), link_codes.c.id.desc())
        .limit(1)
    )
    found = connection.execute(statement).first()
    return CodeRow(**found._mapping) if found else None


def take_turns(connection: Connection, sales_person: str) -> None:
    """Let others who ask for a code of this sales person wait until this transaction ends."""
    connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(sales_person, SEED))))


def renew(connection: Connection, code_id: UUID, now: datetime, expires_at: datetime) -> None:
    """The same code is sent once more, and is good for as long as a new one."""
    values = {"created_at": now, "expires_at": expires_at}
    connection.execute(update(link_codes).where(link_codes.c.id == code_id).values(values))


def take_try(connection: Connection, code_id: UUID, now: datetime, most: int) -> bool:
    """Use up one try; False when none is left, or the code is used or over. Others wait until we are done."""
    statement = (
        update(link_codes)
        .where(
            link_codes.c.id == code_id,
            link_codes.c.used_at.is_(None),
            link_codes.c.expires_at > now,
            link_codes.c.tries < most,
        )
        .values(tries=link_codes.c.tries + 1)
    )
    return connection.execute(statement).rowcount == 1


def use(connection: Connection, code_id: UUID, now: datetime) -> None:
    """A code is used once. The caller took a try of it in this transaction."""
    connection.execute(update(link_codes).where(link_codes.c.id == code_id).values(used_at=now))
