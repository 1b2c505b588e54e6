"""Rows about browsers whose person is known, and about those that do not want to be known."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from bridge.store.sets import among, insertion
from bridge.store.tables import identities

VISITOR = "visitor"


def owners(connection: Connection, visitors: Iterable[str]) -> dict[str, UUID | None]:
    """Visitor → whose browser it is, for those of which that is known; None for those that withdrew."""
    statement = select(identities.c.value, identities.c.profile_id).where(
        identities.c.kind == VISITOR, among(identities.c.value, visitors)
    )
    return {row.value: row.profile_id for row in connection.execute(statement)}


def assign(connection: Connection, people: Mapping[str, UUID], at: datetime, how: str) -> None:
    """Visitor → whose browser it is, from now on; one that does not want to be known stays so."""
    rows = _rows(people, at, how)
    if not rows:
        return
    statement = insertion(identities, rows)
    said = statement.excluded
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["kind", "value"],
            set_={"profile_id": said.profile_id, "at": said.at, "how": said.how},
            where=identities.c.profile_id.is_not(None),
        )
    )


def assign_unknown(connection: Connection, people: Mapping[str, UUID], at: datetime, how: str) -> None:
    """Visitor → person, for those browsers of which nothing is known yet."""
    rows = _rows(people, at, how)
    if rows:
        connection.execute(insertion(identities, rows).on_conflict_do_nothing())


def withdraw(connection: Connection, visitors: Iterable[str], at: datetime) -> None:
    """Forget whose browsers these are, and remember that their visits must not be known."""
    rows = _rows(dict.fromkeys(visitors), at, "withdrawn")
    if not rows:
        return
    statement = insertion(identities, rows)
    said = statement.excluded
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["kind", "value"], set_={"profile_id": None, "at": said.at, "how": said.how}
        )
    )


def _rows(people: Mapping[str, UUID | None], at: datetime, how: str) -> list[dict[str, Any]]:
    """In one order, so that nobody waits for each other."""
    return [
        {"kind": VISITOR, "value": visitor, "profile_id": person, "at": at, "how": how}
        for visitor, person in sorted(people.items())
    ]
