"""How wordings of a step did against each other, and which one was decided for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CTE, Connection, and_, case, func, select

from bridge.store.reactions import crossings, was_clicked
from bridge.store.rows import values_of
from bridge.store.sets import among, insertion
from bridge.store.tables import mails, variant_choices

_BETWEEN = "/"
"""No id has it."""

Wording = tuple[str, str, str]
"""Series, step, and which wording of it."""


@dataclass(frozen=True, slots=True)
class Trial:
    """How a wording did while all of its step were sent: from the first mail of the one that came last, `since`, to
    the decision for one of them, `until`; to the newest mail where there is none.

    people: who got it and allows their clicks to be known; clicked: who of them followed a link. readers: all who got
    it; qualified: who of them sales got.
    """

    sequence: str
    step: str
    variant: str
    people: int
    clicked: int
    readers: int
    qualified: int
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Window:
    """When this many wordings of a step were all sent; it ends before it begins where they never were."""

    sequence: str
    step: str
    since: datetime
    until: datetime
    wordings: int


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    """The wording that everybody gets from now on, and why."""

    sequence: str
    step_id: str
    variant: str
    at: datetime
    because: str


def trials(connection: Connection, wordings: Iterable[Wording]) -> list[Trial]:
    """How wordings did. One that was never sent is left out: then no other of its step can be compared with it."""
    sent = _sent(wordings)
    span = _span(sent, ())
    crossed = crossings()
    keys = (sent.c.sequence, sent.c.step_id, sent.c.variant)
    joined = sent.join(
        span, and_(span.c.sequence == sent.c.sequence, span.c.step_id == sent.c.step_id)
    ).outerjoin(crossed, crossed.c.mail_id == sent.c.id)
    clicked, qualified = was_clicked(sent.c), crossed.c.mail_id.is_not(None)
    person = sent.c.profile_id.distinct()
    statement = (
        select(
            *keys,
            func.count(person).filter(sent.c.tracked),
            func.count(person).filter(sent.c.tracked, clicked),
            func.count(person),
            func.count(person).filter(qualified),
            span.c.since,
            span.c.until,
        )
        .select_from(joined)
        .where(sent.c.sent_at.between(span.c.since, span.c.until))
        .group_by(*keys, span.c.since, span.c.until)
    )
    return [Trial(*row) for row in connection.execute(statement)]


def windows(
    connection: Connection, wordings: Iterable[Wording], chosen: Iterable[tuple[str, str]]
) -> list[Window]:
    """When wordings of a step were all sent. One that was never sent is not among those that are counted.

    chosen: steps (series, step) of which the programme itself names the one to be sent, since whenever: there
    it ends with the last mail of another.
    """
    return [Window(*row) for row in connection.execute(select(_span(_sent(wordings), chosen)))]


def _sent(wordings: Iterable[Wording]) -> CTE:
    """Their mails. They are named in one word: of a join with three columns the planner expects a row or two."""
    columns = ("id", "profile_id", "sequence", "step_id", "variant", "tracked", "sent_at")
    word = mails.c.sequence + _BETWEEN + mails.c.step_id + _BETWEEN + mails.c.variant
    return (
        select(*(mails.c[name] for name in columns))
        .where(
            mails.c.variant.is_not(None),
            mails.c.sent_at.is_not(None),
            among(word, [_BETWEEN.join(one) for one in wordings]),
        )
        .cte("sent")
    )


def _span(sent: CTE, chosen: Iterable[tuple[str, str]]) -> Any:
    each = (
        select(
            sent.c.sequence,
            sent.c.step_id,
            func.min(sent.c.sent_at).label("first"),
            func.max(sent.c.sent_at).label("last"),
        )
        .group_by(sent.c.sequence, sent.c.step_id, sent.c.variant)
        .subquery("each")
    )
    key = each.c.sequence + _BETWEEN + each.c.step_id
    by_hand = among(key, [_BETWEEN.join(one) for one in chosen])
    decided = func.min(variant_choices.c.at)
    until = case((func.bool_or(by_hand), func.min(each.c.last)), else_=func.max(each.c.last))
    same = and_(variant_choices.c.sequence == each.c.sequence, variant_choices.c.step_id == each.c.step_id)
    return (
        select(
            each.c.sequence,
            each.c.step_id,
            func.max(each.c.first).label("since"),
            func.coalesce(decided, until).label("until"),
            func.count().label("wordings"),
        )
        .select_from(each.outerjoin(variant_choices, same))
        .group_by(each.c.sequence, each.c.step_id)
        .subquery("span")
    )


def choices(connection: Connection) -> Mapping[tuple[str, str], ChoiceRow]:
    """(series, step) → the wording that was decided for."""
    rows = connection.execute(select(variant_choices))
    return {(row.sequence, row.step_id): ChoiceRow(**row._mapping) for row in rows}


def decide(connection: Connection, rows: Iterable[ChoiceRow]) -> None:
    """Write decisions down; what was decided before stays."""
    if many := [values_of(row) for row in rows]:
        connection.execute(insertion(variant_choices, many).on_conflict_do_nothing())
