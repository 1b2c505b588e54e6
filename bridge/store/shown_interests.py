"""Topics in which people showed interest, kept with each person, so that they are found by them.

A topic is one of these while its points in the ledger come to more than nothing. That changes seldom: what is known
already costs a look at the row, and is not written again.
"""

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy import Connection, Select, Text, cast, func, literal, select, update
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by

from bridge.scoring.ledger import SCORE, Entry
from bridge.store.sets import among, rows_from
from bridge.store.tables import ledger, profiles


def keep(connection: Connection, entries: Iterable[tuple[UUID, Entry]]) -> None:
    """Keep what new entries of the ledger, which stand there already, tell of people's interests.

    The caller holds the locks on the profiles' rows.
    """
    told = [(owner, entry) for owner, entry in entries if entry.topic != SCORE]
    gained = {(owner, entry.topic) for owner, entry in told if entry.points > 0}
    changed = {owner for owner, entry in told if entry.points < 0} | _lacking(connection, gained)
    if changed:
        shown = _shown(changed).subquery()
        is_new = (profiles.c.id == shown.c.id, profiles.c.shown_interests != shown.c.topics)
        connection.execute(update(profiles).where(*is_new).values(shown_interests=shown.c.topics))


def _lacking(connection: Connection, gained: Collection[tuple[UUID, str]]) -> set[UUID]:
    """People with whom a topic is not kept yet."""
    if not gained:
        return set()
    given = rows_from({"id": profiles.c.id, "topic": ledger.c.topic}, gained).c
    unknown = ~profiles.c.shown_interests.has_key(given.topic)
    return set(connection.scalars(select(profiles.c.id).where(profiles.c.id == given.id, unknown)))


def _shown(people: Collection[UUID]) -> Select[tuple[UUID, object]]:
    """Each of these people with the topics, as the ledger has them."""
    theirs = (
        select(ledger.c.profile_id, ledger.c.topic)
        .where(among(ledger.c.profile_id, people), ledger.c.topic != SCORE)
        .group_by(ledger.c.profile_id, ledger.c.topic)
        .having(func.sum(ledger.c.points) > 0)
        .subquery()
    )
    topics = func.jsonb_agg(aggregate_order_by(theirs.c.topic, theirs.c.topic))
    none = cast(literal("[]", Text()), JSONB)
    return (
        select(profiles.c.id, func.coalesce(topics.filter(theirs.c.topic.is_not(None)), none).label("topics"))
        .outerjoin(theirs, theirs.c.profile_id == profiles.c.id)
        .where(among(profiles.c.id, people))
        .group_by(profiles.c.id)
    )
