"""Mails to sales about leads that it has, many at once: each with a link that opens."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from bridge.flow.unit import Unit
from bridge.ids import new_id
from bridge.program.model import Program, SalesPerson
from bridge.store import handovers
from bridge.store.handovers import HandoverRow, LinkRow
from bridge.store.outbox import Delivery

LINK_LIVES = timedelta(days=90)
LINK_OUTLIVES = timedelta(days=1)
"""A hand-over that is over can be looked at a little longer by whoever had it."""


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody is told. template: such as "sales/reminder". about: by whom it came, a person's id or a name."""

    to: str
    row: HandoverRow
    template: str
    key: str
    about: str = ""


Links = dict[tuple[UUID, str], UUID]
"""Hand-over and person of sales → the link that opens."""


def tell_sales(unit: Unit, mails: Iterable[Told], lives: timedelta = LINK_LIVES) -> Links:
    """Queue these mails, once for each key; whoever has no link to the lead that opens, and lasts, gets one.

    Returns the links that they have by now. Who is not in the programme any more is told nothing.
    """
    told = [one for one in mails if one.to in unit.program.people]
    links = _open_links(unit, told, lives)
    unit.send([_mail(unit, one) for one in told])
    return links


def tell_no_longer_theirs(unit: Unit, row: HandoverRow, has_it: str) -> None:
    """Tell whoever had a lead who has it now. row: as it was before."""
    key = f"taken_over:{row.id}:{row.sales_person}:{unit.now.isoformat()}"
    tell_sales(unit, [Told(row.sales_person, row, "sales/taken_over", key, has_it)], LINK_OUTLIVES)


def team_lead(program: Program, row: HandoverRow) -> SalesPerson | None:
    """The head of the team that has a lead; None when there is none, or the lead is theirs anyway."""
    person = program.people.get(row.sales_person)
    team = program.desk.teams.get(row.team or (person.team if person else None) or "")
    head = program.people.get(team.lead or "") if team else None
    return head if head and head.id != row.sales_person else None


def _open_links(unit: Unit, told: list[Told], lives: timedelta) -> Links:
    """Whoever is to work with a lead gets a link that lasts: theirs may end soon, since they had given it away."""
    wanted = {(one.row.id, one.to): one.row for one in told}
    lasting = unit.now + LINK_OUTLIVES if lives > LINK_OUTLIVES else unit.now
    known = handovers.standing_links(unit.connection, {row.id for row in wanted.values()}, lasting)
    missing = [_link(unit, to, row, lives) for (id_, to), row in wanted.items() if (id_, to) not in known]
    handovers.add_links(unit.connection, missing)
    return known | {(one.handover_id, one.sales_person): one.id for one in missing}


def _link(unit: Unit, to: str, row: HandoverRow, lives: timedelta) -> LinkRow:
    return LinkRow(new_id(), row.profile_id, row.id, to, unit.now, unit.now + lives)


def _mail(unit: Unit, told: Told) -> Delivery:
    submission = str(told.row.submission_id or "")
    return unit.delivery(
        "sales",
        told.template,
        "staff",
        told.key,
        profile=told.row.profile_id,
        payload={
            "handover": str(told.row.id),
            "person": told.to,
            "submission": submission,
            "about": told.about,
        },
        trace=told.row.submission_id,
    )
