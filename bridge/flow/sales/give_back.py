"""Sales gives a lead back, or loses it: marketing goes on after a pause, or a colleague gets it."""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from bridge import i18n
from bridge.flow.by_halves import by_halves
from bridge.flow.move import move
from bridge.flow.sales.hand_over import Crossing, hand_over
from bridge.flow.sales.sales_event import write_sales_event
from bridge.flow.sales.sales_floor import Floor
from bridge.flow.sales.tell_sales import LINK_OUTLIVES
from bridge.flow.sales.write_notes import comes_back, giver, noted, noted_at_end
from bridge.flow.score_profiles import score_profiles
from bridge.flow.sending.keep_back import nurture_again
from bridge.flow.unit import Opened, Unit
from bridge.flow.withdraw_consents import withdraw_consents
from bridge.ids import derived_id
from bridge.program.model import Program, Reason
from bridge.qualification.leads import SENT_ON
from bridge.qualification.outcomes import Answer, nurture_resumes
from bridge.qualification.stages import BEFORE_SALES, stage_after_return
from bridge.store import handovers, outbox, profiles, submissions, suppressions
from bridge.store.handovers import HandoverRow
from bridge.store.profiles import ProfileRow


def give_back(unit: Unit, profile: ProfileRow, row: HandoverRow, answer: Answer, reason: Reason) -> str:
    """Rejected or lost: the correction comes first, then nothing can cross again by the old points.

    Returns what became of it: the answer's outcome, or "rerouted".
    """
    _close(unit, row, answer, reason)
    if goes_to_a_colleague(unit.program, answer.outcome, reason):
        _reroute(unit, profile, row, answer, reason)
        return "rerouted"
    label = i18n.pick(reason.label, unit.program.language)
    event_id = write_sales_event(unit, row, f"sales.{answer.outcome}", label, reason.id)
    on = answer.on if reason.asks == "date" else None
    resumes = nurture_resumes(reason, on, unit.now, unit.program.timezone)
    profiles.change(unit.connection, profile.id, resumes_at=resumes)
    _apply_effect(unit, profile, reason)
    score_profiles(unit, [profile.id])
    profile = profiles.lock_one(unit.connection, profile.id)
    stage = "lost" if answer.outcome == "lost" else stage_after_return(profile.confirmed)
    move(unit, profile, stage, reason.id, event_id)
    if stage in BEFORE_SALES:
        nurture_again(unit, [profile])
    unit.to_score.add(profile.id)  # nurturing goes on, or begins anew
    return answer.outcome


def goes_to_a_colleague(program: Program, outcome: str, reason: Reason) -> bool:
    """Whether a lead that is given back for that reason is somebody else's, and not marketing's."""
    return outcome == "rejected" and reason.effect == "reroute" and len(program.people) > 1


def _close(unit: Unit, row: HandoverRow, answer: Answer, reason: Reason) -> None:
    say = i18n.translations(unit.program.language).gettext
    said = [say("lost") if answer.outcome == "lost" else say("given back")]
    if answer.on and reason.asks == "date":
        said.append(comes_back(unit, answer.on))
    handovers.change(
        unit.connection,
        row.id,
        state=answer.outcome,
        decided_at=unit.now,
        reason=reason.id,
        note=noted_at_end(unit, row, answer, *said),
    )
    handovers.close_links_soon(unit.connection, [row.id], unit.now + LINK_OUTLIVES)


def _reroute(unit: Unit, profile: ProfileRow, row: HandoverRow, answer: Answer, reason: Reason) -> None:
    """Somebody else's lead: it does not go back to marketing, so nothing is taken from its score.

    Who gets it reads what was noted so far, and what whoever gave it back says. The caller has taken the turn to give
    out leads, see take_turn: whoever has room is counted with what others gave out.
    """
    cause = derived_id(row.id, "rerouted")
    back = move(unit, profile, stage_after_return(profile.confirmed), "rerouted", cause)
    sent = submissions.get(unit.connection, row.submission_id) if row.submission_id else None
    form = unit.program.forms.get(sent.form) if sent else None
    decision = Floor(unit, [back]).decide(back, SENT_ON, form, not_to=row.sales_person)
    person = decision.route.person or unit.program.people[row.sales_person]
    profiles.change(unit.connection, profile.id, owner=person.id)
    back = replace(back, owner=person.id)
    crossing = Crossing(
        SENT_ON,
        cause,
        row.submission_id,
        form,
        note=noted(unit, row, answer, i18n.pick(reason.label, unit.program.language)),
        before=row,
        given_by=giver(unit, row, answer),
    )
    hand_over(
        unit, back, crossing, person, (_why(unit, row, reason), *decision.route.because), decision.measure
    )


def _why(unit: Unit, row: HandoverRow, reason: Reason) -> str:
    """Who gave it back and why, in the programme's language."""
    language = unit.program.language
    words = i18n.translations(language).gettext(
        "The lead goes to somebody else than %(name)s, who gave it back: %(reason)s."
    )
    name = unit.program.person_name(row.sales_person)
    return words % {"name": name, "reason": i18n.pick(reason.label, language)}


def _apply_effect(unit: Unit, profile: ProfileRow, reason: Reason) -> None:
    connection = unit.connection
    if reason.effect == "fit_down":
        profiles.change(connection, profile.id, misfits=profile.misfits + 1)
    elif reason.effect == "exclude":
        profiles.change(connection, profile.id, excluded=True)
    elif reason.effect == "block":
        suppressions.suppress(connection, profile.email_key, "blocked", unit.now, "said to sales")
        withdraw_consents(unit, profile, "sales")
        profiles.change(connection, profile.id, excluded=True)
    if reason.effect in {"exclude", "block"}:
        outbox.withdraw(connection, profile.id, ["consent", "request"], unit.now, reason.id)


def return_lost(opened: Opened) -> None:
    """Lost people whose pause is over are nurtured again; one with whom that fails stops no other."""
    with opened() as unit:
        found = profiles.back_from_lost(unit.connection, unit.now)
    by_halves(opened, back_from_lost, found, step="step back_from_lost")


def back_from_lost(unit: Unit, profile_ids: Iterable[UUID]) -> None:
    """Of these people those who are lost, and whose pause is over, are nurtured again."""
    back: list[ProfileRow] = []
    for profile in profiles.lock(unit.connection, profile_ids):
        if profile.stage == "lost" and profile.resumes_at and profile.resumes_at <= unit.now:
            cause = derived_id("back", profile.id, profile.resumes_at)
            move(unit, profile, stage_after_return(profile.confirmed), "pause over", cause)
            back.append(profile)
    nurture_again(unit, back)
