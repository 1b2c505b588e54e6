"""Rows about consents. They are added and never changed; what proves them is kept apart."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Row, Select, func, select
from sqlalchemy.dialects.postgresql import distinct_on

from bridge.profiles.consent import SCORING, Consent, State
from bridge.store import consent_proofs
from bridge.store.sets import among, insertion
from bridge.store.tables import consents, profiles, submissions


def add(connection: Connection, rows: Iterable[Consent], written_at: datetime | None = None) -> None:
    """Write answers down, each with its proof; one that is there already is left alone.

    written_at: for answers that were given some time before they came here.
    """
    answers = list(rows)
    if not answers:
        return
    values = [{column.name: getattr(row, column.name) for column in consents.c} for row in answers]
    connection.execute(insertion(consents, values).on_conflict_do_nothing(index_elements=["id"]))
    addresses = _addresses(connection, {row.profile_id for row in answers})
    proved = [(addresses[row.profile_id], row, written_at or row.at) for row in answers]
    consent_proofs.add(connection, proved)


def _addresses(connection: Connection, profile_ids: set[UUID]) -> dict[UUID, str]:
    statement = select(profiles.c.id, profiles.c.email_key).where(among(profiles.c.id, profile_ids))
    return {row.id: row.email_key for row in connection.execute(statement)}


def of_profile(connection: Connection, profile_id: UUID) -> list[Consent]:
    """All answers of a person, oldest first."""
    return of_profiles(connection, [profile_id]).get(profile_id, [])


def of_profiles(connection: Connection, profile_ids: Iterable[UUID]) -> dict[UUID, list[Consent]]:
    """All answers of several people, oldest first."""
    statement = (
        select(consents)
        .where(among(consents.c.profile_id, profile_ids))
        .order_by(consents.c.at, consents.c.id)
    )
    found: dict[UUID, list[Consent]] = {}
    for row in connection.execute(statement):
        found.setdefault(row.profile_id, []).append(_consent(row))
    return found


class Said(NamedTuple):
    """What counts of an answer; see bridge.profiles.consent.Answer."""

    id: UUID
    purpose: str
    state: State
    at: datetime


_SAID = (consents.c.profile_id, consents.c.id, consents.c.purpose, consents.c.state, consents.c.at)


def said(connection: Connection, profile_ids: Iterable[UUID]) -> dict[UUID, list[Said]]:
    """What counts of all answers of several people."""
    statement = select(*_SAID).where(among(consents.c.profile_id, profile_ids))
    return _said(connection, statement)


def allowing_mail(connection: Connection, profile_ids: Iterable[UUID]) -> set[UUID]:
    """Those of some people who allow advertising mail: their newest answer, but for mere requests, is yes."""
    newest = (
        select(consents.c.profile_id, consents.c.state)
        .where(
            among(consents.c.profile_id, profile_ids),
            consents.c.purpose == "email",
            consents.c.state != "requested",
        )
        .ext(distinct_on(consents.c.profile_id))
        .order_by(consents.c.profile_id, consents.c.at.desc(), consents.c.id.desc())
        .subquery()
    )
    return set(connection.scalars(select(newest.c.profile_id).where(newest.c.state == "given")))


def on_watching(connection: Connection, profile_ids: Iterable[UUID]) -> dict[UUID, list[Said]]:
    """What people answered to being known by what they do, but for what they were only asked."""
    statement = select(*_SAID).where(
        among(consents.c.profile_id, profile_ids),
        consents.c.purpose.in_(("tracking", SCORING)),
        consents.c.state != "requested",
    )
    return _said(connection, statement)


def _said(connection: Connection, statement: Select[Any]) -> dict[UUID, list[Said]]:
    found: dict[UUID, list[Said]] = {}
    for profile_id, *one in connection.execute(statement).all():
        found.setdefault(profile_id, []).append(Said(*one))
    return found


def of_submission(connection: Connection, submission_id: UUID) -> list[Consent]:
    """What was ticked on one form."""
    statement = (
        select(consents, submissions.c.form)
        .outerjoin(submissions, submissions.c.id == consents.c.submission_id)
        .where(consents.c.submission_id == submission_id)
        .order_by(consents.c.purpose)
    )
    return [_consent(row) for row in connection.execute(statement)]


def count_unsubscribed(connection: Connection) -> int:
    """How many people withdrew their consent to advertising mail, and have not given it again."""
    last = (
        select(consents.c.state)
        .where(consents.c.purpose == "email", consents.c.state != "requested")
        .ext(distinct_on(consents.c.profile_id))
        .order_by(consents.c.profile_id, consents.c.at.desc(), consents.c.id.desc())
        .subquery()
    )
    statement = select(func.count()).select_from(last).where(last.c.state == "withdrawn")
    return connection.scalar(statement) or 0


def _consent(row: Row[Any]) -> Consent:
    values = dict(row._mapping)
    values.pop("text_hash")
    return Consent(**values)
