"""Somebody is ready for sales: handed over, held by a filter, or held until somebody has room."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bridge.flow.sales.hand_over import Crossing, hand_over
from bridge.flow.sales.sales_floor import Decision, Floor
from bridge.flow.sales.write_story import write_story
from bridge.flow.unit import Unit
from bridge.ids import new_id
from bridge.qualification.leads import BY_POINTS
from bridge.qualification.routing import Route
from bridge.scoring.ledger import Entry, rightful_score
from bridge.store import held_leads
from bridge.store.held_leads import CAPACITY, FILTER, HeldLead
from bridge.store.profiles import ProfileRow

log = logging.getLogger(__name__)


def offer(floor: Floor, profile: ProfileRow, crossing: Crossing) -> ProfileRow:
    """Hand somebody over, or hold the lead back and say why. Whoever is held is not held twice.

    The caller holds the lock on the profile's row and decided that it crosses; the floor knows the person.
    """
    held = floor.waiting.get(profile.id)
    if held and crossing.cause == BY_POINTS:
        return profile
    decision = floor.decide(profile, crossing.cause, crossing.form)
    if decision.failed:
        log.warning("conditions of the sales desk failed", extra={"conditions": list(decision.failed)})
    if decision.filter is None:
        return let_through(floor, profile, crossing, decision)
    if held:
        _join_request(floor, held, crossing, decision.filter.id)
    else:
        _hold(floor, profile, crossing, FILTER, rule=decision.filter.id)
    return profile


def let_through(floor: Floor, profile: ProfileRow, crossing: Crossing, decision: Decision) -> ProfileRow:
    """Hand somebody over whom no filter holds (any more); what goes by points waits while the brake holds."""
    unit, route, held = floor.unit, decision.route, floor.waiting.get(profile.id)
    if crossing.cause == BY_POINTS and not floor.facts.has_turn:
        _wait_for_turn(floor, profile, crossing)
        return profile
    if route.person is None:
        _wait_for_room(floor, profile, crossing, route)
        return profile
    if held:
        crossing = replace(crossing, note=crossing.note or held.note)
        held_leads.decide(unit.connection, [held.id], held_leads.HANDED_OVER, unit.now)
        del floor.waiting[profile.id]
    floor.facts.workload.give(route.person, crossing.cause, profile.company_domain, unit.now)
    return hand_over(unit, profile, crossing, route.person, route.because, decision.measure)


def let_lapse(floor: Floor, profile: ProfileRow, entries: Sequence[Entry]) -> None:
    """Points of somebody who is held were a machine's: without them there may have been no lead at all.

    What the passing of time and mails without an answer took since does not count. entries: the ledger by now.
    """
    unit, held = floor.unit, floor.waiting.get(profile.id)
    if held is None or held.cause != BY_POINTS:
        return
    if rightful_score(entries, held.at) < unit.program.stages.threshold:
        held_leads.decide(unit.connection, [held.id], held_leads.LAPSED, unit.now)
        write_story(unit, profile.id, "lead.lapsed")
        del floor.waiting[profile.id]


def today_by(unit: Unit) -> str:
    """On which day and by which programme routing looks: with another one it may decide otherwise."""
    return f"{unit.now.astimezone(unit.program.timezone):%Y-%m-%d} {unit.program.version}"


def _join_request(floor: Floor, held: HeldLead, crossing: Crossing, rule: str) -> None:
    """Somebody whose lead is held asks for sales meanwhile, and a filter holds that: now a person has to decide."""
    joined = replace(
        held,
        why=FILTER,
        rule=held.rule or rule,
        cause=crossing.cause,
        because_of=crossing.because_of,
        submission_id=crossing.submission,
        sales_person=None,
        team=None,
        waits_for=[],
    )
    held_leads.join_request(floor.unit.connection, joined)
    if held.why != FILTER:
        tell_held(floor.unit, joined)
    floor.waiting[held.profile_id] = joined


def _wait_for_room(floor: Floor, profile: ProfileRow, crossing: Crossing, route: Route) -> None:
    _hold(floor, profile, crossing, CAPACITY, **waiting(floor.unit, route))


def tell_held(unit: Unit, row: HeldLead) -> None:
    """Write down in the person's story that their lead is held, and by which rule or for whom it waits.

    Not of what waits for its turn alone: that is over in a moment, and nobody decided anything.
    """
    if row.why == FILTER or row.waits_for:
        facts = {"why": row.why, "rule": row.rule, "sales_person": row.sales_person}
        write_story(unit, row.profile_id, "lead.held", **facts)


def waiting(unit: Unit, route: Route) -> dict[str, Any]:
    """Columns that say for whom a lead waits. route: to nobody."""
    best = route.waits_for[0]
    return {
        "sales_person": best.id,
        "team": best.team,
        "waits_for": [one.id for one in route.waits_for],
        "looked_by": today_by(unit),
    }


def _wait_for_turn(floor: Floor, profile: ProfileRow, crossing: Crossing) -> None:
    """Somebody else counts at this moment. To wait for them would stop all that is scored here: it is done after."""
    _hold(floor, profile, crossing, CAPACITY)
    floor.put_off.append(floor.waiting[profile.id].id)


def _hold(floor: Floor, profile: ProfileRow, crossing: Crossing, why: str, **facts: Any) -> None:
    known: dict[str, Any] = {"rule": None, "sales_person": None, "team": None} | facts
    row = HeldLead(
        id=new_id(),
        profile_id=profile.id,
        why=why,
        cause=crossing.cause,
        because_of=crossing.because_of,
        submission_id=crossing.submission,
        score=profile.score,
        at=crossing.held_since or floor.unit.now,
        note=crossing.note,
        **known,
    )
    held_leads.add(floor.unit.connection, [row])
    tell_held(floor.unit, row)
    floor.waiting[profile.id] = row
