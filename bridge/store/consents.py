"""Rows about consents. They are added and never changed."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select
from sqlalchemy.dialects.postgresql import insert

from bridge.profiles.consent import Consent
from bridge.store.address_hashes import hash_of
from bridge.store.tables import consent_proofs, consents, profiles

_ANSWERS = select(consents, consent_proofs.c.ip, consent_proofs.c.user_agent).outerjoin(
    consent_proofs, consent_proofs.c.id == consents.c.id
)
"""Answers with what is kept apart, in their proofs: from where they came."""


def add(connection: Connection, rows: Iterable[Consent]) -> None:
    """Write answers down, each with its proof; one that is there already is left alone."""
    answers = list(rows)
    if not answers:
        return
    values = [{**asdict(row), "text_hash": row.text_hash} for row in answers]
    kept = [{name: value for name, value in row.items() if name in consents.c} for row in values]
    connection.execute(insert(consents).on_conflict_do_nothing(index_elements=["id"]), kept)
    hashes = _hashes(connection, {row.profile_id for row in answers})
    proofs = [
        {name: value for name, value in row.items() if name in consent_proofs.c}
        | {"address_hash": hashes[row["profile_id"]]}
        for row in values
    ]
    connection.execute(insert(consent_proofs).on_conflict_do_nothing(index_elements=["id"]), proofs)


def _hashes(connection: Connection, profile_ids: set[UUID]) -> dict[UUID, str]:
    statement = select(profiles.c.id, profiles.c.email_key).where(profiles.c.id.in_(profile_ids))
    return {row.id: hash_of(connection, row.email_key) for row in connection.execute(statement)}


def of_profile(connection: Connection, profile_id: UUID) -> list[Consent]:
    """All answers of a person, oldest first."""
    return of_profiles(connection, [profile_id]).get(profile_id, [])


def of_profiles(connection: Connection, profile_ids: Iterable[UUID]) -> dict[UUID, list[Consent]]:
    """All answers of several people, oldest first."""
    statement = _ANSWERS.where(consents.c.profile_id.in_(list(profile_ids))).order_by(
        consents.c.at, consents.c.id
    )
    found: dict[UUID, list[Consent]] = {}
    for row in connection.execute(statement):
        found.setdefault(row.profile_id, []).append(_consent(row))
    return found


def of_submission(connection: Connection, submission_id: UUID) -> list[Consent]:
    """What was ticked on one form."""
    statement = _ANSWERS.where(consents.c.submission_id == submission_id).order_by(consents.c.purpose)
    return [_consent(row) for row in connection.execute(statement)]


def _consent(row: Row[Any]) -> Consent:
    values = dict(row._mapping)
    values.pop("text_hash")
    return Consent(**values)
