"""What people counted who are gone: numbers without names, so that a day of the past stays what it was.

What people typed, or had in an address, may name them: a channel or campaign by which hardly anybody else came is
"" from then on, on all days on which it may be theirs. On other days it is of others, and stays.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from bridge.program.figures import DIRECT
from bridge.store import day_figures, stale_days
from bridge.store.day_facts import OF_PEOPLE, facts
from bridge.store.sets import as_json

FEW = 3
"""A channel or campaign of fewer leads, within AROUND days before and after, may be one person's own words."""
AROUND = 90


@dataclass(frozen=True, slots=True)
class _Word:
    """A key of a dimension that may be somebody's own words. first, last: the days around the one they came on."""

    dimension: str
    key: str
    first: date
    last: date


def keep(connection: Connection, person: UUID, zone: ZoneInfo, wake_ups: Iterable[str], closed: date) -> None:
    """Note what somebody counted, who is to be removed in the same transaction: no figure changes by that.

    Their own words are "" at once, or, on a day that is just being counted, when it is counted next: all their days
    are marked. closed: until that day visits are forgotten, so visitors are not counted anew.
    """
    given: dict[str, Any] = {"people": [person], "zone": zone.key, "wake_ups": list(wake_ups)}
    given["own"] = as_json([asdict(word) for word in _own_words(connection, given)])
    if given["own"] != as_json([]):
        days = _forget_words(connection, given, closed)
        stale_days.mark_days(connection, days, zone)
    connection.execute(text(_KEEP), given)


def _own_words(connection: Connection, given: dict[str, Any]) -> list[_Word]:
    return [_Word(*row) for row in connection.execute(text(_RARE), given | {"direct": DIRECT})]


def _forget_words(connection: Connection, given: dict[str, Any], closed: date) -> list[date]:
    """The days of which it is. Who counts one of them is waited for only where that would not forget the words."""
    days = sorted(connection.scalars(text(_DAYS), given))
    day_figures.take_all(connection, (day for day in days if day <= closed))
    free = day_figures.take_free(connection, days)
    connection.execute(text(_RENAME), given | {"days": free})
    return days


_RARE = f"""
    select dimension, key, min(day) - {AROUND}, max(day) + {AROUND} from ({facts(OF_PEOPLE)}) as happened
    where figure = 'leads' and dimension in ('channel', 'campaign') and key not in ('', :direct) and {FEW} > (
        select coalesce(sum(day_figures.count), 0) from day_figures
        where day_figures.figure = 'leads' and day_figures.dimension = happened.dimension
        and day_figures.key = happened.key
        and day_figures.day between happened.day - {AROUND} and happened.day + {AROUND}
    )
    group by dimension, key
"""  # noqa: S608 - words of ours alone

_OWN = "json_to_recordset(cast(:own as json)) as own (dimension text, key text, first date, last date)"

_DAYS = f"""
    select day from ({facts(OF_PEOPLE)}) as happened join {_OWN} using (dimension, key)
    union
    select day from day_figures join {_OWN} using (dimension, key)
    where figure = 'visitors' and day between first and last
"""  # noqa: S608 - words of ours alone
"""Those on which the person counts, and those on which a browser may have been theirs before anybody knew."""

_RENAME = f"""
    with theirs as (
        delete from day_figures using {_OWN}
        where day_figures.day = any(cast(:days as date[]))
        and day_figures.dimension = own.dimension and day_figures.key = own.key
        returning day_figures.*
    )
    insert into day_figures (figure, dimension, day, key, count, amount)
    select figure, dimension, day, '', sum(count), sum(amount) from theirs group by 1, 2, 3
    on conflict (figure, dimension, day, key) do update
    set count = day_figures.count + excluded.count, amount = day_figures.amount + excluded.amount
"""  # noqa: S608 - words of ours alone

_KEEP = f"""
    insert into gone_figures (figure, dimension, day, key, count, amount)
    select figure, dimension, day, case when own.key is null then happened.key else '' end as named,
        sum(count), sum(amount)
    from ({facts(OF_PEOPLE)}) as happened left join {_OWN} using (dimension, key)
    group by 1, 2, 3, 4
    order by 1, 2, 3, 4
    on conflict (figure, dimension, day, key) do update
    set count = gone_figures.count + excluded.count, amount = gone_figures.amount + excluded.amount
"""  # noqa: S608 - words of ours alone
"""In one order, so that nobody waits for each other."""
