"""Rows about what happened."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, func, or_, select, union, update
from sqlalchemy.dialects.postgresql import insert

from bridge.judgement.sightings import FOLLOWED
from bridge.program.events import HITS
from bridge.store.tables import events


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event as it is stored. due_at: when it may be scored; scored_at: when it was.

    organisation: the company's domain of whoever a hit is ascribed to. rejudge_at: when its verdict may be another.
    """

    id: UUID
    profile_id: UUID
    kind: str
    at: datetime
    due_at: datetime
    mail_id: UUID | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    verdict: str = "unknown"
    signs: tuple[str, ...] = ()
    scored_at: datetime | None = None
    organisation: str | None = None
    rejudge_at: datetime | None = None


def add(connection: Connection, rows: Iterable[EventRow]) -> set[UUID]:
    """Write events down; those that are there already are left alone. Returns the ids of the new ones."""
    values = [_values(row) for row in rows]
    if not values:
        return set()
    statement = insert(events).on_conflict_do_nothing(index_elements=["id"]).returning(events.c.id)
    return set(connection.scalars(statement, values))


def to_tell(
    connection: Connection, profile_ids: Iterable[UUID], now: datetime, recent: datetime
) -> list[EventRow]:
    """Events of these profiles that are due to be scored or judged again, and hits since `recent`, by time."""
    statement = (
        select(events)
        .where(
            events.c.profile_id.in_(list(profile_ids)),
            or_(
                and_(events.c.scored_at.is_(None), events.c.due_at <= now),
                events.c.rejudge_at <= now,
                and_(events.c.scored_at.is_not(None), events.c.at > recent, events.c.kind.in_(HITS)),
            ),
        )
        .order_by(events.c.at, events.c.id)
    )
    return [_event(row) for row in connection.execute(statement)]


def of_mails(connection: Connection, mail_ids: Iterable[UUID]) -> dict[UUID, list[EventRow]]:
    """All events of some mails, oldest first, by mail."""
    statement = select(events).where(events.c.mail_id.in_(list(mail_ids))).order_by(events.c.at, events.c.id)
    found: dict[UUID, list[EventRow]] = {}
    for row in connection.execute(statement):
        found.setdefault(row.mail_id, []).append(_event(row))
    return found


def downloads_without_mail(
    connection: Connection, profile_ids: Iterable[UUID], since: datetime
) -> dict[tuple[UUID, str], list[EventRow]]:
    """(Person, file) → their downloads since a moment by links that no mail of a sequence carried, oldest first."""
    statement = (
        select(events)
        .where(
            events.c.profile_id.in_(list(profile_ids)),
            events.c.kind == "file.downloaded",
            events.c.mail_id.is_(None),
            events.c.at >= since,
        )
        .order_by(events.c.at, events.c.id)
    )
    found: dict[tuple[UUID, str], list[EventRow]] = {}
    for row in connection.execute(statement):
        found.setdefault((row.profile_id, str(row.data.get("file"))), []).append(_event(row))
    return found


def of_organisations(
    connection: Connection, spans: Iterable[tuple[str, datetime, datetime]]
) -> dict[str, list[EventRow]]:
    """Followed links and files of people of some organisations within some spans of time, by organisation."""
    statement = (
        select(events)
        .where(or_(*(_within(*span) for span in _merged(spans))), events.c.kind.in_(FOLLOWED))
        .order_by(events.c.at, events.c.id)
    )
    found: dict[str, list[EventRow]] = {}
    for row in connection.execute(statement):
        found.setdefault(row.organisation, []).append(_event(row))
    return found


def _within(organisation: str, since: datetime, until: datetime) -> ColumnElement[bool]:
    return and_(events.c.organisation == organisation, events.c.at.between(since, until))


def _merged(spans: Iterable[tuple[str, datetime, datetime]]) -> list[tuple[str, datetime, datetime]]:
    """The same spans with those joined that overlap."""
    merged: list[tuple[str, datetime, datetime]] = []
    for organisation, since, until in sorted(spans):
        if merged and merged[-1][0] == organisation and since <= merged[-1][2]:
            merged[-1] = (organisation, merged[-1][1], max(until, merged[-1][2]))
        else:
            merged.append((organisation, since, until))
    return merged


def judge_again(
    connection: Connection, spans: Iterable[tuple[str, datetime, datetime]], at: datetime
) -> None:
    """Let people's hits of some organisations and times be judged again at that moment.

    The rows are locked in the order of their ids, so that two who do this at once do not block each other.
    """
    concerned = (
        select(events.c.id)
        .where(
            or_(*(_within(*span) for span in _merged(spans))),
            events.c.scored_at.is_not(None),
            events.c.verdict == "human",
            or_(events.c.rejudge_at.is_(None), events.c.rejudge_at > at),
        )
        .order_by(events.c.id)
        .with_for_update()
    )
    ids = list(connection.scalars(concerned))
    if ids:
        connection.execute(update(events).where(events.c.id.in_(ids)).values(rejudge_at=at))


def of_profile(connection: Connection, profile_id: UUID, limit: int = 200) -> list[EventRow]:
    """What happened to a person, newest first."""
    statement = (
        select(events)
        .where(events.c.profile_id == profile_id)
        .order_by(events.c.at.desc(), events.c.id.desc())
        .limit(limit)
    )
    return [_event(row) for row in connection.execute(statement)]


def mark_scored(
    connection: Connection, judged: Mapping[UUID, tuple[str, tuple[str, ...]]], now: datetime
) -> None:
    """Note that events were scored or judged again, with their verdicts and signs."""
    if not judged:
        return
    statement = (
        update(events)
        .where(events.c.id == bindparam("event"))
        .values(
            scored_at=func.coalesce(events.c.scored_at, now),
            rejudge_at=None,
            verdict=bindparam("as_verdict"),
            signs=bindparam("with_signs", type_=events.c.signs.type),
        )
    )
    rows = [
        {"event": event_id, "as_verdict": verdict, "with_signs": list(signs)}
        for event_id, (verdict, signs) in judged.items()
    ]
    connection.execute(statement, rows)


def let_rest(connection: Connection, until: Mapping[UUID, datetime]) -> None:
    """Event → when it may be scored."""
    if until:
        statement = update(events).where(events.c.id == bindparam("event")).values(due_at=bindparam("until"))
        connection.execute(statement, [{"event": one, "until": at} for one, at in until.items()])


def put_off(connection: Connection, profile_id: UUID, now: datetime, until: datetime) -> None:
    """Let what a person's events wait for come later; `until` = now makes it come at once."""
    connection.execute(
        update(events)
        .where(events.c.profile_id == profile_id, events.c.scored_at.is_(None))
        .where((events.c.due_at <= now) | (until <= now))
        .values(due_at=until)
    )
    connection.execute(
        update(events)
        .where(events.c.profile_id == profile_id, events.c.rejudge_at <= now)
        .values(rejudge_at=until)
    )


def hurry(connection: Connection, profile_ids: Iterable[UUID], since: datetime, now: datetime) -> bool:
    """Let hits of these people be judged now: those that rest, and those that were judged a machine's.

    since: older ones stay as they are. Returns whether there were any.
    """
    recent = (
        events.c.profile_id.in_(list(profile_ids)),
        events.c.at >= since,
        events.c.kind.in_(HITS),
    )
    resting = update(events).where(*recent, events.c.scored_at.is_(None)).values(due_at=now)
    condemned = (
        update(events)
        .where(*recent, events.c.scored_at.is_not(None), events.c.verdict != "human")
        .values(rejudge_at=now)
    )
    return connection.execute(resting).rowcount + connection.execute(condemned).rowcount > 0


def profiles_due(
    connection: Connection, now: datetime, since: datetime | None = None, limit: int = 1000
) -> list[UUID]:
    """Profiles with events that are due to be scored or judged again. since: only those that became due after it."""
    waiting = select(events.c.profile_id).where(events.c.scored_at.is_(None), events.c.due_at <= now)
    again = select(events.c.profile_id).where(events.c.rejudge_at <= now)
    if since is not None:
        waiting = waiting.where(events.c.due_at > since)
        again = again.where(events.c.rejudge_at > since)
    return list(connection.scalars(union(waiting, again).limit(limit)))


def oldest_waiting(connection: Connection, now: datetime) -> datetime | None:
    """Since when the longest-waiting due event waits."""
    oldest: datetime | None = connection.scalar(
        select(func.min(events.c.due_at)).where(events.c.scored_at.is_(None), events.c.due_at <= now)
    )
    return oldest


def _values(row: EventRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "profile_id": row.profile_id,
        "kind": row.kind,
        "at": row.at,
        "due_at": row.due_at,
        "mail_id": row.mail_id,
        "data": dict(row.data),
        "verdict": row.verdict,
        "signs": list(row.signs),
        "scored_at": row.scored_at,
        "organisation": row.organisation,
    }


def _event(row: Row[Any]) -> EventRow:
    values = dict(row._mapping)
    return EventRow(**{**values, "signs": tuple(values["signs"])})
