"""Nobody in sales says anything: they are reminded, their team's head is told, the lead goes back to marketing.

Whoever took a lead and was silent since is asked, once. Each step is counted from the one before, so that nobody who
was away from this machine for a week is reminded, and loses the lead, in the same minute.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from bridge import i18n
from bridge.flow.alarm import alarm
from bridge.flow.by_halves import by_halves
from bridge.flow.move import move
from bridge.flow.sales.sales_event import sales_event, sales_event_id
from bridge.flow.sales.tell_sales import LINK_OUTLIVES, Told, team_lead, tell_sales
from bridge.flow.score_profiles import score_profiles
from bridge.flow.sending.announce import announce_outcome
from bridge.flow.sending.keep_back import nurture_again
from bridge.flow.unit import Opened, Unit
from bridge.program.desk import Patience
from bridge.qualification.stages import stage_after_return
from bridge.qualification.working_hours import days_before, is_open
from bridge.store import events, handovers, profile_changes, profiles, unanswered
from bridge.store.events import EventRow
from bridge.store.handovers import HandoverRow
from bridge.store.profiles import ProfileRow
from bridge.store.unanswered import Step

EXPIRED = "sales.expired"
BATCH = 100
"""Leads that are dealt with in one transaction; their people are locked meanwhile."""


def await_answers(opened: Opened, at_a_time: int = BATCH) -> Iterator[int]:
    """Do what is due, within working hours; yields after each batch how many leads that was.

    What is done and that it was done are written down together: whoever is killed has done both, or nothing. What
    cannot be done stops nothing else, and is tried again next time.
    """
    for step in _DEEDS:
        failed: set[UUID] = set()
        done = at_a_time
        while done >= at_a_time:
            found = _due(opened, step, at_a_time, failed)
            if found is None:
                return
            do, whose = partial(_some, step, found), partial(_whose, found)
            failed.update(by_halves(opened, do, list(found), whose, f"step {step}"))
            done = len(found)
            yield done


def _due(opened: Opened, step: Step, at_a_time: int, but: Collection[UUID]) -> dict[UUID, UUID] | None:
    """Hand-over → person of some for which a step is due; None outside working hours."""
    with opened() as unit:
        program = unit.program
        if not is_open(unit.now, program.timezone, program.desk.hours):
            return None
        return dict(unanswered.due(unit.connection, step, _since(unit, step), unit.now, at_a_time, but))


def _some(step: Step, found: Mapping[UUID, UUID], unit: Unit, handover_ids: Iterable[UUID]) -> None:
    take_step(unit, step, {one: found[one] for one in handover_ids})


def _whose(found: Mapping[UUID, UUID], unit: Unit, handover_id: UUID) -> UUID:
    del unit  # nothing has to be asked
    return found[handover_id]


def take_step(unit: Unit, step: Step, found: Mapping[UUID, UUID]) -> None:
    """Do a step for these leads, as far as it is due; it has to be within working hours.

    found: hand-over → person.
    """
    since = _since(unit, step)
    if step == "give_back":
        score_profiles(unit, found.values())  # what happened before counts before
    profiles.lock(unit.connection, found.values())
    rows = unanswered.take(unit.connection, step, found, since, unit.now)
    _DEEDS[step](unit, rows)


def _since(unit: Unit, step: Step) -> datetime:
    """Since when that has waited for which the step is due now."""
    program, patience = unit.program, unit.program.desk.patience
    if step == "ask":
        return unit.now - timedelta(days=patience.ask)
    return days_before(unit.now, _wait(patience, step), program.timezone, program.desk.hours)


def _wait(patience: Patience, step: Step) -> int:
    """Working days since the step before."""
    waits = {
        "remind": patience.remind,
        "escalate": patience.escalate - patience.remind,
        "give_back": patience.give_back - patience.escalate,
    }
    return waits[step]


def _remind(unit: Unit, rows: Sequence[HandoverRow]) -> None:
    tell_sales(unit, [_told(unit, row, row.sales_person, "reminder") for row in rows])


def _ask(unit: Unit, rows: Sequence[HandoverRow]) -> None:
    tell_sales(unit, [_told(unit, row, row.sales_person, "ask") for row in rows])


def _escalate(unit: Unit, rows: Sequence[HandoverRow]) -> None:
    """The team's head is told; where there is none, whoever operates, once a day for each person."""
    heads = {row.id: team_lead(unit.program, row) for row in rows}
    tell_sales(unit, [_told(unit, row, head.id, "escalation") for row in rows if (head := heads[row.id])])
    today = unit.now.astimezone(unit.program.timezone).date().isoformat()
    for person in {row.sales_person for row in rows if not heads[row.id]}:
        alarm(unit, "operator/lead_waiting", f"lead_waiting:{person}:{today}", person=person)


def _give_back(unit: Unit, rows: Sequence[HandoverRow]) -> None:
    """As if sales had given the leads back, but nothing is said about whether they fit, and nothing pauses."""
    by_profile = {row.profile_id: row for row in rows}
    events.add(unit.connection, [_event(unit, row) for row in rows])
    score_profiles(unit, by_profile)
    people = profiles.lock(unit.connection, by_profile)
    back = [_returned(unit, person, by_profile[person.id]) for person in people]
    profile_changes.resume(unit.connection, by_profile, unit.now)
    nurture_again(unit, back)
    tell_sales(unit, [told for row in rows for told in _end(unit, row)], lives=LINK_OUTLIVES)
    handovers.close_links_soon(unit.connection, [row.id for row in rows], unit.now + LINK_OUTLIVES)


def _returned(unit: Unit, person: ProfileRow, row: HandoverRow) -> ProfileRow:
    event_id = sales_event_id(row, EXPIRED)
    back = move(unit, person, stage_after_return(person.confirmed), "expired", event_id)
    announce_outcome(unit, back, row, "expired", event_id)
    return back


def _end(unit: Unit, row: HandoverRow) -> Iterator[Told]:
    """Whoever had the lead, and the head of the team, learn that it is gone."""
    yield _told(unit, row, row.sales_person, "expired")
    if head := team_lead(unit.program, row):
        yield _told(unit, row, head.id, "expired")


def _told(unit: Unit, row: HandoverRow, to: str, mail: str) -> Told:
    """A mail about what was marked at this moment; nobody else marks it, so that it is told once each time."""
    return Told(to, row, f"sales/{mail}", f"{mail}:{row.id}:{to}:{unit.now.isoformat()}", row.sales_person)


def _event(unit: Unit, row: HandoverRow) -> EventRow:
    words = i18n.translations(unit.program.language).gettext("no answer from %(name)s")
    return sales_event(unit, row, EXPIRED, words % {"name": unit.program.person_name(row.sales_person)})


_DEEDS: Mapping[Step, Callable[[Unit, Sequence[HandoverRow]], None]] = {
    "give_back": _give_back,
    "escalate": _escalate,
    "remind": _remind,
    "ask": _ask,
}
"""What is done at each step, the last step first: what was just done is not followed by the next at once."""
