"""Stages and the moves between them, as pure decisions."""

from dataclasses import dataclass
from typing import Literal

from bridge.program.expressions import FailedExpression, Resolver
from bridge.program.model import Program
from bridge.scoring.facts import Person

Stage = Literal["visitor", "prospect", "marketing_qualified", "sales_qualified", "accepted", "won", "lost"]

BEFORE_SALES = frozenset({"prospect", "marketing_qualified"})


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a condition holds. failure: its source when that could not be told; why may quote what people wrote."""

    holds: bool
    failure: str | None = None


def becomes_marketing_qualified(program: Program, person: Person, resolve: Resolver) -> Answer:
    """Required data complete and interest shown: only from prospect, only when confirmed."""
    if person.stage != "prospect" or not person.confirmed:
        return Answer(False)
    if any(not person.fields.get(name) for name in program.stages.requires):
        return Answer(False)
    try:
        return Answer(program.stages.marketing_when.truth(resolve))
    except FailedExpression as error:
        return Answer(False, error.source)


def reaches_sales(program: Program, person: Person, settled_score: int, resolve: Resolver) -> Answer:
    """The threshold is reached with points that have settled: only from prospect or marketing-qualified."""
    if person.stage not in BEFORE_SALES or settled_score < program.stages.threshold:
        return Answer(False)
    if program.stages.sales_when is None:
        return Answer(True)
    try:
        return Answer(program.stages.sales_when.truth(resolve))
    except FailedExpression as error:
        return Answer(False, error.source)


def stage_after_return(confirmed: bool) -> Stage:
    """Where somebody goes whom sales gives back."""
    return "marketing_qualified" if confirmed else "prospect"
