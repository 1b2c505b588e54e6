"""People of whom nothing was heard for too long."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Table,
    and_,
    func,
    literal,
    not_,
    or_,
    select,
    true,
)

from bridge.program.events import EVENT_KINDS, OWN_PAGE
from bridge.store.profiles import ProfileRow, lock_free
from bridge.store.tables import consents, events, handovers, held_leads, profiles, submissions
from bridge.store.tables.journal import NO_SIGNS, OF_SALES

OURS = frozenset(NO_SIGNS) - {OWN_PAGE, *OF_SALES}
"""Events that say nothing of the person: we did something, or nothing came back."""

SIGNS = sorted(set(EVENT_KINDS) - OURS)


def is_sign(of: FromClause) -> ColumnElement[bool]:
    """Whether an event is known to be a person's, as ix_events_signs has it."""
    return and_(of.c.verdict == "human", of.c.kind.not_in(NO_SIGNS))


def unconfirmed(before: datetime) -> ColumnElement[bool]:
    """Whether a person neither proved the address nor asked sales for something, and sent no form since.

    Whose lead is held, and waits for us, is not among them.
    """
    asks = and_(events.c.kind == "form.submitted", events.c.data["channel"].astext == "sales")
    return and_(
        profiles.c.confirmed_at.is_(None),
        profiles.c.created_at < before,
        _none(submissions, submissions.c.received_at >= before),
        _none(handovers, true()),
        _none(held_leads, held_leads.c.decided_at.is_(None)),
        _none(consents, consents.c.state == "given"),
        _none(events, asks),
    )


def silent(before: datetime, unconfirmed_before: datetime) -> ColumnElement[bool]:
    """Whether a person gave no sign of life since: no form, no answer, nothing that a person does, no word to sales.

    What waits to be judged may have been the person. Those that are gone as unconfirmed anyway are not among them,
    nor those whose lead is held, and waits for us.
    """
    did_something = and_(
        events.c.at >= before,
        events.c.kind.in_(SIGNS),
        or_(events.c.verdict == "human", events.c.scored_at.is_(None)),
    )
    return and_(
        profiles.c.created_at < before,
        _none(submissions, submissions.c.received_at >= before),
        _none(consents, consents.c.at >= before),
        _none(handovers, _sales_did_something(before)),
        _none(held_leads, held_leads.c.decided_at.is_(None)),
        _none(events, did_something),
        not_(unconfirmed(unconfirmed_before)),
    )


def _sales_did_something(since: datetime) -> ColumnElement[bool]:
    """Whether sales got a lead since, or was at it: called in vain, noted something, took it, or ended it."""
    h = handovers.c
    ended = and_(h.decided_at >= since, h.state != "expired")
    return or_(h.begun_at >= since, h.touched_at >= since, ended)


def _none(table: Table, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a person has no such row.

    The offset keeps PostgreSQL from joining whole tables: how many people are silent is nothing that it can guess,
    and a wrong guess costs minutes. Looked up one by one, by an index, it costs the same whatever is true.
    """
    found = select(literal(1)).select_from(table).where(table.c.profile_id == profiles.c.id, condition)
    return ~found.correlate(profiles).offset(0).exists()


def count(connection: Connection, condition: ColumnElement[bool]) -> int:
    """How many people that is true of."""
    return connection.scalar(select(func.count()).select_from(profiles).where(condition)) or 0


def some(
    connection: Connection, condition: ColumnElement[bool], after: UUID | None, limit: int
) -> list[UUID]:
    """People that it is true of, in the order of their ids, beginning after one of them."""
    statement = select(profiles.c.id).where(condition).order_by(profiles.c.id).limit(limit)
    return list(connection.scalars(statement.where(profiles.c.id > after) if after else statement))


def lock_still(connection: Connection, profile_id: UUID, condition: ColumnElement[bool]) -> ProfileRow | None:
    """That person, locked, if it is still true of them and nobody else is at it.

    It is asked anew once nobody else can change it: what was committed in between is seen.
    """
    profile = lock_free(connection, profile_id)
    still = connection.scalar(select(func.count()).where(profiles.c.id == profile_id, condition))
    return profile if still else None
