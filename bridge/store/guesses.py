"""How many there may be: the planner keeps no statistics of what people write, so a few are asked instead."""

from sqlalchemy import Connection, cast, func, literal, select, text
from sqlalchemy.dialects.postgresql import TSQUERY

from bridge.profiles.finding import Wanted
from bridge.store.tables import profiles

ASKED = 1_000
"""People, the newest, whose words stand for those of everybody."""


def about_as_many(connection: Connection, found: int, looked_at: int) -> float:
    """How many there are in all, if everybody is like those who were looked at, as far as the planner knows."""
    everybody = connection.scalar(text("select reltuples from pg_class where oid = 'profiles'::regclass"))
    return found / looked_at * (everybody or 0)


def is_soon_read(connection: Connection, wanted: Wanted, most: int) -> bool:
    """Whether an index has at most about so many rows for the beginnings of words that are asked for.

    PostgreSQL reads all that it has for each of them, however few people are found in the end, and does not notice
    meanwhile that its time is over.
    """
    if not wanted.beginnings:
        return True
    some = select(profiles.c.words).order_by(profiles.c.created_at.desc(), profiles.c.id.desc())
    asked = some.limit(ASKED).subquery()
    begins = [asked.c.words.op("@@")(cast(literal(one), TSQUERY)) for one in wanted.beginnings]
    counts = connection.execute(
        select(func.count(), *(func.count().filter(one) for one in begins)).select_from(asked)
    )
    people, *fitting = counts.one()
    return about_as_many(connection, sum(fitting), max(people, 1)) <= most
