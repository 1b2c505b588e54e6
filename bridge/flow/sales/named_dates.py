"""Dates that sales names: which are taken, and on which working day somebody comes back."""

from dataclasses import replace
from datetime import datetime, timedelta

from dateutil.relativedelta import relativedelta

from bridge.errors import InvalidFields
from bridge.flow.sales.begin_anew import answer_due
from bridge.flow.unit import Unit
from bridge.qualification.outcomes import Answer
from bridge.qualification.working_hours import end_of_day, next_opening

FURTHEST = relativedelta(years=2)
"""How far away a date may be: what is further was mistyped, and nobody would be reminded till then."""
COMES_BACK = frozenset({"not_reached", "come_back"})
"""Answers whose date says when somebody tries again: today is early enough."""


_AHEAD = {"not_reached": 0, "come_back": 0, "rejected": 1, "lost": 1}
"""Answer → how many days ahead its date lies at the least. That of an order may be past."""
_PAST = frozenset({"won", "corrected"})
"""Answers whose date is that of an order: it has been placed, so it lies not ahead."""
_ORDERED = "“Date of the order”: please choose today or an earlier day, not before the year 2000."
_EXPECTED = {
    "not_reached": "“Try again on”: please choose today or a later day, at most two years ahead.",
    "come_back": "“Come back on”: please choose today or a later day, at most two years ahead.",
    "rejected": "“Get in touch again on”: please choose a day after today, at most two years ahead.",
    "lost": "“Get in touch again on”: please choose a day after today, at most two years ahead.",
    "won": _ORDERED,
    "corrected": _ORDERED,
}
"""Answer → the field of its date, as the page calls it, and what belongs there."""


def expected_date(outcome: str) -> list[str]:
    """What to say, in English, of a date of that answer which is missing, unreadable or not to be taken."""
    return [_EXPECTED.get(outcome, "Please enter a date.")]


def check_date(unit: Unit, answer: Answer) -> None:
    """Raise InvalidFields, in English, when the date of an answer lies too far away, or behind; an order's, ahead."""
    if answer.on is None:
        return
    today = unit.now.astimezone(unit.program.timezone).date()
    ahead = _AHEAD.get(answer.outcome)
    is_early = ahead is not None and answer.on < today + timedelta(days=ahead)
    latest = today if answer.outcome in _PAST else today + FURTHEST
    if is_early or answer.on > latest:
        raise InvalidFields({"date": expected_date(answer.outcome)})


def on_a_working_day(unit: Unit, answer: Answer) -> Answer:
    """The answer with a day on which sales works: the one that was named, or the next; today until work ends."""
    if answer.outcome not in COMES_BACK or answer.on is None:
        return answer
    program = unit.program
    begins = datetime.combine(answer.on, program.desk.hours.opens, tzinfo=program.timezone)
    day = next_opening(max(begins, unit.now.astimezone(program.timezone)), program.desk.hours).date()
    return replace(answer, on=day)


def due_on(unit: Unit, answer: Answer) -> datetime:
    """Until when sales is to answer next, after that answer: today until work ends, on another day as ever."""
    program = unit.program
    if answer.on is None:
        return answer_due(unit, unit.now)
    if answer.on == unit.now.astimezone(program.timezone).date():
        return end_of_day(unit.now, program.timezone, program.desk.hours)
    return answer_due(unit, datetime.combine(answer.on, program.desk.hours.opens, tzinfo=program.timezone))
