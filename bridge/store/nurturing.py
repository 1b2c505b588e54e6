"""People for whom a series may begin though nothing happened just now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    Text,
    and_,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import array

from bridge.qualification.stages import BEFORE_SALES
from bridge.store.sets import among, rows_from
from bridge.store.tables import consents, enrolments, events, ledger, profiles

REACTIONS = (
    "address.confirmed",
    "mail.opened",
    "link.clicked",
    "file.downloaded",
    "page.visited",
    "form.submitted",
    "preferences.saved",
    "question.answered",
)
"""What people do who are awake."""


@dataclass(frozen=True, slots=True)
class Interest:
    """A follow-up that begins by the wish for a topic, or without any wishes by so many points for it.

    since: who had it since then may not have it again; None is for ever.
    """

    sequence: str
    topic: str
    points: int
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Of the people in the order of their ids so many, beginning after one of them; or only some."""

    after: UUID | None = None
    limit: int | None = None
    among: Sequence[UUID] | None = None


def interested(
    connection: Connection,
    follow_ups: Iterable[Interest],
    kin: Iterable[str],
    topics: Iterable[str],
    page: Page,
) -> list[UUID]:
    """People who may be written to, are interested enough in a topic, and have no active place among `kin`.

    topics: all of the programme; whoever chose none of these chose nothing.
    """
    columns = {
        "sequence": enrolments.c.sequence,
        "topic": ledger.c.topic,
        "points": ledger.c.points,
        "since": enrolments.c.started_at,
    }
    wanted = rows_from(columns, ((one.sequence, one.topic, one.points, one.since) for one in follow_ups))
    had = (
        exists()
        .where(
            enrolments.c.profile_id == profiles.c.id,
            enrolments.c.sequence == wanted.c.sequence,
            or_(wanted.c.since.is_(None), enrolments.c.started_at > wanted.c.since),
            enrolments.c.ended_because.is_distinct_from("not chosen"),
        )
        .correlate(profiles, wanted)
    )
    score = (
        select(func.sum(ledger.c.points))
        .where(ledger.c.profile_id == profiles.c.id, ledger.c.topic == wanted.c.topic)
        .correlate(profiles, wanted)
        .scalar_subquery()
    )
    chose_none = ~profiles.c.interests.has_any(array(list(topics), type_=Text))
    enough = or_(profiles.c.interests.has_key(wanted.c.topic), and_(chose_none, score >= wanted.c.points))
    any_left = exists(select(literal(1)).select_from(wanted).where(~had, enough))
    busy = _active_place(among(enrolments.c.sequence, kin))
    return _some(connection, page, ~busy, any_left)


def sleepers(
    connection: Connection, sequence: str, now: datetime, silence: timedelta, again: timedelta, page: Page
) -> list[UUID]:
    """People who may be written to and of whom nothing was heard for so long, nor was anything sent in a series.

    Whose pause after sales lasts, or was over less than so long ago, is not among them, nor who had this wake-up
    within `again`. A place that rests for fatigue, and had no step done for so long, holds nobody up: it would rest
    for ever, since only a reaction brings the score up.
    """
    before = now - silence
    reacted = _one_by_one(
        events,
        events.c.at > before,
        events.c.kind.in_(REACTIONS),
        or_(events.c.verdict == "human", events.c.scored_at.is_(None)),
    )
    woken = and_(enrolments.c.sequence == sequence, enrolments.c.started_at > now - again)
    gave_up = and_(
        enrolments.c.rests_because.is_not_distinct_from("fatigue"),
        func.coalesce(enrolments.c.waits_since, enrolments.c.started_at) <= before,
    )
    under_way = and_(enrolments.c.state == "active", ~gave_up)
    in_a_series = _one_by_one(enrolments, or_(under_way, enrolments.c.ended_at > before, woken))
    return _some(
        connection,
        page,
        profiles.c.confirmed_at <= before,
        func.coalesce(profiles.c.resumes_at, before) <= before,
        ~in_a_series,
        ~reacted,
    )


def _one_by_one(table: Table, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a person has such a row.

    The offset keeps PostgreSQL from joining whole tables for each page of people: looked up one by one, by an index,
    a page costs the same however many people there are.
    """
    found = select(literal(1)).select_from(table).where(table.c.profile_id == profiles.c.id, *conditions)
    return found.correlate(profiles).offset(0).exists()


def _active_place(which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a person is in one of these series.

    It does not name the state: the index of active places is no way to those of one person, though PostgreSQL takes
    it for one while it does not know yet that many became active just now.
    """
    return _one_by_one(enrolments, enrolments.c.state.not_in(("completed", "ended")), which)


def _some(connection: Connection, page: Page, *conditions: ColumnElement[bool]) -> list[UUID]:
    statement: Select[UUID] = (
        select(profiles.c.id)
        .where(
            profiles.c.stage.in_(sorted(BEFORE_SALES)),
            profiles.c.confirmed_at.is_not(None),
            ~profiles.c.excluded,
            ~profiles.c.objected,
            *conditions,
            _consented(),
        )
        .order_by(profiles.c.id)
        .limit(page.limit)
    )
    if page.after is not None:
        statement = statement.where(profiles.c.id > page.after)
    if page.among is not None:
        statement = statement.where(among(profiles.c.id, page.among))
    return list(connection.scalars(statement))


def _consented() -> ColumnElement[bool]:
    """Whether the newest answer about advertising mail, but for mere requests, is yes."""
    newest = (
        select(consents.c.state)
        .where(
            consents.c.profile_id == profiles.c.id,
            consents.c.purpose == "email",
            consents.c.state != "requested",
        )
        .order_by(consents.c.at.desc(), consents.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return newest == "given"
