"""Sales answers a hand-over: accepted, not reached, later, passed on, rejected, won, lost, or an order put right."""

from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from bridge import i18n
from bridge.errors import HandoverClosed, HandoverMoved, InvalidFields
from bridge.flow.move import move
from bridge.flow.sales.correct_order import correct_order
from bridge.flow.sales.forward_lead import forward, is_passed_on, said_by_whom, say_more
from bridge.flow.sales.give_back import give_back, goes_to_a_colleague
from bridge.flow.sales.named_dates import check_date, due_on, expected_date, on_a_working_day
from bridge.flow.sales.sales_event import write_sales_event
from bridge.flow.sales.sales_floor import take_turn
from bridge.flow.sales.take_lead import take_lead
from bridge.flow.sales.tell_sales import team_lead
from bridge.flow.sales.write_notes import comes_back, is_noted, noted, noted_at_end, with_line
from bridge.flow.sales.write_story import write_story
from bridge.flow.score_profiles import score_profiles
from bridge.flow.sending.announce import announce_outcome
from bridge.flow.unit import Unit
from bridge.ids import derived_id, new_id
from bridge.program.events import StoryKind
from bridge.program.model import Program, Reason
from bridge.qualification.outcomes import POSSIBLE, REPEATABLE, Answer
from bridge.store import handovers, profiles
from bridge.store.handovers import HandoverRow
from bridge.store.profiles import ProfileRow


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of a hand-over by an answer.

    became: the answer's outcome, "rerouted" when somebody else got the lead, or "note" when it had been passed on
    already, and more was said. is_new: whether anything changed.
    """

    became: str
    is_new: bool = True


def record_outcome(unit: Unit, handover_id: UUID, answer: Answer) -> Recorded:
    """Write the answer down with everything that follows from it; returns what became of the hand-over.

    The same answer again has no effect. Raises HandoverClosed when the hand-over does not wait for that
    answer, HandoverMoved when it was passed on or answered since they looked at it; InvalidFields, in English, when a
    reason or a date is missing.
    """
    row = handovers.get(unit.connection, handover_id)
    if row is None:
        raise HandoverClosed
    if _chooses_a_colleague(unit.program, answer.outcome, answer.reason):
        take_turn(unit, patient=True)  # else it would not be seen what others give out at this moment
    score_profiles(unit, [row.profile_id])  # what happened before counts before
    profile = profiles.lock_one(unit.connection, row.profile_id)
    row = handovers.get(unit.connection, handover_id) or row
    if _is_said(unit, row, answer):
        return Recorded(_became(unit, row), is_new=False)
    if answer.outcome == "forwarded" and is_passed_on(unit, row, answer.to, _answers(row, answer)):
        return _said_with_it(unit, row, answer)
    _check(unit, row, answer)
    if answer.outcome == "corrected":
        return Recorded(answer.outcome, correct_order(unit, profile, row, answer))
    return Recorded(_answered(unit, profile, row, answer))


def _chooses_a_colleague(program: Program, outcome: str, reason_id: str | None) -> bool:
    """Whether routing looks for somebody else, who has room."""
    reason = program.reasons.get(reason_id or "")
    return reason is not None and goes_to_a_colleague(program, outcome, reason)


def _is_said(unit: Unit, row: HandoverRow, answer: Answer) -> bool:
    """Whether just that was answered before, in no other words: who accepted it has it, the order or the reason is
    the same, and the day to get in touch again.
    """
    if row.state != answer.outcome or row.is_untouched or (answer.note and not is_noted(row, answer.note)):
        return False
    match answer.outcome:
        case "accepted":
            return answer.by in (None, row.sales_person)
        case "won":
            currency = answer.currency if answer.amount is not None else None
            return (answer.amount, currency, answer.on) == (row.amount, row.currency, row.decided_on)
    return answer.reason == row.reason and _is_that_day(unit, row, answer)


def _is_that_day(unit: Unit, row: HandoverRow, answer: Answer) -> bool:
    """Whether nothing is said of a day to get in touch again but the one that stands in the notes."""
    reason = unit.program.reasons.get(row.reason or "")
    if answer.on is None or reason is None or reason.asks != "date":
        return True
    return comes_back(unit, answer.on) in (row.note or "")


def _answered(unit: Unit, profile: ProfileRow, row: HandoverRow, answer: Answer) -> str:
    answer = on_a_working_day(unit, answer)
    became = _write_down(unit, profile, row, answer)
    if answer.outcome != "forwarded":
        handovers.react(unit.connection, row.id, unit.now)
    if answer.outcome != "note":
        is_first = answer.outcome not in REPEATABLE and row.state != answer.outcome
        event = derived_id(row.id, answer.outcome) if is_first else new_id()
        _announce(unit, profile.id, handovers.get(unit.connection, row.id) or row, answer, event)
    return became


def _became(unit: Unit, row: HandoverRow) -> str:
    """What became of a hand-over that has been answered."""
    return "rerouted" if _chooses_a_colleague(unit.program, row.state, row.reason) else row.state


def may_answer(program: Program, row: HandoverRow, by: str) -> bool:
    """Whether that person of sales may say what became of a lead: whoever has it, and the head of their team."""
    head = team_lead(program, row)
    return by == row.sales_person or (head is not None and by == head.id)


def _check(unit: Unit, row: HandoverRow, answer: Answer) -> None:
    check_date(unit, answer)
    takes_up = row.is_untouched and answer.outcome == "accepted"
    if not takes_up and answer.outcome not in POSSIBLE.get(row.state, frozenset()):
        raise HandoverClosed
    if _is_out_of_date(row, answer):
        raise HandoverMoved
    if answer.by and not (answer.takes_it or may_answer(unit.program, row, answer.by)):
        raise HandoverClosed


def _is_out_of_date(row: HandoverRow, answer: Answer) -> bool:
    """Whether it would count for somebody else than they saw, or undo what was said since; a note undoes nothing."""
    has_another = answer.of is not None and row.sales_person not in (answer.of, answer.by)
    stands_otherwise = answer.seen is not None and answer.seen != row.standing
    return has_another or (stands_otherwise and answer.outcome != "note")


def _write_down(unit: Unit, profile: ProfileRow, row: HandoverRow, answer: Answer) -> str:
    reason = _reason(unit, answer)
    match answer.outcome:
        case "accepted" if row.is_untouched:
            _take_up(unit, profile, row, answer)
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
            return give_back(unit, profile, row, answer, reason)
    return answer.outcome


def _announce(unit: Unit, profile_id: UUID, row: HandoverRow, answer: Answer, event: UUID) -> None:
    """Tell the outside what sales said."""
    announce_outcome(
        unit,
        profiles.get(unit.connection, profile_id),
        row,
        answer.outcome,
        event,
        reason=answer.reason,
        amount=str(answer.amount) if answer.amount is not None else None,
        currency=answer.currency if answer.amount is not None else None,
        date=answer.on.isoformat() if answer.on else None,
        note=answer.note,
    )


def _reason(unit: Unit, answer: Answer) -> Reason | None:
    if answer.outcome not in {"rejected", "lost"}:
        return None
    reason = unit.program.reasons.get(answer.reason or "")
    if reason is None:
        raise InvalidFields({"reason": ["Please choose a reason."]})
    if reason.asks == "date" and answer.on is None:
        raise InvalidFields({"date": expected_date(answer.outcome)})
    if reason.asks == "note" and not answer.note:
        raise InvalidFields({"note": ["Please name the right contact in the note."]})
    return reason


def _say(unit: Unit, words: str) -> str:
    return i18n.translations(unit.program.language).gettext(words)


def _accept(unit: Unit, profile: ProfileRow, row: HandoverRow, answer: Answer) -> None:
    """Whoever accepts has it, also when they are the head of the team that did not answer, or just a colleague."""
    by = answer.by or row.sales_person
    taken = take_lead(unit, row, by) if by != row.sales_person else {}
    row = replace(row, sales_person=by, team=taken.get("team", row.team))
    event_id = write_sales_event(unit, row, "sales.accepted", unit.program.person_name(row.sales_person))
    handovers.change(
        unit.connection,
        row.id,
        state="accepted",
        decided_at=unit.now,
        accepted_by=by,
        accepted_team=row.team,
        note=noted_at_end(unit, row, answer, _say(unit, "accepted")),
        **taken,
    )
    profiles.change(unit.connection, profile.id, owner=row.sales_person)
    move(unit, profile, "accepted", "sales", event_id)
    score_profiles(unit, [profile.id])


def _take_up(unit: Unit, profile: ProfileRow, row: HandoverRow, answer: Answer) -> None:
    """What a colleague had accepted is accepted by whoever has it now; that it was accepted has been said."""
    has_it = answer.by or row.sales_person
    taken = take_lead(unit, row, has_it) if has_it != row.sales_person else {}
    words = noted(unit, row, answer, _say(unit, "accepted"))
    write_story(unit, profile.id, "sales.taken_up", handover=row.id, by=has_it)
    handovers.change(unit.connection, row.id, note=words, **taken)
    profiles.change(unit.connection, profile.id, owner=has_it)


def _postpone(unit: Unit, row: HandoverRow, answer: Answer) -> None:
    """Somebody will try again, or come back: on the date that was named, or within the usual time."""
    if answer.outcome == "come_back" and answer.on is None:
        raise InvalidFields({"date": expected_date(answer.outcome)})
    due = due_on(unit, answer)
    said = [_say(unit, "not reached")] if answer.outcome == "not_reached" else []
    if answer.on:
        said.append(comes_back(unit, answer.on))
    words = noted(unit, row, answer, *said)
    if words != row.note:  # not when somebody pressed twice
        kind: StoryKind = "sales.not_reached" if answer.outcome == "not_reached" else "sales.come_back"
        write_story(unit, row.profile_id, kind, handover=row.id, by=_answers(row, answer), on=answer.on)
    handovers.change(unit.connection, row.id, note=words, due_at=due, agreed_on=answer.on)


def _note_down(unit: Unit, row: HandoverRow, answer: Answer) -> None:
    """A note, an amount that is in sight, or both; an amount of 0 takes away the one that was."""
    if not answer.note and not (answer.amount or (answer.amount == 0 and row.amount is not None)):
        raise InvalidFields({"note": ["Please write a note or an amount."]})
    said = _say(unit, "noted")
    more: dict[str, Decimal | str | None] = {}
    if answer.amount == 0:
        said = _say(unit, "no amount in sight any more") if row.amount is not None else said
        more = {"amount": None, "currency": None}
    elif answer.amount is not None:
        money = i18n.format_money(answer.amount, answer.currency, unit.program.language)
        said = _say(unit, "in sight: %(amount)s") % {"amount": money}
        more = {"amount": answer.amount, "currency": answer.currency}
    handovers.change(unit.connection, row.id, note=noted(unit, row, answer, said), **more)


def _forward(unit: Unit, profile: ProfileRow, row: HandoverRow, answer: Answer) -> None:
    by = _answers(row, answer)
    words = with_line(unit, row, said_by_whom(unit, by, answer.to or ""), answer.note)
    forward(unit, profile, row, answer.to, by, words)


def _said_with_it(unit: Unit, row: HandoverRow, answer: Answer) -> Recorded:
    """What is said when a lead has been passed on already is for the colleague; without new words nothing happens.

    Raises HandoverClosed where the colleague is told no more; see say_more.
    """
    if not answer.note or is_noted(row, answer.note):
        return Recorded(answer.outcome, is_new=False)
    say_more(unit, row, _answers(row, answer), noted(unit, row, answer, _say(unit, "noted")))
    return Recorded("note")


def _answers(row: HandoverRow, answer: Answer) -> str:
    """Whoever answers: a person's id, or the name of somebody who does so for them."""
    return answer.for_them or answer.by or row.sales_person


def _win(unit: Unit, profile: ProfileRow, row: HandoverRow, answer: Answer) -> None:
    event_id = write_sales_event(unit, row, "sales.won", unit.program.person_name(row.sales_person))
    handovers.change(
        unit.connection,
        row.id,
        state="won",
        decided_at=unit.now,
        amount=answer.amount,
        currency=answer.currency if answer.amount is not None else None,
        decided_on=answer.on,
        note=noted_at_end(unit, row, answer, _say(unit, "won")),
    )
    move(unit, profile, "won", "sales", event_id)
    score_profiles(unit, [profile.id])
