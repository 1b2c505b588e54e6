"""Rows about browsers whose person is known, and about those that do not want to be known."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from bridge.store.tables import identities

VISITOR = "visitor"


def owners(connection: Connection, visitors: Iterable[str]) -> dict[str, UUID | None]:
    """Visitor → whose browser it is, for those of which that is known; None for those that withdrew."""
    statement = select(identities.c.value, identities.c.profile_id).where(
        identities.c.kind == VISITOR, identities.c.value.in_(list(visitors))
    )
    return {row.value: row.profile_id for row in connection.execute(statement)}


def has_withdrawn(connection: Connection, visitor: str) -> bool:
    """Whether that browser does not want to be known."""
    return owners(connection, [visitor]) == {visitor: None}


def assign(connection: Connection, visitor: str, profile_id: UUID, at: datetime, how: str) -> None:
    """Say whose browser it is, from now on; one that does not want to be known stays so."""
    statement = insert(identities).values(kind=VISITOR, value=visitor, profile_id=profile_id, at=at, how=how)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["kind", "value"],
            set_={"profile_id": profile_id, "at": at, "how": how},
            where=identities.c.profile_id.is_not(None),
        )
    )


def assign_unknown(connection: Connection, people: Mapping[str, UUID], at: datetime, how: str) -> None:
    """Visitor → person, for those browsers of which nothing is known yet."""
    rows = [
        {"kind": VISITOR, "value": visitor, "profile_id": profile_id, "at": at, "how": how}
        for visitor, profile_id in people.items()
    ]
    if rows:
        connection.execute(insert(identities).on_conflict_do_nothing(), rows)


def withdraw(connection: Connection, visitors: Iterable[str], at: datetime) -> None:
    """Forget whose browsers these are, and remember that their visits must not be known."""
    rows = [
        {"kind": VISITOR, "value": visitor, "profile_id": None, "at": at, "how": "withdrawn"}
        for visitor in sorted(set(visitors))
    ]
    if not rows:
        return
    statement = insert(identities)
    said = statement.excluded
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["kind", "value"], set_={"profile_id": None, "at": said.at, "how": said.how}
        ),
        rows,
    )
