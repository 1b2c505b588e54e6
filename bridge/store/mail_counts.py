"""Numbers about mails that name nobody: template, day, what happened, how often.

They count what no event says: mails that were sent, and hits of people who do not allow (any more) to be known by
them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from sqlalchemy import Connection

from bridge.store.sets import insertion
from bridge.store.tables import counted_hits, mail_counts

Kind = Literal["sent", "opened", "clicked"]


@dataclass(frozen=True, slots=True, order=True)
class Counted:
    """What is counted. link: the number of a link within the mail, "" for what is no click."""

    template: str
    day: date
    kind: Kind
    link: str = ""


def add(connection: Connection, counts: Mapping[Counted, int]) -> None:
    """Raise numbers by so much."""
    if not counts:
        return
    values = [
        {"template": one.template, "day": one.day, "kind": one.kind, "link": one.link, "count": count}
        for one, count in sorted(counts.items())  # in one order, so that nobody waits for each other
    ]
    statement = insertion(mail_counts, values)
    more = mail_counts.c.count + statement.excluded.count
    connection.execute(
        statement.on_conflict_do_update(index_elements=list(mail_counts.primary_key), set_={"count": more})
    )


def first_time(connection: Connection, marks: Iterable[UUID], day: date) -> set[UUID]:
    """Those of the marks that were not seen before, so that what comes again from the journal counts once."""
    rows = [{"id": mark, "day": day} for mark in sorted(set(marks))]
    if not rows:
        return set()
    statement = insertion(counted_hits, rows).on_conflict_do_nothing().returning(counted_hits.c.id)
    return set(connection.scalars(statement))
