"""Whose answer a lead waits for: who has not accepted it yet looks after nobody, and is asked for as if they did."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy import Connection, Select, cast, literal, select, true
from sqlalchemy.dialects.postgresql import TSQUERY

from bridge.profiles.finding import Wanted
from bridge.store.finding import plan_anew
from bridge.store.handovers import WAITS
from bridge.store.tables import handovers, profiles

MOST = 1_000
"""So many of one sales person's, the newest: whoever waits for two weeks goes back to marketing."""


def with_asked(connection: Connection, wanted: Wanted) -> Wanted:
    """The same, with those who wait for the owner's answer and fit its other words.

    Each is looked at by their id, so that no word is read for them however many others it is true of.
    """
    if wanted.owner is None:
        return wanted
    plan_anew(connection)
    of = handovers.c
    some = select(of.profile_id).where(of.sales_person == wanted.owner, WAITS)
    newest = some.order_by(of.at.desc()).limit(MOST)
    found = connection.execute(_of_whom_is_true(newest, replace(wanted, owner=None).query))
    return replace(wanted, also=frozenset(row[0] for row in found))


def _of_whom_is_true(people: Select[UUID], words: str) -> Select[UUID]:
    """Those of the people of whom the words are true."""
    if not words:
        return people
    some = people.subquery()
    fits = profiles.c.words.op("@@")(cast(literal(words), TSQUERY))
    person = select(profiles.c.id).where(profiles.c.id == some.c.profile_id, fits).offset(0).lateral()
    return select(person.c.id).select_from(some.join(person, true()))
