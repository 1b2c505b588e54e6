"""Decide stages on a case that has been told: marketing-qualified, then sales-qualified, on the locked row."""

import logging
from dataclasses import replace
from uuid import UUID

from bridge.flow.cases import Case
from bridge.flow.hand_over import hand_over, may_be_handed_over, request_sales
from bridge.flow.move import move
from bridge.flow.unit import Unit
from bridge.flow.withdraw import withdraw
from bridge.ids import derived_id
from bridge.qualification.stages import Answer, becomes_marketing_qualified, reaches_sales

log = logging.getLogger(__name__)


def qualify(unit: Unit, case: Case) -> None:
    """Move the person to another stage, and hand over or take back, as the points and forms of the case say.

    Its entries are written. The case's profile knows afterwards when to look again; nobody has written that yet.
    """
    told = case.told
    last = told[-1].id if told else derived_id("recheck", case.profile.id, unit.now)
    if _holds(becomes_marketing_qualified(unit.program, case.person, case.resolver())):
        case.profile = move(unit, case.profile, "marketing_qualified", "confirmed", last)
    for row in told:
        if row.kind == "form.submitted" and row.data.get("channel") == "sales" and not _barred(case):
            submission = UUID(row.data["submission"]) if row.data.get("submission") else None
            case.profile = request_sales(unit, case.profile, row.id, submission)
    if case.taken_back:
        case.profile = withdraw(unit, case.profile, case.telling.entries, case.taken_back)
    _cross_by_points(unit, case, last)


def _barred(case: Case) -> bool:
    return case.profile.excluded or case.profile.objected


def _cross_by_points(unit: Unit, case: Case, because_of: UUID) -> None:
    settled, recheck_at = case.telling.settled()
    allowed = may_be_handed_over(case.profile)
    if allowed and _holds(reaches_sales(unit.program, case.person, settled, case.resolver())):
        case.profile = hand_over(unit, case.profile, "points", because_of)
        recheck_at = None
    if not allowed or case.profile.score < unit.program.stages.threshold:
        recheck_at = None
    if recheck_at != case.profile.recheck_at:
        case.profile = replace(case.profile, recheck_at=recheck_at)


def _holds(answer: Answer) -> bool:
    if answer.failure:
        log.warning("a stage's condition failed", extra={"condition": answer.failure})
    return answer.holds
