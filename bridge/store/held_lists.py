"""What is held and waits for somebody's decision: leads by filters and brakes, submissions that look like spam.

What waits is read by partial indexes, ix_held_leads_at and ix_submissions_held_form; what became of it by
ix_held_leads_rules and ix_submissions_suspected, for some time back.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CTE,
    Column,
    ColumnElement,
    Connection,
    Row,
    ScalarSelect,
    Table,
    and_,
    func,
    literal,
    literal_column,
    select,
    true,
)

from bridge.profiles.fields import full_name
from bridge.store.held_leads import FILTER
from bridge.store.paging import Page, Place, page_from, page_of
from bridge.store.tables import held_leads, profiles, submissions

MOST_COUNTED = 1000
LATELY = timedelta(days=90)
"""For so long it is told what became of what was held, unless another time is asked for."""
MOST_UNDECIDED = 100
"""Of those that every page of the console counts."""
MOST_OF_A_FORM = 10_000
"""Of those that metrics count: machines that send millions are not counted each time that somebody looks."""

_LEAD_WAITS: ColumnElement[bool] = held_leads.c.decided_at.is_(None)
_LEAD_UNDECIDED = and_(_LEAD_WAITS, held_leads.c.why == FILTER)
_FORM_WAITS: ColumnElement[bool] = submissions.c.state == literal_column("'held'")
"""Its word stands in the statement itself: with any word, the planner could not rely on the index of what is held."""


@dataclass(frozen=True, slots=True)
class HeldCard:
    """A lead that is held. why: "filter" or "capacity". rule: the filter; sales_person, team: whose brake."""

    id: UUID
    profile_id: UUID
    why: str
    rule: str | None
    sales_person: str | None
    team: str | None
    cause: str
    score: int
    at: datetime
    email: str
    fields: Mapping[str, str]
    current: int

    @property
    def name(self) -> str:
        """Of the person; the address when no name is known."""
        return full_name(self.fields) or self.email

    @property
    def company(self) -> str | None:
        """Where they work, if that is known."""
        return self.fields.get("company") or None


@dataclass(frozen=True, slots=True)
class HeldForm:
    """A form that is held."""

    id: UUID
    form: str
    held_because: str | None
    received_at: datetime
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many submissions of a form wait, up to a bound, and since when the oldest does."""

    count: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of what one rule held. decided: decision → how many, without those that wait."""

    rule: str
    waiting: int
    decided: Mapping[str, int]

    @property
    def held(self) -> int:
        """How many it held in all."""
        return self.waiting + sum(self.decided.values())


def leads(connection: Connection, why: str, limit: int, after: Place | None = None) -> Page[HeldCard]:
    """Leads that wait for a decision or for room, whichever `why` says, the longest-waiting first."""
    columns = [held_leads.c[name] for name in HeldCard.__slots__ if name in held_leads.c]
    statement = (
        select(*columns, profiles.c.email, profiles.c.fields, profiles.c.score.label("current"))
        .join(profiles, profiles.c.id == held_leads.c.profile_id)
        .where(_LEAD_WAITS, held_leads.c.why == why)
    )
    return page_of(connection, statement, held_leads.c.at, held_leads.c.id, _lead, limit=limit, after=after)


def forms(
    connection: Connection, of: Iterable[str], limit: int, after: Place | None = None, *, others: bool = False
) -> Page[HeldForm]:
    """Submissions of some forms that wait for a decision, the longest-waiting first; others: of all but these.

    Of each form no more is read than the page has room for, however many of another form there are.
    """
    kinds = _forms_that_wait()
    some = select(*(submissions.c[name] for name in HeldForm.__slots__))
    some = some.where(_FORM_WAITS, submissions.c.form == kinds.c.form)
    one = page_from(some, submissions.c.received_at, submissions.c.id, limit=limit, after=after).lateral()
    those = kinds.c.form.in_(sorted(of))
    statement = select(one).select_from(kinds.join(one, true())).where(~those if others else those)
    return page_of(connection, statement, one.c.received_at, one.c.id, _form, limit=limit, after=after)


def count_undecided_each(connection: Connection) -> tuple[int, int]:
    """How many leads and how many submissions wait for a decision; MOST_COUNTED stands for that many or more."""
    leads, forms = _some(_LEAD_UNDECIDED, MOST_COUNTED), _some(_FORM_WAITS, MOST_COUNTED)
    row = connection.execute(select(leads, forms)).one()
    return row[0], row[1]


def forms_that_wait(connection: Connection, most: int = MOST_OF_A_FORM) -> dict[str, Waiting]:
    """Form → what waits of it; `most` stands for that many or more."""
    kinds, at = _forms_that_wait(), submissions.c.received_at
    oldest = select(at).where(_FORM_WAITS, submissions.c.form == kinds.c.form).order_by(at).limit(most)
    one = oldest.lateral()
    counted = select(kinds.c.form, func.count(), func.min(one.c.received_at))
    rows = connection.execute(counted.select_from(kinds.join(one, true())).group_by(kinds.c.form))
    return {form: Waiting(count, since) for form, count, since in rows}


def count_undecided(connection: Connection) -> int:
    """How much waits for somebody's decision, leads and submissions; MOST_UNDECIDED or more are that many or more.

    Who waits for room in sales needs none.
    """
    leads = _some(_LEAD_UNDECIDED, MOST_UNDECIDED)
    return connection.scalar(select(leads + _some(_FORM_WAITS, MOST_UNDECIDED))) or 0


def lead_rules(connection: Connection, since: datetime) -> list[Tally]:
    """What became of the leads that each filter held since a moment; those of brakes stand under ""."""
    rule = func.coalesce(held_leads.c.rule, "").label("rule")
    decision = held_leads.c.decision
    return _tallies(connection, held_leads, rule, decision, held_leads.c.at, since)


def form_rules(connection: Connection, since: datetime) -> list[Tally]:
    """What became of the submissions that each sign of spam held since a moment; "accepted" are those let through."""
    rule = submissions.c.held_because.label("rule")
    decision = func.nullif(submissions.c.state, "held")
    return _tallies(connection, submissions, rule, decision, submissions.c.received_at, since)


def _tallies(
    connection: Connection, table: Table, rule: Any, decision: Any, at: Column[datetime], since: datetime
) -> list[Tally]:
    counted = select(rule, decision.label("decision"), func.count().label("number")).select_from(table)
    rows = connection.execute(counted.where(at >= since, rule.is_not(None)).group_by(rule, decision))
    found: dict[str, dict[str | None, int]] = {}
    for row in rows:
        found.setdefault(row.rule, {})[row.decision] = row.number
    return [
        Tally(name, numbers.get(None, 0), {key: n for key, n in numbers.items() if key is not None})
        for name, numbers in sorted(found.items())
    ]


def _forms_that_wait() -> CTE:
    """Each form of which something waits, found by stepping from one to the next; the last line is none."""
    first = select(func.min(submissions.c.form).label("form")).where(_FORM_WAITS)
    found = first.cte("kinds", recursive=True)
    further = select(func.min(submissions.c.form)).where(_FORM_WAITS, submissions.c.form > found.c.form)
    return found.union_all(select(further.scalar_subquery()).where(found.c.form.is_not(None)))


def _some(waits: ColumnElement[bool], most: int) -> ScalarSelect[int]:
    """How many there are, counted up to a bound."""
    some = select(literal(1).label("one")).where(waits).limit(most).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def _lead(row: Row[Any]) -> HeldCard:
    return HeldCard(**row._mapping)


def _form(row: Row[Any]) -> HeldForm:
    return HeldForm(**row._mapping)
