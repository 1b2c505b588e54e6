"""Rows about forms sent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, and_, func, select, update

from bridge.store.beginnings import begun
from bridge.store.rows import values_of
from bridge.store.sets import among, insertion, rows_from
from bridge.store.tables import submissions


@dataclass(frozen=True, slots=True)
class SubmissionRow:
    """A form sent, as it is stored. state: "accepted", "held", "dropped" or "forgotten" (its person is gone)."""

    id: UUID
    profile_id: UUID | None
    form: str
    source: str
    key: str
    content_hash: str
    state: str
    held_because: str | None
    received_at: datetime
    at: datetime
    fields: Mapping[str, str]
    consents: Mapping[str, Any]
    context: Mapping[str, Any]


def add(connection: Connection, rows: Iterable[SubmissionRow]) -> set[UUID]:
    """Write submissions down; one with source and key that are there already is left alone. Returns the new ids."""
    values = [values_of(row) for row in rows]
    if not values:
        return set()
    statement = insertion(submissions, values).on_conflict_do_nothing()
    return set(connection.scalars(statement.returning(submissions.c.id)))


def known(connection: Connection, rows: Iterable[SubmissionRow]) -> set[UUID]:
    """Ids of those of whose source and key a submission is there already."""
    asked = [(row.id, row.source, row.key) for row in rows]
    if not asked:
        return set()
    given = rows_from({name: submissions.c[name] for name in ("id", "source", "key")}, asked).c
    same = (submissions.c.source == given.source, submissions.c.key == given.key)
    return set(connection.scalars(select(given.id).join(submissions, and_(*same))))


def seen_lately(connection: Connection, rows: Iterable[SubmissionRow], within: timedelta) -> set[UUID]:
    """Ids of those whose very content was accepted shortly before (or after, out of order)."""
    asked = [(row.id, row.content_hash, row.received_at - within, row.received_at + within) for row in rows]
    if not asked:
        return set()
    types = {"since": submissions.c.received_at, "until": submissions.c.received_at}
    given = rows_from({"id": submissions.c.id, "content_hash": submissions.c.content_hash, **types}, asked).c
    same = (
        submissions.c.content_hash == given.content_hash,
        submissions.c.state == "accepted",
        submissions.c.received_at.between(given.since, given.until),
    )
    return set(connection.scalars(select(given.id).join(submissions, and_(*same))))


def get(connection: Connection, submission_id: UUID) -> SubmissionRow | None:
    """One submission."""
    found = connection.execute(select(submissions).where(submissions.c.id == submission_id)).first()
    return _submission(found) if found else None


def of_profile(connection: Connection, profile_id: UUID) -> list[SubmissionRow]:
    """A person's submissions, newest first."""
    statement = (
        select(submissions).where(submissions.c.profile_id == profile_id).order_by(submissions.c.at.desc())
    )
    return [_submission(row) for row in connection.execute(statement)]


def forms_of(connection: Connection, profile_ids: Iterable[UUID]) -> dict[UUID, set[str]]:
    """Person → ids of the forms that they sent."""
    statement = select(submissions.c.profile_id, submissions.c.form).where(
        among(submissions.c.profile_id, profile_ids)
    )
    found: dict[UUID, set[str]] = {}
    for profile_id, form in connection.execute(statement):
        found.setdefault(profile_id, set()).add(form)
    return found


def forms(connection: Connection, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Submission → id of its form."""
    statement = select(submissions.c.id, submissions.c.form).where(among(submissions.c.id, ids))
    return {row[0]: row[1] for row in connection.execute(statement).all()}


def newest_of_forms(
    connection: Connection, profile_ids: Iterable[UUID], forms: Iterable[str]
) -> dict[UUID, datetime]:
    """Person → when they sent one of these forms last, for those who did."""
    statement = (
        select(submissions.c.profile_id, func.max(submissions.c.at))
        .where(among(submissions.c.profile_id, profile_ids), among(submissions.c.form, forms))
        .group_by(submissions.c.profile_id)
    )
    return {row[0]: row[1] for row in connection.execute(statement).all()}


def held(connection: Connection) -> list[SubmissionRow]:
    """Submissions that look like spam and wait for a person's decision, oldest first."""
    statement = select(submissions).where(submissions.c.state == "held").order_by(submissions.c.received_at)
    return [_submission(row) for row in connection.execute(statement)]


def held_named(connection: Connection, beginning: str) -> list[UUID]:
    """Ids of held submissions that begin so, see `begun`."""
    return begun(connection, submissions.c.id, beginning, submissions.c.state == "held")


def decide(connection: Connection, submission_id: UUID, state: str) -> bool:
    """Release ("accepted") or drop ("dropped") a held submission; False when it is not held any more."""
    statement = (
        update(submissions)
        .where(submissions.c.id == submission_id, submissions.c.state == "held")
        .values(state=state)
    )
    return connection.execute(statement).rowcount == 1


def assign(connection: Connection, rows: Iterable[SubmissionRow]) -> None:
    """Say whose submissions these are, once that is known, and what is kept of their context."""
    names = ("id", "profile_id", "context")
    told = [[getattr(row, name) for name in names] for row in rows]
    given = rows_from({name: submissions.c[name] for name in names}, told).c
    connection.execute(
        update(submissions)
        .where(submissions.c.id == given.id)
        .values(profile_id=given.profile_id, context=given.context)
    )


def leave_marks(connection: Connection, profile_id: UUID, since: datetime) -> None:
    """Somebody goes, but the keys of their newer submissions stay for a while, and nothing else of them.

    A sender may repeat a submission for 30 days, and that must have no second effect.
    """
    connection.execute(
        update(submissions)
        .where(
            submissions.c.profile_id == profile_id,
            submissions.c.source == "api",
            submissions.c.received_at > since,
        )
        .values(profile_id=None, state="forgotten", content_hash="", fields={}, consents={}, context={})
    )


def forget_browsers(connection: Connection, visitors: Iterable[str]) -> None:
    """Forget from which of these browsers forms were sent."""
    named = (
        submissions.c.context.has_key("visitor"),
        submissions.c.context["visitor"].astext.in_(list(visitors)),
    )
    connection.execute(
        update(submissions).where(*named).values(context=submissions.c.context.op("-")("visitor"))
    )


def _submission(row: Row[Any]) -> SubmissionRow:
    return SubmissionRow(**row._mapping)
