"""Somebody asks for sales, or sales asks for its link again: whoever has the lead is told."""

from bridge.flow.hand_over import join_request, renew_link
from bridge.flow.offer import Crossing, offer
from bridge.flow.sales_floor import Floor
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
    person = _whose(floor, profile, pending)
    join_request(unit, profile, pending, person, crossing.because_of, crossing.submission)
    return profile


def send_link_again(unit: Unit, profile: ProfileRow) -> SalesPerson | None:
    """Close the links to a profile, and mail a new one to whom the lead is with; None when it is with nobody."""
    pending = _pending(unit, profile)
    if pending is None:
        return None
    person = _whose(Floor(unit, [profile]), profile, pending)
    renew_link(unit, profile, pending, person)
    return person


def _pending(unit: Unit, profile: ProfileRow) -> HandoverRow | None:
    rows = handovers.of_profile(unit.connection, profile.id)
    return next((row for row in rows if row.state in PENDING), None)


def _whose(floor: Floor, profile: ProfileRow, pending: HandoverRow) -> SalesPerson:
    """Who has the lead, or who gets it when that person is not in the programme any more."""
    people = floor.unit.program.people
    person = people.get(pending.sales_person) or floor.decide(profile, BY_FORM).route.person
    return person or next(iter(people.values()))
