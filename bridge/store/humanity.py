"""Rows about what proves a person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select

from bridge.store.rows import values_of
from bridge.store.sets import insertion
from bridge.store.tables import proofs_of_humanity


@dataclass(frozen=True, slots=True)
class ProofRow:
    """Something that machines do not do; see bridge.judgement.sightings.Proof."""

    id: UUID
    profile_id: UUID
    at: datetime
    how: str
    hit_id: UUID | None = None
    ip: str | None = None
    user_agent: str | None = None


def add(connection: Connection, rows: Iterable[ProofRow]) -> None:
    """Write proofs down; one that is there already is left alone."""
    values = [values_of(row) for row in rows]
    if values:
        connection.execute(
            insertion(proofs_of_humanity, values).on_conflict_do_nothing(index_elements=["id"])
        )


def of_profiles(connection: Connection, profile_ids: Iterable[UUID]) -> dict[UUID, list[ProofRow]]:
    """All proofs of some people, oldest first."""
    statement = (
        select(proofs_of_humanity)
        .where(proofs_of_humanity.c.profile_id.in_(list(profile_ids)))
        .order_by(proofs_of_humanity.c.at, proofs_of_humanity.c.id)
    )
    found: dict[UUID, list[ProofRow]] = {}
    for row in connection.execute(statement):
        found.setdefault(row.profile_id, []).append(ProofRow(**row._mapping))
    return found
