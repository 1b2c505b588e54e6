"""How long it took until sales got a lead and answered it, and what became of it, team by team: one statement."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Float, cast, func, literal_column, select, text, tuple_

from bridge.store.day_facts import WENT_ON
from bridge.store.tables import handovers, profiles

TAKEN = ("accepted", "won", "lost")
"""States of what sales accepted: whoever loses a lead had accepted it."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Hand-overs of some days. team: None for all of them, "" for those of nobody's team.

    after, reaction: medians, in seconds: from the first form to the hand-over, and from there to the first answer of
    sales; None when there is none. reacted: of how many there was an answer.
    """

    team: str | None
    handed_over: int
    accepted: int
    rejected: int
    still_open: int
    reacted: int
    after: float | None
    reaction: float | None


def paces(connection: Connection, since: datetime, until: datetime) -> list[Pace]:
    """Of what was handed over from one moment until another: all of it first, then each team by its name.

    A lead that went on to a colleague is one hand-over, the colleague's, as in the figures.
    """
    state = handovers.c.state
    team = func.coalesce(handovers.c.team, "")
    statement = (
        select(
            team,
            func.grouping(team) == 1,
            func.count(),
            func.count().filter(state.in_(TAKEN)),
            func.count().filter(state == "rejected"),
            func.count().filter(state == "open"),
            func.count(handovers.c.reacted_at),
            _median(handovers.c.at - profiles.c.created_at),
            _median(handovers.c.reacted_at - handovers.c.at),
        )
        .join(profiles, profiles.c.id == handovers.c.profile_id)
        .where(handovers.c.at >= since, handovers.c.at < until, state != "withdrawn", text(f"not {WENT_ON}"))
        .group_by(func.grouping_sets(tuple_(), tuple_(team)))
        .order_by(func.grouping(team).desc(), team)
    )
    rows = connection.execute(statement)
    return [Pace(None if of_all else name, *rest) for name, of_all, *rest in rows]


def _median(span: ColumnElement[Any]) -> ColumnElement[float | None]:
    seconds = cast(func.extract("epoch", span), Float)
    return func.percentile_cont(literal_column("0.5")).within_group(seconds)
