"""Days whose figures are not right any more: whoever writes a fact marks its day, in the same transaction.

A mark is a row of its own, and says a moment of the day. So nobody who marks waits for anybody: neither for others
who mark the same day, nor for who counts it. That one takes the marks away that it sees, then counts what it sees.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Date, cast, delete, func, insert, literal, select, text

from bridge.store.day_facts import OF_PEOPLE, facts
from bridge.store.sets import insert_all, rows_from
from bridge.store.tables import day_figures, events, stale_days

_NOON = time(12)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Marked days. never: those before today without any figures yet, such as those of before an upgrade.

    again: those before today that were counted before. today: whether today is marked.
    """

    never: int = 0
    again: int = 0
    today: bool = False

    @property
    def changed(self) -> int:
        """Days whose figures are not those of now, with today."""
        return self.again + self.today


def mark(connection: Connection, moments: Iterable[datetime]) -> None:
    """The days of these moments are to be counted anew; days in whatever zone."""
    insert_all(connection, stale_days, [{"at": moment} for moment in moments])


def mark_days(connection: Connection, days: Iterable[date], zone: ZoneInfo) -> None:
    """So are these days of that zone."""
    mark(connection, (datetime.combine(day, _NOON, zone) for day in days))


def mark_people(
    connection: Connection, people: Iterable[UUID], zone: ZoneInfo, wake_ups: Iterable[str]
) -> None:
    """So are all days on which some people are counted: by what they are told apart has changed."""
    given = {"people": list(people), "zone": zone.key, "wake_ups": list(wake_ups)}
    if given["people"]:
        connection.execute(text(_MARK_PEOPLE), given)


_MARK_PEOPLE = f"""
    insert into stale_days (at)
    select distinct (day + time '12:00') at time zone :zone from ({facts(OF_PEOPLE)}) as happened
"""  # noqa: S608 - words of ours alone


def mark_mails(connection: Connection, mails: Iterable[tuple[UUID, UUID]]) -> None:
    """So are the days on which mails of (mail, person) were sent; those that were not yet will be marked then."""
    known = sorted(mails)
    if known:
        asked = rows_from({"mail_id": events.c.mail_id, "profile_id": events.c.profile_id}, known).c
        sent = select(events.c.at).where(
            events.c.profile_id == asked.profile_id,
            events.c.mail_id == asked.mail_id,
            events.c.kind == "mail.sent",
        )
        connection.execute(insert(stale_days).from_select(["at"], sent))


def marked(connection: Connection, zone: ZoneInfo) -> list[date]:
    """The days that are marked, the newest first."""
    day = cast(func.timezone(zone.key, stale_days.c.at), Date)
    return list(connection.scalars(select(day).distinct().order_by(day.desc())))


def waiting(connection: Connection, today: date, zone: ZoneInfo) -> Waiting:
    """How many days wait to be counted, for the first time or anew. One statement.

    The offset keeps PostgreSQL from joining all figures.
    """
    day = cast(func.timezone(zone.key, stale_days.c.at), Date)
    days = select(day.label("day")).distinct().subquery()
    known = select(literal(1)).select_from(day_figures).where(day_figures.c.day == days.c.day)
    is_known = known.correlate(days).offset(0).exists().label("is_known")
    each = select(days.c.day, is_known).subquery()
    past, count = each.c.day < today, func.count()
    numbers = select(
        count.filter(past, ~each.c.is_known), count.filter(past, each.c.is_known), count.filter(~past) > 0
    )
    return Waiting(*connection.execute(numbers).one())


def clear(connection: Connection, day: date, zone: ZoneInfo) -> bool:
    """Take the marks of a day away, as far as they can be seen: before it is counted, in the same transaction.

    Whether there were any.
    """
    since, until = (datetime.combine(one, time(), zone) for one in (day, day + timedelta(days=1)))
    marks = delete(stale_days).where(stale_days.c.at >= since, stale_days.c.at < until)
    return connection.execute(marks).rowcount > 0
