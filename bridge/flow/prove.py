"""Somebody did what machines do not: their clicks need not wait, and a burst does not speak against them."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from bridge.flow.unit import Unit
from bridge.ids import derived_id
from bridge.intake.records import Request, Submission
from bridge.profiles.consent import allows_watching
from bridge.store import consents, due_events, humanity, watching
from bridge.store.humanity import ProofRow


def prove(unit: Unit, proofs: Iterable[ProofRow]) -> None:
    """Note proofs of people who allow tracking, and let their hits be judged (again) at once.

    A number of statements that does not grow with the number of proofs. The same ones again have no effect. To be
    called with the profiles locked and their consents written.
    """
    allowed = _allowed(unit, list(proofs))
    if not allowed:
        return
    humanity.add(unit.connection, allowed)
    people = {row.profile_id for row in allowed}
    since = min(row.at for row in allowed) - unit.program.verdicts.proof_reaches_back
    if due_events.hurry(unit.connection, people, since, unit.now):
        unit.to_score |= people


def prove_by(unit: Unit, how: str, cause: UUID, profile_id: UUID, request: Request, at: datetime) -> None:
    """Note that somebody posted a form ("form") or pressed a button ("button") in the browser that asked.

    cause: what it came with, so that the same twice proves once. Anybody can type anybody's address; for which clicks
    it speaks is decided by the judgement: those of the same browser.
    """
    prove(unit, [_proof(how, cause, profile_id, request, at)])


def prove_by_forms(unit: Unit, sent: Iterable[tuple[Submission, UUID]]) -> None:
    """Note that people posted forms, where the browser is known: a website's server tells of it or does not."""
    proofs = [
        _proof(form.how or "form", form.id, profile_id, request, form.at)
        for form, profile_id in sent
        if (request := _browser(form)) is not None
    ]
    prove(unit, proofs)


def _browser(form: Submission) -> Request | None:
    if form.source == "browser":
        return form.request
    ip, agent = form.context.get("ip"), form.context.get("user_agent")
    return Request(ip, agent) if ip and agent else None


def _proof(how: str, cause: UUID, profile_id: UUID, request: Request, at: datetime) -> ProofRow:
    proof_id = derived_id("proof", how, cause)
    return ProofRow(proof_id, profile_id, at, how, ip=request.ip, user_agent=request.user_agent)


def _allowed(unit: Unit, rows: list[ProofRow]) -> list[ProofRow]:
    """Those of people who let themselves be watched."""
    people = {row.profile_id for row in rows}
    if not people:
        return []
    answers = consents.of_profiles(unit.connection, people)
    objecting = watching.objecting(unit.connection, people)
    return [
        row
        for row in rows
        if row.profile_id not in objecting and allows_watching(answers.get(row.profile_id, []), row.at)
    ]
