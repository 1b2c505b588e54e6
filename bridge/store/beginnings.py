"""Ids that people name by their beginning."""

from uuid import UUID

from sqlalchemy import Column, ColumnElement, Connection, false, select

MOST_NAMED = 6
"""So many stand for that many or more."""
_HEX = frozenset("0123456789abcdef")


def begun(
    connection: Connection, identifier: Column[UUID], beginning: str, *fits: ColumnElement[bool]
) -> list[UUID]:
    """Ids of rows that fit and begin so, in order: more than one if the beginning does not say which is meant."""
    found = select(identifier).where(_begins(identifier, beginning), *fits)
    return list(connection.scalars(found.order_by(identifier).limit(MOST_NAMED)))


def _begins(identifier: Column[UUID], beginning: str) -> ColumnElement[bool]:
    """Whether an id begins so, with or without hyphens, in small letters or capitals: a stretch of its index."""
    bare = beginning.replace("-", "").lower()
    if len(bare) > 32 or not _HEX.issuperset(bare):
        return false()
    return identifier.between(UUID(bare.ljust(32, "0")), UUID(bare.ljust(32, "f")))
