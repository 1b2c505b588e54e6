"""Rows about consents. They are added and never changed."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select
from sqlalchemy.dialects.postgresql import insert

from bridge.profiles.consent import Consent
from bridge.store.tables import consents


def add(connection: Connection, rows: Iterable[Consent]) -> None:
    """Write answers down; one that is there already is left alone."""
    values = [{**asdict(row), "text_hash": row.text_hash} for row in rows]
    if values:
        connection.execute(insert(consents).on_conflict_do_nothing(index_elements=["id"]), values)


def of_profile(connection: Connection, profile_id: UUID) -> list[Consent]:
    """All answers of a person, oldest first."""
    return of_profiles(connection, [profile_id]).get(profile_id, [])


def of_profiles(connection: Connection, profile_ids: Iterable[UUID]) -> dict[UUID, list[Consent]]:
    """All answers of several people, oldest first."""
    statement = (
        select(consents)
        .where(consents.c.profile_id.in_(list(profile_ids)))
        .order_by(consents.c.at, consents.c.id)
    )
    found: dict[UUID, list[Consent]] = {}
    for row in connection.execute(statement):
        found.setdefault(row.profile_id, []).append(_consent(row))
    return found


def of_submission(connection: Connection, submission_id: UUID) -> list[Consent]:
    """What was ticked on one form."""
    statement = select(consents).where(consents.c.submission_id == submission_id).order_by(consents.c.purpose)
    return [_consent(row) for row in connection.execute(statement)]


def _consent(row: Row[Any]) -> Consent:
    values = dict(row._mapping)
    values.pop("text_hash")
    return Consent(**values)
