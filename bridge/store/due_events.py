"""Events that are due: to be scored, to be judged again, or later."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, or_, select, union, update

from bridge.judgement.sightings import FOLLOWED
from bridge.program.events import HITS
from bridge.store.events import COLUMNS, EventRow, Span, read, within_any
from bridge.store.sets import among, rows_from
from bridge.store.tables import events

MOST_AT_ONCE = 50_000
"""People who are woken at a time; a campaign may be to many more, and the next look finds them."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of an event.

    asked: for when somebody had asked that it be judged again, as it was read; who asks meanwhile is heard later, and
    so is who asked for a later time, unless it is a machine's.
    """

    verdict: str
    signs: tuple[str, ...]
    asked: datetime | None = None


def to_tell(
    connection: Connection, profile_ids: Iterable[UUID], now: datetime, recent: datetime
) -> list[EventRow]:
    """Events of these profiles that are due to be scored or judged again, and all since `recent`, by time."""
    statement = (
        select(*COLUMNS)
        .where(
            among(events.c.profile_id, profile_ids),
            or_(
                and_(events.c.scored_at.is_(None), events.c.due_at <= now),
                events.c.rejudge_at <= now,
                and_(events.c.scored_at.is_not(None), events.c.at > recent),
            ),
        )
        .order_by(events.c.at, events.c.id)
    )
    return read(connection, statement)


def mark(
    connection: Connection, judged: Mapping[UUID, Judged], resting: Mapping[UUID, datetime], now: datetime
) -> None:
    """Note that events were scored or judged again, with verdicts and signs, and until when others rest.

    The rows are locked in the order of their ids, as everywhere: so two who do this at once do not block each other.
    """
    if judged or resting:
        locked = _in_order(among(events.c.id, [*judged, *resting])).subquery()
        connection.execute(select(func.count()).select_from(locked))
    if judged:
        columns = {name: events.c[name] for name in ("id", "verdict", "signs", "rejudge_at")}
        told = rows_from(columns, ((one, it.verdict, it.signs, it.asked) for one, it in judged.items())).c
        heard = and_(
            events.c.rejudge_at.is_not_distinct_from(told.rejudge_at),
            or_(events.c.rejudge_at <= now, told.verdict != "human"),
        )
        connection.execute(
            update(events)
            .where(events.c.id == told.id)
            .values(
                scored_at=func.coalesce(events.c.scored_at, now),
                rejudge_at=case((heard, None), else_=events.c.rejudge_at),
                verdict=told.verdict,
                signs=told.signs,
            )
        )
    if resting:
        later = rows_from({"id": events.c.id, "due_at": events.c.due_at}, resting.items()).c
        connection.execute(update(events).where(events.c.id == later.id).values(due_at=later.due_at))


def judge_again(
    connection: Connection, spans: Iterable[Span], due_by: datetime, over_after: timedelta, soonest: datetime
) -> None:
    """Let people's followed links of some organisations and times be judged again, once each has become that old.

    due_by: what is not judged yet and is due later is left alone; a mark that is due by then is put off, for whoever
    acts on it may have read already. soonest: none is judged again before; it is later than due_by.
    """
    at = func.greatest(events.c.at + over_after, soonest)
    ids = _lock(
        connection,
        within_any(spans),
        events.c.kind.in_(FOLLOWED),
        case((events.c.scored_at.is_(None), events.c.due_at <= due_by), else_=events.c.verdict == "human"),
        or_(events.c.rejudge_at.is_(None), events.c.rejudge_at > at, events.c.rejudge_at <= due_by),
    )
    if ids:
        connection.execute(update(events).where(among(events.c.id, ids)).values(rejudge_at=at))


def hurry(connection: Connection, profile_ids: Iterable[UUID], since: datetime, now: datetime) -> bool:
    """Let hits of these people be judged now: those that rest, and those that were judged a machine's.

    Those that rest are judged once more when their rest would have been over, by all that came meanwhile.
    since: older ones stay as they are. Returns whether there were any.
    """
    ids = _lock(
        connection,
        among(events.c.profile_id, profile_ids),
        events.c.at >= since,
        events.c.kind.in_(HITS),
        or_(events.c.scored_at.is_(None), events.c.verdict != "human"),
    )
    if not ids:
        return False
    resting = (among(events.c.id, ids), events.c.scored_at.is_(None))
    rest_is_over = func.greatest(events.c.rejudge_at, events.c.due_at)
    connection.execute(update(events).where(*resting).values(due_at=now, rejudge_at=rest_is_over))
    condemned = (among(events.c.id, ids), events.c.scored_at.is_not(None))
    connection.execute(update(events).where(*condemned).values(rejudge_at=now))
    return True


def _lock(connection: Connection, *conditions: ColumnElement[bool]) -> list[UUID]:
    """Lock the rows of which all that is true, in the order of their ids; returns the ids."""
    return list(connection.scalars(_in_order(*conditions)))


def _in_order(*conditions: ColumnElement[bool]) -> Select[UUID]:
    return select(events.c.id).where(*conditions).order_by(events.c.id).with_for_update(of=events)


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


def profiles_due(
    connection: Connection, now: datetime, since: datetime | None = None, limit: int = MOST_AT_ONCE
) -> list[UUID]:
    """Profiles with events that are due to be scored or judged again. since: only those that became due after it."""
    waiting = select(events.c.profile_id).where(events.c.scored_at.is_(None), events.c.due_at <= now)
    again = select(events.c.profile_id).where(events.c.rejudge_at <= now, events.c.scored_at.is_not(None))
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
