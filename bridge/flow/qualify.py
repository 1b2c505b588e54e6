"""Decide stages on a case that has been told: marketing-qualified, then sales-qualified, on the locked row."""

import logging
from dataclasses import replace
from uuid import UUID

from bridge.flow.cases import Case
from bridge.flow.move import move
from bridge.flow.sales.ask_sales import ask_sales
from bridge.flow.sales.hand_over import Crossing, may_be_handed_over
from bridge.flow.sales.offer import let_lapse, offer
from bridge.flow.sales.sales_floor import Floor
from bridge.flow.sales.withdraw import withdraw
from bridge.flow.unit import Unit
from bridge.ids import derived_id
from bridge.qualification.stages import Answer, becomes_marketing_qualified, reaches_sales

log = logging.getLogger(__name__)


def qualify(unit: Unit, case: Case, floor: Floor) -> None:
    """Move the person to another stage, and hand over, hold or take back, as the points and forms of the case say.

    Its entries are written. The case's profile knows afterwards when to look again; nobody has written that yet.
    """
    told = case.told
    last = told[-1].id if told else derived_id("recheck", case.profile.id, unit.now)
    if _holds(becomes_marketing_qualified(unit.program, case.person, case.resolver())):
        case.profile = move(unit, case.profile, "marketing_qualified", "confirmed", last)
    for row in told:
        if row.kind == "form.submitted" and row.data.get("channel") == "sales" and not _barred(case):
            submission = UUID(row.data["submission"]) if row.data.get("submission") else None
            form = unit.program.forms.get(row.data.get("form") or "")
            case.profile = ask_sales(floor, case.profile, Crossing("form", row.id, submission, form))
    if case.taken_back:
        let_lapse(floor, case.profile, case.telling.entries)
        case.profile = withdraw(unit, case.profile, case.telling.entries, case.taken_back)
    _cross_by_points(unit, case, floor, last)


def may_go_to_sales(unit: Unit, case: Case) -> bool:
    """Whether `qualify` may want to know of sales: a sales form came, or there are or were points enough."""
    asks = any(row.kind == "form.submitted" and row.data.get("channel") == "sales" for row in case.told)
    return (
        asks
        or bool(case.taken_back)
        or (case.profile.score >= unit.program.stages.threshold and may_be_handed_over(case.profile))
    )


def _barred(case: Case) -> bool:
    return case.profile.excluded or case.profile.objected


def _cross_by_points(unit: Unit, case: Case, floor: Floor, because_of: UUID) -> None:
    settled, recheck_at = case.telling.settled()
    allowed = may_be_handed_over(case.profile)
    if allowed and _holds(reaches_sales(unit.program, case.person, settled, case.resolver())):
        case.profile = offer(floor, case.profile, Crossing("points", because_of))
        recheck_at = None
    if not allowed or case.profile.score < unit.program.stages.threshold:
        recheck_at = None
    if recheck_at != case.profile.recheck_at:
        case.profile = replace(case.profile, recheck_at=recheck_at)


def _holds(answer: Answer) -> bool:
    if answer.failure:
        log.warning("a stage's condition failed", extra={"condition": answer.failure})
    return answer.holds
