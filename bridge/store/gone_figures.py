"""What people counted who are gone: numbers without names, so that a day of the past stays what it was.

What people typed, or had in an address, may name them: a channel or campaign by which hardly anybody else came is
forgotten with them.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, delete, text, tuple_

from bridge.program.figures import DIRECT
from bridge.store import stale_days
from bridge.store.day_facts import OF_PEOPLE, facts
from bridge.store.tables import day_figures

FEW = 3
"""A channel or campaign of fewer leads, within AROUND days before and after, may be one person's own words."""
AROUND = 90


def keep(connection: Connection, person: UUID, zone: ZoneInfo, wake_ups: Iterable[str]) -> None:
    """Note what somebody counted, who is to be removed in the same transaction: no figure changes by that."""
    series = list(wake_ups)
    given: dict[str, Any] = {"people": [person], "zone": zone.key, "wake_ups": series}
    own = _own_words(connection, given)
    if own:
        stale_days.mark_people(connection, [person], zone, series)
        rolled = tuple_(day_figures.c.dimension, day_figures.c.key)
        connection.execute(delete(day_figures).where(rolled.in_(own)))
    connection.execute(text(_KEEP), given | {"own": [key for _, key in own]})


def _own_words(connection: Connection, given: dict[str, Any]) -> list[tuple[str, str]]:
    """Dimension and key of what hardly anybody else came by."""
    return [(row[0], row[1]) for row in connection.execute(text(_RARE), given | {"direct": DIRECT})]


_RARE = f"""
    select dimension, key from ({facts(OF_PEOPLE)}) as happened
    where figure = 'leads' and dimension in ('channel', 'campaign') and key not in ('', :direct) and {FEW} > (
        select coalesce(sum(day_figures.count), 0) from day_figures
        where day_figures.figure = 'leads' and day_figures.dimension = happened.dimension
        and day_figures.key = happened.key
        and day_figures.day between happened.day - {AROUND} and happened.day + {AROUND}
    )
"""  # noqa: S608 - words of ours alone

_KEEP = f"""
    insert into gone_figures (figure, dimension, day, key, count, amount)
    select figure, dimension, day, named.key, sum(count), sum(amount)
    from ({facts(OF_PEOPLE)}) as happened cross join lateral (
        select case when dimension in ('channel', 'campaign') and key = any(cast(:own as text[])) then ''
            else happened.key end
    ) as named (key)
    group by 1, 2, 3, 4
    order by 1, 2, 3, 4
    on conflict (figure, dimension, day, key) do update
    set count = gone_figures.count + excluded.count, amount = gone_figures.amount + excluded.amount
"""  # noqa: S608 - words of ours alone
"""In one order, so that nobody waits for each other."""
