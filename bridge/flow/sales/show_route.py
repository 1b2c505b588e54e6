"""To whom somebody would go, and why: a rehearsal that changes nothing."""

from dataclasses import dataclass

from bridge.flow.sales.hand_over import Obstacle, obstacle
from bridge.flow.sales.sales_floor import Floor
from bridge.flow.unit import Unit
from bridge.profiles.address import Address
from bridge.program.model import Form, SalesPerson
from bridge.qualification.leads import BY_FORM, BY_POINTS
from bridge.store import handovers, profiles
from bridge.store.handovers import PENDING


@dataclass(frozen=True, slots=True)
class Shown:
    """What would become of a lead at this moment.

    filter: the rule that would hold it, by its id; person and because are as if there were none. waits_for: who would
    have to have room. measure: what sales would be asked to do. is_with: who has the lead already. is_held: whether
    it is held. obstacle: why it is not handed over at all.
    """

    email: str
    cause: str
    score: int
    threshold: int
    person: SalesPerson | None
    because: tuple[str, ...]
    filter: str | None
    waits_for: tuple[SalesPerson, ...]
    measure: str
    territory: str
    country: str
    postcode: str
    is_with: SalesPerson | None
    is_held: bool
    obstacle: Obstacle | None
    stage: str


def show_route(unit: Unit, address: Address, form: Form | None = None) -> Shown:
    """Decide as at a hand-over by points, or by that sales form. Raises UnknownProfile."""
    profile = profiles.by_address(unit.connection, address)
    floor, cause = Floor(unit, [profile]), BY_FORM if form else BY_POINTS
    decision = floor.decide(profile, cause, form)
    rows = handovers.of_profile(unit.connection, profile.id)
    pending = next((row for row in rows if row.state in PENDING), None)
    return Shown(
        email=profile.email,
        cause=cause,
        score=profile.score,
        threshold=unit.program.stages.threshold,
        person=decision.route.person,
        because=decision.route.because,
        filter=decision.filter.id if decision.filter else None,
        waits_for=decision.route.waits_for,
        measure=decision.measure,
        territory=decision.territory,
        country=decision.lead.country,
        postcode=decision.lead.postcode,
        is_with=unit.program.people.get(pending.sales_person) if pending else None,
        is_held=profile.id in floor.waiting,
        obstacle=obstacle(profile),
        stage=profile.stage,
    )
