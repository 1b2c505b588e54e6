"""Companies: people with the same domain, and what sales made of them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, select

from bridge.store.finding import FoundRow
from bridge.store.handovers import HandoverRow
from bridge.store.sales_load import OWNED
from bridge.store.tables import handovers, profiles

MOST = 100
"""People who are listed."""
KNOWN = 1_000
"""People whose hand-overs are looked for."""
NEWEST = 50
"""Hand-overs that are listed."""

_PERSON = [profiles.c[name] for name in FoundRow.__slots__]
_HANDOVER = [handovers.c[name] for name in HandoverRow.__slots__]


def people(connection: Connection, domain: str) -> list[FoundRow]:
    """Its people, the best first; one more than are listed where there are more."""
    return [FoundRow(*row) for row in connection.execute(_the_best(domain, MOST + 1, _PERSON))]


def handed_over(connection: Connection, domain: str) -> list[tuple[FoundRow, HandoverRow]]:
    """The newest hand-overs of its people."""
    theirs = _the_best(domain, KNOWN, _PERSON).subquery()
    statement = (
        select(*theirs.c, *_HANDOVER)
        .join(handovers, handovers.c.profile_id == theirs.c.id)
        .order_by(handovers.c.at.desc(), handovers.c.id)
        .limit(NEWEST)
    )
    width = len(_PERSON)
    return [
        (FoundRow(*row[:width]), HandoverRow(*row[width:])) for row in connection.execute(statement).all()
    ]


def owner(dealt: Iterable[HandoverRow]) -> str | None:
    """The sales person of the newest hand-over that is under way or was won; dealt: the newest first."""
    return next((one.sales_person for one in dealt if one.state in OWNED), None)


def _the_best(domain: str, most: int, columns: Sequence[ColumnElement[Any]]) -> Select[Any]:
    """So many people of a company, in the order in which an index has them."""
    order = (profiles.c.company_domain, profiles.c.top_score, profiles.c.created_at, profiles.c.id)
    theirs = select(*columns).where(profiles.c.company_domain == domain)
    return theirs.order_by(*(one.desc() for one in order)).limit(most)


def names(rows: Iterable[FoundRow]) -> list[str]:
    """How its people write it, the most frequent first."""
    written = Counter(name for row in rows if (name := row.fields.get("company")))
    return [name for name, _ in written.most_common(5)]
