"""Sales answers a hand-over: accepted, not reached, rejected, won or lost."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from bridge import i18n
from bridge.errors import HandoverClosed, InvalidFields
from bridge.flow.announce import announce
from bridge.flow.hand_over import hand_over
from bridge.flow.keep_back import nurture_again
from bridge.flow.move import move
from bridge.flow.score_profiles import score_profiles
from bridge.flow.unit import Unit
from bridge.flow.withdraw import LINK_OUTLIVES
from bridge.flow.withdraw_consents import withdraw_consents
from bridge.ids import derived_id, new_id
from bridge.program.model import Reason
from bridge.qualification.outcomes import POSSIBLE, nurture_resumes
from bridge.qualification.routing import route
from bridge.qualification.stages import BEFORE_SALES, stage_after_return
from bridge.qualification.working_hours import OPENS, due_after
from bridge.store import events, handovers, outbox, profiles, suppressions
from bridge.store.events import EventRow
from bridge.store.handovers import HandoverRow
from bridge.store.profiles import ProfileRow


@dataclass(frozen=True, slots=True)
class Answer:
    """What sales said. reason: an id from the programme, for rejected and lost. on: a date the person named."""

    outcome: str
    reason: str | None = None
    amount: Decimal | None = None
    currency: str | None = None
    on: date | None = None
    note: str | None = None


def record_outcome(unit: Unit, handover_id: UUID, answer: Answer) -> str:
    """Write the answer down with everything that follows from it; returns what became of the hand-over.

    That is the answer's outcome, or "rerouted" when somebody else got the lead.

    The same answer again has no effect. Raises HandoverClosed when the hand-over does not wait for that
    answer, InvalidFields, in English, when a reason or a date is missing.
    """
    row = handovers.get(unit.connection, handover_id)
    if row is None:
        raise HandoverClosed
    score_profiles(unit, [row.profile_id])  # what happened before counts before
    profile = profiles.lock_one(unit.connection, row.profile_id)
    row = handovers.get(unit.connection, handover_id) or row
    if row.state == answer.outcome:
        return answer.outcome
    if answer.outcome in {"not_reached", "rejected"} and answer.on and answer.on <= unit.now.date():
        raise InvalidFields({"date": ["Please choose a date in the future."]})
    if answer.outcome not in POSSIBLE.get(row.state, frozenset()):
        raise HandoverClosed
    reason, became = _reason(unit, answer), answer.outcome
    match answer.outcome:
        case "accepted":
            _accept(unit, profile, row, answer)
        case "not_reached":
            _not_reached(unit, row, answer)
        case "won":
            _win(unit, profile, row, answer)
        case _ if reason is not None:
            became = _give_back(unit, profile, row, answer, reason)
    announce_outcome(unit, profile.id, row, answer)
    return became


def announce_outcome(unit: Unit, profile_id: UUID, row: HandoverRow, answer: Answer) -> None:
    """Tell the outside what sales said."""
    profile = profiles.get(unit.connection, profile_id)
    announce(
        unit,
        "lead.outcome",
        profile,
        new_id() if answer.outcome == "not_reached" else derived_id(row.id, answer.outcome),
        outcome=answer.outcome,
        reason=answer.reason,
        amount=str(answer.amount) if answer.amount is not None else None,
        currency=answer.currency if answer.amount is not None else None,
        date=answer.on.isoformat() if answer.on else None,
        note=answer.note,
        sales_person=row.sales_person,
        handover=str(row.id),
    )


def _reason(unit: Unit, answer: Answer) -> Reason | None:
    if answer.outcome not in {"rejected", "lost"}:
        return None
    reason = unit.program.reasons.get(answer.reason or "")
    if reason is None:
        raise InvalidFields({"reason": ["Please choose a reason."]})
    if reason.asks == "date" and answer.on is None:
        raise InvalidFields({"date": ["Please name a date."]})
    if reason.asks == "note" and not answer.note:
        raise InvalidFields({"note": ["Please name the right contact."]})
    return reason


def _say(unit: Unit, words: str) -> str:
    return i18n.translations(unit.program.language).gettext(words)


def _note(row: HandoverRow, words: str) -> str:
    return f"{row.note}\n{words}" if row.note else words


def _event(
    unit: Unit, profile: ProfileRow, row: HandoverRow, kind: str, subject: str = "", reason: str = ""
) -> UUID:
    event_id = derived_id(row.id, kind)
    data = {"subject": subject, "reason": reason, "handover": str(row.id)}
    known = EventRow(event_id, profile.id, kind, unit.now, unit.now, data=data, verdict="human")
    events.add(unit.connection, [known])
    return event_id


def _accept(unit: Unit, profile: ProfileRow, row: HandoverRow, answer: Answer) -> None:
    event_id = _event(unit, profile, row, "sales.accepted", _name(unit, row))
    note = _note(row, answer.note) if answer.note else row.note
    handovers.change(unit.connection, row.id, state="accepted", decided_at=unit.now, note=note)
    profiles.change(unit.connection, profile.id, owner=row.sales_person)
    move(unit, profile, "accepted", "sales", event_id)
    score_profiles(unit, [profile.id])


def _not_reached(unit: Unit, row: HandoverRow, answer: Answer) -> None:
    """Somebody will try again: on the date that was named, or within the usual time."""
    zone = unit.program.timezone
    again = datetime.combine(answer.on, OPENS, tzinfo=zone) if answer.on else unit.now
    due = due_after(max(unit.now, again), unit.program.response_hours, zone)
    words = f"{unit.now.astimezone(zone):%d.%m.%Y %H:%M} {_say(unit, 'not reached')}"
    note = _note(row, f"{words}: {answer.note}" if answer.note else words)
    handovers.change(unit.connection, row.id, note=note, due_at=due)


def _win(unit: Unit, profile: ProfileRow, row: HandoverRow, answer: Answer) -> None:
    event_id = _event(unit, profile, row, "sales.won", _name(unit, row))
    handovers.change(
        unit.connection,
        row.id,
        state="won",
        decided_at=unit.now,
        amount=answer.amount,
        currency=answer.currency if answer.amount is not None else None,
        decided_on=answer.on,
        note=_note(row, answer.note) if answer.note else row.note,
    )
    move(unit, profile, "won", "sales", event_id)
    score_profiles(unit, [profile.id])


def _name(unit: Unit, row: HandoverRow) -> str:
    person = unit.program.people.get(row.sales_person)
    return person.name if person else row.sales_person


def _give_back(unit: Unit, profile: ProfileRow, row: HandoverRow, answer: Answer, reason: Reason) -> str:
    """Rejected or lost: the correction comes first, then nothing can cross again by the old points."""
    _close(unit, row, answer, reason)
    if answer.outcome == "rejected" and reason.effect == "reroute" and len(unit.program.people) > 1:
        _reroute(unit, profile, row)
        return "rerouted"
    label = i18n.pick(reason.label, unit.program.language)
    event_id = _event(unit, profile, row, f"sales.{answer.outcome}", label, reason.id)
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


def _close(unit: Unit, row: HandoverRow, answer: Answer, reason: Reason) -> None:
    dated = f"{answer.on:%d.%m.%Y}" if answer.on and reason.asks == "date" else ""
    words = " ".join(part for part in (dated, answer.note) if part)
    handovers.change(
        unit.connection,
        row.id,
        state=answer.outcome,
        decided_at=unit.now,
        reason=reason.id,
        note=_note(row, words) if words else row.note,
    )
    handovers.close_links_soon(unit.connection, row.id, unit.now + LINK_OUTLIVES)


def _reroute(unit: Unit, profile: ProfileRow, row: HandoverRow) -> None:
    """Somebody else's lead: it does not go back to marketing, so nothing is taken from its score."""
    cause = derived_id(row.id, "rerouted")
    back = move(unit, profile, stage_after_return(profile.confirmed), "rerouted", cause)
    person = route(unit.program, profile.owner, row.sales_person)
    profiles.change(unit.connection, profile.id, owner=person.id)
    back = replace(back, owner=person.id)
    hand_over(unit, back, "rerouted", cause, submission=row.submission_id)


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


def back_from_lost(unit: Unit, profile_ids: list[UUID]) -> None:
    """Lost people whose pause is over are nurtured again."""
    back: list[ProfileRow] = []
    for profile in profiles.lock(unit.connection, profile_ids):
        if profile.stage == "lost" and profile.resumes_at and profile.resumes_at <= unit.now:
            cause = derived_id("back", profile.id, profile.resumes_at)
            move(unit, profile, stage_after_return(profile.confirmed), "pause over", cause)
            back.append(profile)
    nurture_again(unit, back)
