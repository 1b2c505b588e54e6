"""Sales gets a lead: one hand-over per crossing, one mail, one webhook, one link to the profile."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from bridge.flow.announce import announce
from bridge.flow.move import move
from bridge.flow.unit import Unit
from bridge.ids import derived_id, new_id
from bridge.program.model import SalesPerson
from bridge.qualification.stages import BEFORE_SALES
from bridge.qualification.working_hours import due_after
from bridge.scoring.ledger import strongest
from bridge.store import handovers, ledger
from bridge.store.handovers import HandoverRow, LinkRow
from bridge.store.profiles import ProfileRow

LINK_LIVES = timedelta(days=90)
NOT_REMINDED = {"reminded_at": None, "escalated_at": None, "asked_at": None}
"""Columns of a hand-over whose time to answer starts again."""


def hand_over(
    unit: Unit,
    profile: ProfileRow,
    cause: str,
    because_of: UUID,
    person: SalesPerson,
    route: Sequence[str],
    measure: str,
    *,
    submission: UUID | None = None,
) -> ProfileRow:
    """Open a hand-over. The caller holds the lock on the profile's row and decided that it crosses.

    cause: "points", "form" or "rerouted". route: why it goes to this person. measure: what is to be done.
    The profile's entries are written: the strongest are the reasons that sales is told.
    """
    earlier = handovers.of_profile(unit.connection, profile.id)
    row = HandoverRow(
        id=derived_id("handover", profile.id, len(earlier) + 1),
        profile_id=profile.id,
        crossing=len(earlier) + 1,
        cause=cause,
        sales_person=person.id,
        score=profile.score,
        at=unit.now,
        due_at=answer_due(unit, unit.now),
        submission_id=submission,
        measure=measure,
        team=person.team,
        route=list(route),
    )
    handovers.add(unit.connection, row)
    link = _open_link(unit, row)
    reasons = strongest(ledger.of_profile(unit.connection, profile.id))
    moved = move(unit, profile, "sales_qualified", cause, because_of)
    _tell(unit, moved, row, "sales/handover", f"handover:{row.id}")
    announce(
        unit,
        "lead.sales_qualified",
        moved,
        row.id,
        profile_url=unit.world.links.lead(link, unit.now),
        reasons=[{"reason": e.reason, "points": e.points} for e in reasons],
        cause=cause,
        sales_person={"id": person.id, "name": person.name, "email": person.email},
    )
    return moved


def join_request(
    unit: Unit,
    profile: ProfileRow,
    pending: HandoverRow,
    person: SalesPerson,
    measure: str,
    event_id: UUID,
    submission: UUID | None,
) -> None:
    """A sales form of somebody whom sales has: whoever that is hears of it, and the time to answer starts again."""
    handovers.change(
        unit.connection,
        pending.id,
        due_at=answer_due(unit, unit.now),
        submission_id=submission,
        sales_person=person.id,
        measure=measure,
        **NOT_REMINDED,
    )
    joined = replace(pending, sales_person=person.id)
    if handovers.standing_link(unit.connection, joined.id, person.id, unit.now) is None:
        _open_link(unit, joined)
    _tell(unit, profile, joined, "sales/new_request", f"new_request:{event_id}", submission)


def answer_due(unit: Unit, since: datetime) -> datetime:
    """Until when sales is to answer what it got at that moment."""
    program = unit.program
    return due_after(since, program.response_hours, program.timezone, program.desk.hours)


def renew_link(unit: Unit, profile: ProfileRow, pending: HandoverRow, person: SalesPerson) -> None:
    """Close the links to a profile, and mail a new one to whom the lead is with from now on."""
    handovers.change(unit.connection, pending.id, sales_person=person.id)
    handovers.revoke_links(unit.connection, profile.id, unit.now)
    joined = replace(pending, sales_person=person.id)
    link = _open_link(unit, joined)
    _tell(unit, profile, joined, "sales/handover", f"link:{link}")


def may_be_handed_over(profile: ProfileRow) -> bool:
    """Excluded people and those who objected never are, nor those whom sales has or had."""
    return not profile.excluded and not profile.objected and profile.stage in BEFORE_SALES


def _open_link(unit: Unit, row: HandoverRow) -> UUID:
    link_id = new_id()
    link = LinkRow(link_id, row.profile_id, row.id, row.sales_person, unit.now, unit.now + LINK_LIVES)
    handovers.add_link(unit.connection, link)
    return link_id


def _tell(
    unit: Unit, profile: ProfileRow, row: HandoverRow, template: str, key: str, submission: UUID | None = None
) -> None:
    payload = {
        "handover": str(row.id),
        "person": row.sales_person,
        "submission": str(submission or row.submission_id or ""),
    }
    mail = unit.delivery(
        "sales",
        template,
        "staff",
        key,
        profile=profile.id,
        payload=payload,
        trace=submission or row.submission_id,
    )
    unit.send([mail])
