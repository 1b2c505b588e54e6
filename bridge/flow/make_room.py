"""Room for the days to come, in tables that lie in pieces of a day each."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy.exc import DBAPIError

from bridge.flow.unit import Opened
from bridge.store import partitions
from bridge.store.database import is_held


def make_room(opened: Opened, today: date) -> Iterator[list[str]]:
    """Make missing pieces, one table after another, and name them; what others hold is left for the next time."""
    for table in partitions.PARTITIONED:
        try:
            with opened() as unit:
                made = partitions.make_ahead(unit.connection, table, today)
        except DBAPIError as error:
            if not is_held(error):
                raise
        else:
            yield made
