"""Of those who became marketing-qualified in a month: how many sales got soon enough."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Date, case, cast, exists, func, literal, select

from bridge.store.tables import handovers, stage_changes

WITHIN = timedelta(days=120)
"""Four months, as in the case study whose figure is the reference."""


@dataclass(frozen=True, slots=True)
class Cohort:
    """People who became marketing-qualified in the month that begins so. in_time: handed over within WITHIN."""

    month: date
    people: int
    in_time: int


def cohorts(connection: Connection, since: datetime, zone: ZoneInfo) -> list[Cohort]:
    """Month by month, from one that begins at `since`. Whoever came back from sales belongs to their first month."""
    changes = stage_changes.c
    became = (
        select(changes.profile_id, func.min(changes.at).label("at"))
        .where(
            changes.became == "marketing_qualified",
            func.coalesce(changes.was, "").in_(("", "visitor", "prospect")),
        )
        .group_by(changes.profile_id)
        .having(func.min(changes.at) >= since)
        .subquery("became")
    )
    handed = exists().where(
        handovers.c.profile_id == became.c.profile_id,
        handovers.c.at >= became.c.at,
        handovers.c.at < became.c.at + WITHIN,
        handovers.c.state != "withdrawn",
    )
    month = cast(func.date_trunc("month", became.c.at.op("at time zone")(literal(zone.key))), Date)
    statement = (
        select(month.label("month"), func.count(), func.count(case((handed, 1))))
        .group_by("month")
        .order_by("month")
    )
    return [Cohort(*row) for row in connection.execute(statement)]
