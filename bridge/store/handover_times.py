"""How long it took until sales got a lead and answered it, and what became of it, team by team."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Float,
    Select,
    and_,
    case,
    cast,
    false,
    func,
    literal_column,
    not_,
    select,
    text,
    tuple_,
)

from bridge.store.day_facts import WENT_ON
from bridge.store.tables import handovers, profiles

TAKEN = ("accepted", "won", "lost")
"""States of what sales accepted: whoever loses a lead had accepted it."""

MEASURED = 4_000
"""Of more hand-overs than these, the medians are those of about so many, by chance: pages do not wait for more."""


_Became = tuple[str, bool]
"""The state of a hand-over, and whether sales has answered at all."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Hand-overs of some days. team: None for all of them, "" for those of nobody's team.

    Each is one of accepted, rejected, expired and still_open, as it is now. What was passed on counts for the team
    that accepted it, what was given back for the one that did so, the rest for the one that has it, or had it last.

    after, reaction: medians, in seconds: from the first form to the hand-over, and from there to the first answer of
    sales; None when there is none. Of a team: to its own first answer, from when it got the lead, without those that
    it took. reacted: of how many there was an answer.
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
    counts = _counts(connection, since, until)
    share = measured / max(counts[None].total(), measured)
    medians = {
        None if is_whole else team: (after, reaction)
        for is_whole, team, after, reaction in connection.execute(_medians(since, until, share))
    }
    return [_pace(team, became, *medians.get(team, (None, None))) for team, became in counts.items()]


def _pace(team: str | None, became: Counter[_Became], after: float | None, reaction: float | None) -> Pace:
    states: Counter[str] = Counter()
    for (state, _), number in became.items():
        states[state] += number
    return Pace(
        team,
        became.total(),
        sum(states[one] for one in TAKEN),
        states["rejected"],
        states["expired"],
        states["open"],
        sum(number for (_, has_reacted), number in became.items() if has_reacted),
        after,
        reaction,
    )


_STILL_TAKEN = and_(handovers.c.accepted_by.is_not(None), handovers.c.state.in_(TAKEN))
_TEAM = func.coalesce(case((_STILL_TAKEN, handovers.c.accepted_team), else_=handovers.c.team), "")
_TOOK_IT = func.coalesce(handovers.c.team_since >= handovers.c.reacted_at, false())
_ANSWERED_ITSELF = and_(func.coalesce(handovers.c.reacted_team, "") == _TEAM, not_(_TOOK_IT))
_TEAM_HAD_IT = func.coalesce(handovers.c.team_since, handovers.c.at)
_IS_WHOLE = func.grouping(_TEAM) == 1


def _of(since: datetime, until: datetime, *columns: ColumnElement[Any]) -> Select[Any]:
    return (
        select(*columns)
        .where(handovers.c.at >= since, handovers.c.at < until, handovers.c.state != "withdrawn")
        .where(text(f"not {WENT_ON}"))
    )


def _counts(connection: Connection, since: datetime, until: datetime) -> dict[str | None, Counter[_Became]]:
    """What became of how many: of all, also of none, then of each team.

    They are added up here: a statement that did it, too, would read all of them in one process of the database.
    """
    has_reacted, was_accepted = handovers.c.reacted_at.is_not(None), handovers.c.accepted_by.is_not(None)
    teams = (handovers.c.team, handovers.c.accepted_team)
    alike = (*teams, was_accepted, handovers.c.state, has_reacted)
    found: dict[str, Counter[_Became]] = {}
    for has_it, accepted, is_accepted, state, reacted, number in connection.execute(
        _of(since, until, *alike, func.count()).group_by(*alike)
    ):
        team = accepted if is_accepted and state in TAKEN else has_it
        found.setdefault(team or "", Counter())[state, reacted] += number
    whole = sum(found.values(), Counter[_Became]())
    return {None: whole} | dict(sorted(found.items()))


def _medians(since: datetime, until: datetime, share: float) -> Select[Any]:
    after = _median(handovers.c.at - profiles.c.created_at)
    of_team = case((_ANSWERED_ITSELF, handovers.c.reacted_at - _TEAM_HAD_IT))
    reaction = case((_IS_WHOLE, _median(handovers.c.reacted_at - handovers.c.at)), else_=_median(of_team))
    some = _of(since, until, _IS_WHOLE, _TEAM, after, reaction)
    some = some.group_by(func.grouping_sets(tuple_(), tuple_(_TEAM)))
    some = some.join(profiles, profiles.c.id == handovers.c.profile_id)
    return some.where(handovers.c.id < _below(share)) if share < 1 else some


def _below(share: float) -> UUID:
    """An id below which that share of all ids lies: they are hashes."""
    return UUID(int=int(share * 2**128))


def _median(span: ColumnElement[Any]) -> ColumnElement[float | None]:
    seconds = cast(func.extract("epoch", span), Float)
    return func.percentile_cont(literal_column("0.5")).within_group(seconds)
