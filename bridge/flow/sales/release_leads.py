"""Leads that are held come to sales after all: as room returns, or because a person says so; or they do not."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from uuid import UUID

from bridge.flow.by_halves import by_halves
from bridge.flow.sales.hand_over import Crossing, may_be_handed_over
from bridge.flow.sales.offer import let_through, tell_held, today_by, waiting
from bridge.flow.sales.sales_floor import Floor, take_turn, workload_of
from bridge.flow.sales.write_story import write_story
from bridge.flow.unit import Opened, Unit
from bridge.program.model import Form
from bridge.store import held_leads, profiles, submissions
from bridge.store.held_leads import HeldLead

AT_A_TIME = 25
"""Leads in one transaction; whoever scores meanwhile puts off what the brake is about, and whoever passes a lead on
by "wrong territory" waits."""
MOST = 10_000
"""Leads that are looked at in one go; the next go finds the others."""


def release_as_room_returns(begin: Opened, most: int = MOST) -> Iterator[int]:
    """Hand over what waits for room, the best first; how many, after each step. Killed anywhere nothing is lost.

    Who cannot be handed over stops nobody else.

    most: leads that are looked at in one go. Only those for whom somebody has room are among them, and those whom
    routing did not look at today: so nobody waits behind others who wait.
    """
    with begin() as unit:
        for person in held_leads.lapse(unit.connection, unit.now):
            write_story(unit, person, "lead.lapsed")
        order = _in_order(unit, most)
    for first in range(0, len(order), AT_A_TIME):
        given: list[int] = []
        by_halves(begin, partial(_give_some, given), order[first : first + AT_A_TIME], _whose, "step release")
        yield sum(given)


def _give_some(given: list[int], unit: Unit, ids: Sequence[UUID]) -> None:
    given.append(give_out(unit, ids))


def _whose(unit: Unit, held_id: UUID) -> UUID | None:
    row = held_leads.get(unit.connection, held_id)
    return row.profile_id if row else None


def _in_order(unit: Unit, most: int) -> list[UUID]:
    if not held_leads.is_any_waiting_for_room(unit.connection):
        return []
    return held_leads.in_order(unit.connection, today_by(unit), _having_room(unit), most)


def give_out_soon(unit: Unit, ids: Sequence[UUID]) -> None:
    """Give these leads out as soon as this transaction is over."""
    if ids:
        unit.afterwards.append(partial(_give_out_now, ids=tuple(ids)))


def _give_out_now(unit: Unit, ids: Sequence[UUID]) -> None:
    give_out(unit, ids)


def give_out(unit: Unit, ids: Sequence[UUID]) -> int:
    """Hand over those of some held leads for whom somebody has room, in this order; how many.

    Waits until nobody else gives out leads.
    """
    looked_by = today_by(unit)
    take_turn(unit, patient=True)
    rows = held_leads.to_look_at(unit.connection, ids, looked_by, _having_room(unit))
    if not rows:
        return 0
    people = {one.id: one for one in profiles.lock(unit.connection, [row.profile_id for row in rows])}
    floor = Floor(unit, people.values(), patient=True)
    rows = _as_locked(floor, ids)
    crossings = _crossings(unit, rows)
    given, still = 0, []
    for row in rows:
        profile = people[row.profile_id]
        if not may_be_handed_over(profile):
            held_leads.decide(unit.connection, [row.id], held_leads.LAPSED, unit.now)
            write_story(unit, profile.id, "lead.lapsed")
            continue
        crossing = crossings[row.id]
        decision = floor.decide(profile, crossing.cause, crossing.form)
        if decision.route.person is None:
            still.append(replace(row, **waiting(unit, decision.route)))
            if not row.waits_for:  # but for its turn
                tell_held(unit, still[-1])
        else:
            let_through(floor, profile, crossing, decision)
            given += 1
    held_leads.looked_at(unit.connection, still)
    return given


def _as_locked(floor: Floor, ids: Sequence[UUID]) -> list[HeldLead]:
    """Those of these leads that wait for room, in this order, now that nobody else changes them.

    Until their people were locked they may have been decided, be held by a filter by now, or for another reason.
    """
    waiting = {one.id: one for one in floor.waiting.values() if one.why == held_leads.CAPACITY}
    return [waiting[one] for one in ids if one in waiting]


def _having_room(unit: Unit) -> list[str]:
    """The ids of those in sales whom no brake holds at the moment."""
    workload, program = workload_of(unit), unit.program
    return [one.id for one in program.people.values() if workload.brake_of(program, one) is None]


def crossing_of(unit: Unit, row: HeldLead) -> Crossing:
    """What a held lead would have been handed over for."""
    return _crossings(unit, [row])[row.id]


def _crossings(unit: Unit, rows: Iterable[HeldLead]) -> dict[UUID, Crossing]:
    """Held lead → what it would have been handed over for."""
    known = list(rows)
    forms = submissions.forms(unit.connection, [row.submission_id for row in known if row.submission_id])
    return {
        row.id: Crossing(row.cause, row.because_of, row.submission_id, _form(unit, row, forms), row.at)
        for row in known
    }


def _form(unit: Unit, row: HeldLead, forms: dict[UUID, str]) -> Form | None:
    return unit.program.forms.get(forms.get(row.submission_id, "")) if row.submission_id else None
