"""How long it took until sales got a lead and answered it, and what became of it, team by team."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Float,
    Select,
    cast,
    func,
    literal_column,
    select,
    text,
    tuple_,
)

from bridge.store.day_facts import WENT_ON
from bridge.store.tables import handovers, profiles

TAKEN = ("accepted", "won", "lost")
"""States of what sales accepted: whoever loses a lead had accepted it."""

MEASURED = 5_000
"""Of more hand-overs than these, the medians are those of about so many, by chance: pages do not wait for more."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Hand-overs of some days. team: None for all of them, "" for those of nobody's team.

    Each is one of accepted, rejected, expired and still_open, as it is now.

    after, reaction: medians, in seconds: from the first form to the hand-over, and from there to the first answer of
    sales; None when there is none. reacted: of how many there was an answer.
    """

    team: str | None
    handed_over: int
    accepted: int
    rejected: int
    expired: int
    still_open: int
    reacted: int
    after: float | None
    reaction: float | None


def paces(connection: Connection, since: datetime, until: datetime, measured: int = MEASURED) -> list[Pace]:
    """Of what was handed over from one moment until another: all of it first, then each team by its name.

    A lead that went on to a colleague is one hand-over, the colleague's, as in the figures. Two statements.
    """
    counts = connection.execute(_counts(since, until)).all()
    share = measured / max(counts[0].handed_over, measured)
    medians = {tuple(row)[:2]: tuple(row)[2:] for row in connection.execute(_medians(since, until, share))}
    return [_pace(*row, *medians.get(tuple(row)[:2], (None, None))) for row in counts]


def _pace(is_whole: bool, team: str, *numbers: Any) -> Pace:
    return Pace(None if is_whole else team, *numbers)


_TEAM = func.coalesce(handovers.c.team, "")
_IS_WHOLE = func.grouping(_TEAM) == 1


def _of_all_and_by_team(since: datetime, until: datetime, *columns: ColumnElement[Any]) -> Select[Any]:
    return (
        select(_IS_WHOLE, _TEAM, *columns)
        .where(handovers.c.at >= since, handovers.c.at < until, handovers.c.state != "withdrawn")
        .where(text(f"not {WENT_ON}"))
        .group_by(func.grouping_sets(tuple_(), tuple_(_TEAM)))
        .order_by(_IS_WHOLE.desc(), _TEAM)
    )


def _counts(since: datetime, until: datetime) -> Select[Any]:
    """The first line is that of all, also of none."""
    state = handovers.c.state
    return _of_all_and_by_team(
        since,
        until,
        func.count().label("handed_over"),
        func.count().filter(state.in_(TAKEN)),
        func.count().filter(state == "rejected"),
        func.count().filter(state == "expired"),
        func.count().filter(state == "open"),
        func.count(handovers.c.reacted_at),
    )


def _medians(since: datetime, until: datetime, share: float) -> Select[Any]:
    after = _median(handovers.c.at - profiles.c.created_at)
    reaction = _median(handovers.c.reacted_at - handovers.c.at)
    some = _of_all_and_by_team(since, until, after, reaction)
    some = some.join(profiles, profiles.c.id == handovers.c.profile_id)
    return some.where(handovers.c.id < _below(share)) if share < 1 else some


def _below(share: float) -> UUID:
    """An id below which that share of all ids lies: they are hashes."""
    return UUID(int=int(share * 2**128))


def _median(span: ColumnElement[Any]) -> ColumnElement[float | None]:
    seconds = cast(func.extract("epoch", span), Float)
    return func.percentile_cont(literal_column("0.5")).within_group(seconds)
