"""The outbox as lists: what waits and what failed, page by page, and how much of it there is.

What waits is read by ix_outbox_waiting, what failed by ix_outbox_failed, and what is of one kind by their siblings.
What was sent stands with its person: to sort years of it for a list would help nobody.
"""

from typing import Any, Literal

from sqlalchemy import Connection, Row, Select, func, literal, select

from bridge.store.outbox import Delivery
from bridge.store.paging import Page, Place, page_of
from bridge.store.tables import outbox

Heap = Literal["waiting", "dead", "refused"]
HEAPS: tuple[Heap, ...] = ("waiting", "dead", "refused")
KINDS = ("mail", "sales", "operator", "account", "digest", "webhook")
MOST_COUNTED = 1000

_STATES = {"waiting": ("due", "deferred", "leased"), "dead": ("dead",), "refused": ("refused",)}


def heap(
    connection: Connection, name: Heap, kind: str | None, limit: int, after: Place | None = None
) -> Page[Delivery]:
    """Deliveries of a heap, and of a kind: what waits by its time, what failed newest first."""
    is_waiting = name == "waiting"
    return page_of(
        connection,
        _of(select(outbox), name, kind),
        outbox.c.due_at if is_waiting else outbox.c.created_at,
        outbox.c.id,
        _delivery,
        limit=limit,
        after=after,
        newest_first=not is_waiting,
    )


def count(connection: Connection, name: Heap, kind: str | None = None) -> int:
    """How many there are; MOST_COUNTED stands for that many or more."""
    some = _of(select(literal(1).label("one")), name, kind).limit(MOST_COUNTED).subquery()
    return connection.scalar(select(func.count()).select_from(some)) or 0


def _of(statement: Select[Any], name: Heap, kind: str | None) -> Select[Any]:
    statement = statement.where(outbox.c.state.in_(_STATES[name]))
    return statement.where(outbox.c.kind == kind) if kind else statement


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(**row._mapping)
