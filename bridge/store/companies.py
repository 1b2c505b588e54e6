"""Companies: people with the same domain, and what sales made of them."""

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import Connection, select

from bridge.store.finding import FoundRow
from bridge.store.handovers import HandoverRow
from bridge.store.tables import handovers, profiles

MOST = 100
"""People who are listed."""
NEWEST = 50
"""Hand-overs that are listed."""
TAKEN = ("open", "accepted", "won")
"""States of a hand-over whose sales person looks after the company."""

_PERSON = [profiles.c[name] for name in FoundRow.__slots__]
_HANDOVER = [handovers.c[name] for name in HandoverRow.__slots__]


def people(connection: Connection, domain: str) -> list[FoundRow]:
    """Its people, the best first; one more than are listed where there are more."""
    statement = (
        select(*_PERSON)
        .where(profiles.c.company_domain == domain)
        .order_by(profiles.c.score.desc(), profiles.c.id)
        .limit(MOST + 1)
    )
    return [FoundRow(*row) for row in connection.execute(statement)]


def handed_over(connection: Connection, domain: str) -> list[tuple[FoundRow, HandoverRow]]:
    """The newest hand-overs of its people."""
    statement = (
        select(*_PERSON, *_HANDOVER)
        .join(handovers, handovers.c.profile_id == profiles.c.id)
        .where(profiles.c.company_domain == domain)
        .order_by(handovers.c.at.desc(), handovers.c.id)
        .limit(NEWEST)
    )
    width = len(_PERSON)
    return [
        (FoundRow(*row[:width]), HandoverRow(*row[width:])) for row in connection.execute(statement).all()
    ]


def owner(connection: Connection, domain: str) -> str | None:
    """The sales person of the newest hand-over that is under way or was won."""
    statement = (
        select(handovers.c.sales_person)
        .join(profiles, handovers.c.profile_id == profiles.c.id)
        .where(profiles.c.company_domain == domain, handovers.c.state.in_(TAKEN))
        .order_by(handovers.c.at.desc(), handovers.c.id)
        .limit(1)
    )
    return connection.scalar(statement)


def names(rows: Iterable[FoundRow]) -> list[str]:
    """How its people write it, the most frequent first."""
    written = Counter(name for row in rows if (name := row.fields.get("company")))
    return [name for name, _ in written.most_common(5)]
