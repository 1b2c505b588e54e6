"""Tables in pieces of a day each: what is too old goes with its whole piece, at the cost of a file.

A row belongs to the day that its id tells (a UUID of version 7). Where no piece is there for it, because nobody made
one ahead or its id tells no time, it lies in the piece for the rest: there it is as good as anywhere, and only goes
more slowly. An id may also tell another time than the row; so a piece goes only when each of its rows is too old.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import Connection, Table, func, select, table, text

from bridge.store.database import wait_at_most
from bridge.store.expiry import Expired
from bridge.store.tables import metadata

PARTITIONED = tuple(
    one for one in metadata.sorted_tables if one.dialect_options["postgresql"]["partition_by"]
)
AHEAD = 7
"""Days. Who made none for so long has other troubles."""
PATIENCE_MS = 300
"""Others wait behind whoever waits for a whole table."""

_DAY = re.compile(r"_(\d{8})\Z")


def make_ahead(connection: Connection, of: Table, today: date) -> list[str]:
    """Make the pieces that are missing, from today on; returns their names.

    None is made of a day of which rows lie in the piece for the rest already. Raises what database.is_held knows
    when others hold the table.
    """
    wait_at_most(connection, PATIENCE_MS)
    known = names(connection, of)
    days = (today + timedelta(days=number) for number in range(AHEAD + 1))
    missing = {_name(of, day): day for day in days if _name(of, day) not in known}
    made = [name for name, day in missing.items() if not _has_rest(connection, of, day)]
    for name in made:
        low, high = _first_id(missing[name]), _first_id(missing[name] + timedelta(days=1))
        connection.execute(
            text(f"create table {name} partition of {of.name} for values from ('{low}') to ('{high}')")
        )
        for column in _without_samples(connection, of):
            connection.execute(text(f"alter table {name} alter column {column} set statistics 0"))
    return made


def drop_oldest(connection: Connection, expired: Expired) -> int | None:
    """Drop the oldest piece of which every row is expired; how many rows that were, None when there is no such piece.

    Raises what database.is_held knows when others hold the table.
    """
    wait_at_most(connection, PATIENCE_MS)
    oldest = next(_ended(connection, expired), None)
    if oldest is None:
        return None
    count = connection.scalar(select(func.count()).select_from(table(oldest))) or 0
    connection.execute(text(f"lock table only {expired.table.name} in access exclusive mode"))
    if next(_ended(connection, expired), None) != oldest:
        return 0  # somebody else was at it
    connection.execute(text(f"drop table {oldest}"))
    return count


def names(connection: Connection, of: Table | None = None) -> set[str]:
    """All pieces of a table, or of all tables."""
    return set(connection.scalars(text(_PIECES), {"of": of.name if of is not None else None}))


_PIECES = """
    select piece.relname from pg_inherits
    join pg_class piece on piece.oid = inhrelid and piece.relispartition
    join pg_class whole on whole.oid = inhparent
    where piece.relkind = 'r' and whole.relnamespace = current_schema()::regnamespace
    and (cast(:of as text) is null or whole.relname = :of)
"""


def _ended(connection: Connection, expired: Expired) -> Iterator[str]:
    """Pieces whose days are over, with no row that is to be kept, the oldest first."""
    before = expired.before
    first_kept = before.astimezone(UTC).date() if isinstance(before, datetime) else before
    for name in sorted(names(connection, expired.table)):
        day = _DAY.search(name)
        if day and datetime.strptime(day[1], "%Y%m%d").date() < first_kept:  # noqa: DTZ007 - a day has no time
            kept = f"select from {name} where {expired.at.name} >= :before limit 1"
            if connection.execute(text(kept), {"before": before}).first() is None:
                yield name


def _has_rest(connection: Connection, of: Table, day: date) -> bool:
    """Whether rows of a day lie in the piece for the rest."""
    found = f"select from {of.name}_rest where id >= :low and id < :high limit 1"
    ids = {"low": _first_id(day), "high": _first_id(day + timedelta(days=1))}
    return connection.execute(text(found), ids).first() is not None


def _without_samples(connection: Connection, of: Table) -> list[str]:
    """Columns of which the planner takes no samples, since they hold what people write."""
    statement = (
        "select attname from pg_attribute where attrelid = cast(:of as regclass) and attstattarget = 0"
    )
    return list(connection.scalars(text(f"{statement} and attnum > 0 and not attisdropped"), {"of": of.name}))


def _name(of: Table, day: date) -> str:
    return f"{of.name}_{day:%Y%m%d}"


def _first_id(day: date) -> UUID:
    """The smallest id of a day (UTC)."""
    milliseconds = int(datetime.combine(day, time(), UTC).timestamp()) * 1000
    return UUID(int=milliseconds << 80)
