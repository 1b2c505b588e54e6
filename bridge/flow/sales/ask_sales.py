"""Somebody asks for sales, or sales asks for its link again: whoever has the lead is told."""

from bridge.flow.sales.hand_over import Crossing, join_request, renew_link
from bridge.flow.sales.offer import offer
from bridge.flow.sales.sales_floor import Decision, Floor
from bridge.flow.unit import Unit
from bridge.program.model import SalesPerson
from bridge.qualification.leads import BY_FORM
from bridge.store import handovers
from bridge.store.handovers import PENDING, HandoverRow
from bridge.store.profiles import ProfileRow


def ask_sales(floor: Floor, profile: ProfileRow, crossing: Crossing) -> ProfileRow:
    """Somebody whom the floor knows sent a sales form: it joins the hand-over that is pending, or opens one."""
    unit, pending = floor.unit, _pending(floor.unit, profile)
    if pending is None:
        return offer(floor, profile, crossing)
    decision = floor.decide(profile, BY_FORM, crossing.form)
    person = _whose(unit, pending, decision)
    join_request(unit, pending, person, decision.measure, crossing.because_of, crossing.submission)
    return profile


def send_link_again(unit: Unit, profile: ProfileRow) -> SalesPerson | None:
    """Close the links to a profile, and mail a new one to whom the lead is with; None when it is with nobody."""
    pending = _pending(unit, profile)
    if pending is None:
        return None
    person = _whose(unit, pending, Floor(unit, [profile]).decide(profile, BY_FORM))
    renew_link(unit, pending, person)
    return person


def _pending(unit: Unit, profile: ProfileRow) -> HandoverRow | None:
    rows = handovers.of_profile(unit.connection, profile.id)
    return next((row for row in rows if row.state in PENDING), None)


def _whose(unit: Unit, pending: HandoverRow, decision: Decision) -> SalesPerson:
    """Who has the lead, or who gets it when that person is not in the programme any more."""
    people = unit.program.people
    return people.get(pending.sales_person) or decision.route.person or next(iter(people.values()))
