"""Sales answers a hand-over: accepted, not reached, later, passed on, rejected, won or lost."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from bridge import i18n
from bridge.errors import HandoverClosed, InvalidFields
from bridge.flow.announce import announce
from bridge.flow.forward_lead import forward, said_by_whom
from bridge.flow.hand_over import answer_due, hand_over
from bridge.flow.keep_back import nurture_again
from bridge.flow.move import move
from bridge.flow.sales_floor import Floor
from bridge.flow.score_profiles import score_profiles
from bridge.flow.tell_sales import team_lead
from bridge.flow.unit import Unit
from bridge.flow.withdraw import LINK_OUTLIVES
from bridge.flow.withdraw_consents import withdraw_consents
from bridge.ids import derived_id, new_id
from bridge.program.model import Program, Reason
from bridge.qualification.leads import SENT_ON
from bridge.qualification.outcomes import POSSIBLE, REPEATABLE, nurture_resumes
from bridge.qualification.stages import BEFORE_SALES, stage_after_return
from bridge.store import events, handovers, outbox, profiles, submissions, suppressions
from bridge.store.events import EventRow
from bridge.store.handovers import HandoverRow
from bridge.store.profiles import ProfileRow


@dataclass(frozen=True, slots=True)
class Answer:
    """What sales said. reason: an id from the programme, for rejected and lost. on: a date the person named.

    to: the colleague who gets the lead, for forwarded. by: whose link was used; None for whoever has the lead.
    """

    outcome: str
    reason: str | None = None
    amount: Decimal | None = None
    currency: str | None = None
    on: date | None = None
    note: str | None = None
    to: str | None = None
    by: str | None = None


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
    _check(unit, row, answer)
    became = _write_down(unit, profile, row, answer)
    if answer.outcome != "forwarded":
        handovers.react(unit.connection, row.id, unit.now)
    if answer.outcome != "note":
        announce_outcome(unit, profile.id, handovers.get(unit.connection, row.id) or row, answer)
    return became


def may_answer(program: Program, row: HandoverRow, by: str) -> bool:
    """Whether that person of sales may say what became of a lead: whoever has it, and the head of their team."""
    head = team_lead(program, row)
    return by == row.sales_person or (head is not None and by == head.id)


def _check(unit: Unit, row: HandoverRow, answer: Answer) -> None:
    is_ahead = answer.on is None or answer.on > unit.now.date()
    if answer.outcome in {"not_reached", "come_back", "rejected"} and not is_ahead:
        raise InvalidFields({"date": ["Please choose a date in the future."]})
    if answer.outcome not in POSSIBLE.get(row.state, frozenset()):
        raise HandoverClosed
    if answer.by and not may_answer(unit.program, row, answer.by):
        raise HandoverClosed


def _write_down(unit: Unit, profile: ProfileRow, row: HandoverRow, answer: Answer) -> str:
    reason = _reason(unit, answer)
    match answer.outcome:
        case "accepted":
            _accept(unit, profile, row, answer)
        case "not_reached" | "come_back":
            _postpone(unit, row, answer)
        case "note":
            _note_down(unit, row, answer)
        case "forwarded":
            _forward(unit, profile, row, answer)
        case "won":
            _win(unit, profile, row, answer)
        case _ if reason is not None:
            return _give_back(unit, profile, row, answer, reason)
    return answer.outcome


def announce_outcome(unit: Unit, profile_id: UUID, row: HandoverRow, answer: Answer) -> None:
    """Tell the outside what sales said."""
    profile = profiles.get(unit.connection, profile_id)
    announce(
        unit,
        "lead.outcome",
        profile,
        new_id() if answer.outcome in REPEATABLE else derived_id(row.id, answer.outcome),
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
    """Whoever accepts has it, also when they are the head of the team that did not answer."""
    row = replace(row, sales_person=answer.by or row.sales_person)
    event_id = _event(unit, profile, row, "sales.accepted", _name(unit, row))
    note = _note(row, answer.note) if answer.note else row.note
    handovers.change(
        unit.connection,
        row.id,
        state="accepted",
        sales_person=row.sales_person,
        decided_at=unit.now,
        note=note,
    )
    profiles.change(unit.connection, profile.id, owner=row.sales_person)
    move(unit, profile, "accepted", "sales", event_id)
    score_profiles(unit, [profile.id])


def _postpone(unit: Unit, row: HandoverRow, answer: Answer) -> None:
    """Somebody will try again, or come back: on the date that was named, or within the usual time."""
    if answer.outcome == "come_back" and answer.on is None:
        raise InvalidFields({"date": ["Please name a date."]})
    program = unit.program
    opens = (
        datetime.combine(answer.on, program.desk.hours.opens, tzinfo=program.timezone) if answer.on else None
    )
    due = answer_due(unit, max(unit.now, opens or unit.now))
    words = _say(unit, "not reached")
    if answer.outcome == "come_back":
        words = _say(unit, "to come back on %(date)s") % {"date": f"{answer.on:%d.%m.%Y}"}
    handovers.change(unit.connection, row.id, note=_dated(unit, row, words, answer), due_at=due)


def _note_down(unit: Unit, row: HandoverRow, answer: Answer) -> None:
    """A note, an amount that is in sight, or both."""
    if not answer.note and answer.amount is None:
        raise InvalidFields({"note": ["Please write a note or an amount."]})
    words = _say(unit, "noted")
    if answer.amount is not None:
        words = _say(unit, "in sight: %(amount)s") % {"amount": f"{answer.amount} {answer.currency}"}
    more = {"amount": answer.amount, "currency": answer.currency} if answer.amount is not None else {}
    handovers.change(unit.connection, row.id, note=_dated(unit, row, words, answer), **more)


def _forward(unit: Unit, profile: ProfileRow, row: HandoverRow, answer: Answer) -> None:
    by = answer.by or row.sales_person
    words = said_by_whom(unit, by, answer.to or "")
    forward(unit, profile, row, answer.to, by, _dated(unit, row, words, answer))


def _dated(unit: Unit, row: HandoverRow, words: str, answer: Answer) -> str:
    """The notes with one more, under its date. The same once more within a minute is one: somebody pressed twice."""
    line = f"{unit.now.astimezone(unit.program.timezone):%d.%m.%Y %H:%M} {words}"
    line = f"{line}: {answer.note}" if answer.note else line
    is_there = row.note is not None and (row.note == line or row.note.endswith(f"\n{line}"))
    return row.note if is_there and row.note else _note(row, line)


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
    handovers.close_links_soon(unit.connection, [row.id], unit.now + LINK_OUTLIVES)


def _reroute(unit: Unit, profile: ProfileRow, row: HandoverRow) -> None:
    """Somebody else's lead: it does not go back to marketing, so nothing is taken from its score."""
    cause = derived_id(row.id, "rerouted")
    back = move(unit, profile, stage_after_return(profile.confirmed), "rerouted", cause)
    sent = submissions.get(unit.connection, row.submission_id) if row.submission_id else None
    form = unit.program.forms.get(sent.form) if sent else None
    decision = Floor(unit, [back]).decide(back, SENT_ON, form, not_to=row.sales_person)
    person = decision.route.person or unit.program.people[row.sales_person]
    profiles.change(unit.connection, profile.id, owner=person.id)
    back = replace(back, owner=person.id)
    why = decision.route.because
    hand_over(unit, back, SENT_ON, cause, person, why, decision.measure, submission=row.submission_id)


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
