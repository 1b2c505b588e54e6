"""What everybody in sales has and got, counted by indexes on hand-overs; and whose turn it is to give out leads."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from itertools import product
from typing import NamedTuple

from sqlalchemy import Connection, and_, func, literal, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from bridge.qualification.leads import BY_POINTS, SENT_ON
from bridge.store.handovers import PENDING
from bridge.store.sets import among, rows_from
from bridge.store.tables import handovers, profiles

STATES = ("open", "accepted", "rejected", "won", "lost", "withdrawn", "expired")
"""All that a hand-over can be in."""
OWNED = ("open", "accepted", "won")
"""States in which a lead makes somebody the one who looks after its company."""
_TURNS = 0x726F
"""Apart from other advisory locks."""


class Given(NamedTuple):
    """How many leads that nobody asked for somebody got, in one team, and did not pass on."""

    sales_person: str
    team: str | None
    this_week: int
    today: int


def take_turn(connection: Connection, patient: bool) -> bool:
    """Let nobody else give out leads under a brake until this transaction ends.

    patient: wait for whoever is at it. Else False when somebody is.
    """
    if patient:
        connection.execute(select(func.pg_advisory_xact_lock(_TURNS, 0)))
        return True
    return bool(connection.scalar(select(func.pg_try_advisory_xact_lock(_TURNS, 0))))


def pending(connection: Connection, people: Iterable[str]) -> Counter[str]:
    """Person of sales → leads that are open or accepted."""
    statement = (
        select(handovers.c.sales_person, func.count())
        .where(among(handovers.c.sales_person, people), among(handovers.c.state, PENDING))
        .group_by(handovers.c.sales_person)
    )
    return Counter({row[0]: row[1] for row in connection.execute(statement).all()})


def newest(connection: Connection, people: Iterable[str]) -> dict[str, datetime]:
    """Person of sales → when the newest lead came, whatever became of it. One look into the index for each state."""
    columns = {"sales_person": handovers.c.sales_person, "state": handovers.c.state}
    given = rows_from(columns, product(people, STATES)).c
    at = (
        select(handovers.c.at)
        .where(handovers.c.sales_person == given.sales_person, handovers.c.state == given.state)
        .order_by(handovers.c.at.desc())
        .limit(1)
        .scalar_subquery()
    )
    found: dict[str, datetime] = {}
    for person, last in connection.execute(select(given.sales_person, at)).all():
        if last is not None:
            found[person] = max(last, found.get(person, last))
    return found


def given_since(connection: Connection, monday: datetime, midnight: datetime) -> list[Given]:
    """What everybody got since two moments. Whoever asked for sales does not count: they are never made to wait.

    A lead counts once: with whoever has it, or had it last. When it was passed on by "wrong territory", only the
    colleague's hand-over counts.
    """
    following = handovers.alias("following")
    passed_on = (
        select(literal(1))
        .where(
            following.c.profile_id == handovers.c.profile_id,
            following.c.crossing == handovers.c.crossing + 1,
            following.c.cause == SENT_ON,
        )
        .exists()
    )
    unasked = or_(
        handovers.c.cause == BY_POINTS,
        and_(handovers.c.cause == SENT_ON, handovers.c.submission_id.is_(None)),
    )
    statement = (
        select(
            handovers.c.sales_person,
            handovers.c.team,
            func.count(),
            func.count().filter(handovers.c.at >= midnight),
        )
        .where(handovers.c.at >= monday, unasked, ~passed_on)
        .group_by(handovers.c.sales_person, handovers.c.team)
    )
    return [Given(*row) for row in connection.execute(statement).all()]


def owners_of_companies(
    connection: Connection, domains: Iterable[str], people: Iterable[str]
) -> dict[str, str]:
    """Domain → who of these people got the newest lead of that company that is open, accepted or won."""
    wanted = list(domains)
    if not wanted:
        return {}
    statement = (
        select(profiles.c.company_domain, handovers.c.sales_person)
        .join(handovers, handovers.c.profile_id == profiles.c.id)
        .where(
            among(profiles.c.company_domain, wanted),
            among(handovers.c.state, OWNED),
            among(handovers.c.sales_person, people),
        )
        .ext(distinct_on(profiles.c.company_domain))
        .order_by(profiles.c.company_domain, handovers.c.at.desc(), handovers.c.id.desc())
    )
    return {row[0]: row[1] for row in connection.execute(statement).all()}
