"""Rows about what could not be processed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, delete, func, literal, select, update
from sqlalchemy.dialects.postgresql import Insert

from bridge.store.beginnings import begun
from bridge.store.paging import Page, Place, page_of
from bridge.store.rows import values_of
from bridge.store.sets import insertion
from bridge.store.tables import dead_letters

MOST_COUNTED = 1000


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """Something that could not be processed. source: "journal", a mail provider, or at what it failed: "scoring",
    "figures", "rule …", "fit …", "step …".

    at: when it came; what it holds of networks goes by that. payload: with "tried" where somebody tried it again.
    """

    id: UUID
    source: str
    payload: Mapping[str, Any]
    error: str
    at: datetime
    attempts: int = 1

    @property
    def tried_at(self) -> datetime | None:
        """When it failed last by somebody's hand, if ever."""
        tried = self.payload.get("tried")
        return datetime.fromisoformat(tried) if tried else None

    @property
    def content(self) -> dict[str, Any]:
        """What it says, without what was noted of tries."""
        return {name: value for name, value in self.payload.items() if name != "tried"}


def bury(connection: Connection, letter: DeadLetter) -> int:
    """Keep what could not be processed; the same one again counts as a further attempt. Returns how many."""
    statement = _again(insertion(dead_letters, [values_of(letter)])).returning(dead_letters.c.attempts)
    attempts: int = connection.execute(statement).scalar_one()
    return attempts


def bury_all(connection: Connection, letters: Iterable[DeadLetter]) -> None:
    """The same with several that are different ones."""
    if many := [values_of(letter) for letter in letters]:
        connection.execute(_again(insertion(dead_letters, many)))


def named(connection: Connection, beginning: str) -> list[UUID]:
    """Ids of dead letters that begin so, see `begun`."""
    return begun(connection, dead_letters.c.id, beginning)


def _again(statement: Insert) -> Insert:
    return statement.on_conflict_do_update(
        index_elements=["id"],
        set_={"attempts": dead_letters.c.attempts + 1, "error": statement.excluded.error},
    )


def failed_again(connection: Connection, letter_id: UUID, error: str, at: datetime) -> None:
    """Somebody tried it once more, in vain: why and when. How long it is kept stays as it was."""
    columns = dead_letters.c
    values = {
        "attempts": columns.attempts + 1,
        "error": error,
        "payload": columns.payload.concat({"tried": at.isoformat()}),
    }
    connection.execute(update(dead_letters).where(columns.id == letter_id).values(values))


def listing(connection: Connection, limit: int = 200) -> list[DeadLetter]:
    """Dead letters, the oldest first."""
    statement = select(dead_letters).order_by(dead_letters.c.at, dead_letters.c.id).limit(limit)
    return [_letter(row) for row in connection.execute(statement)]


def get(connection: Connection, letter_id: UUID) -> DeadLetter | None:
    """One of them."""
    found = connection.execute(select(dead_letters).where(dead_letters.c.id == letter_id)).first()
    return _letter(found) if found else None


def count_of(connection: Connection, source: str) -> int:
    """How many there are of a source."""
    of_source = select(func.count()).where(dead_letters.c.source == source)
    return connection.scalar(of_source) or 0


def take(connection: Connection, letter_id: UUID) -> DeadLetter | None:
    """Remove a dead letter and return it; None when there is none of that id."""
    found = connection.execute(
        delete(dead_letters).where(dead_letters.c.id == letter_id).returning(dead_letters)
    ).first()
    return _letter(found) if found else None


def page(connection: Connection, limit: int, after: Place | None = None) -> Page[DeadLetter]:
    """The same, page by page."""
    columns = dead_letters.c
    return page_of(
        connection, select(dead_letters), columns.at, columns.id, _letter, limit=limit, after=after
    )


def count(connection: Connection) -> int:
    """How many there are."""
    return connection.scalar(select(func.count()).select_from(dead_letters)) or 0


def count_some(connection: Connection) -> int:
    """How many there are; MOST_COUNTED stands for that many or more."""
    some = select(literal(1).label("one")).select_from(dead_letters).limit(MOST_COUNTED).subquery()
    return connection.scalar(select(func.count()).select_from(some)) or 0


def _letter(row: Row[Any]) -> DeadLetter:
    return DeadLetter(**row._mapping)
