"""Sales gets a lead: one hand-over per crossing, one mail, one webhook, one link to the profile."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from bridge.flow.move import move
from bridge.flow.sales.begin_anew import answer_due, begin_anew, given_to, still_agreed
from bridge.flow.sales.tell_sales import Told, tell_sales
from bridge.flow.sales.write_story import write_story
from bridge.flow.sending.announce import announce
from bridge.flow.unit import Unit
from bridge.ids import derived_id, new_id
from bridge.program.events import StoryKind
from bridge.program.model import Form, SalesPerson
from bridge.qualification.stages import BEFORE_SALES
from bridge.scoring.ledger import strongest
from bridge.store import handovers, ledger
from bridge.store.handovers import HandoverRow
from bridge.store.profiles import ProfileRow

QUALIFIED = "lead.sales_qualified"

Obstacle = Literal["excluded", "objected", "stage"]
"""Why somebody is never handed over: excluded, objects to evaluation, or sales has or had them."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """Why somebody goes to sales. because_of: the event behind it. form: the sales form that was sent, if one was.

    cause: "points", "form" or "rerouted". held_since: since when the lead has been held, if it was. note: what sales
    is told of how it came to that. before: the hand-over that somebody gave back as not theirs. given_by: who did so.
    """

    cause: str
    because_of: UUID
    submission: UUID | None = None
    form: Form | None = None
    held_since: datetime | None = None
    note: str | None = None
    before: HandoverRow | None = None
    given_by: str | None = None


def hand_over(
    unit: Unit,
    profile: ProfileRow,
    crossing: Crossing,
    person: SalesPerson,
    route: Sequence[str],
    measure: str,
) -> ProfileRow:
    """Open a hand-over. The caller holds the lock on the profile's row and decided that it crosses.

    route: why it goes to this person. measure: what is to be done. The profile's entries are written: the strongest
    are the reasons that others are told.
    """
    row = _opened(unit, profile, crossing, person)
    row = replace(row, route=list(route), measure=measure)
    handovers.add(unit.connection, row)
    kind: StoryKind = "sales.forwarded" if crossing.before else "lead.handed_over"
    write_story(unit, profile.id, kind, handover=row.id, to=person.id, by=crossing.given_by)
    moved = move(unit, profile, "sales_qualified", crossing.cause, crossing.because_of)
    links = tell_sales(unit, [Told(person.id, row, "sales/handover", f"handover:{row.id}")])
    _announce(unit, moved, row, person, links[row.id, person.id])
    return moved


def join_request(
    unit: Unit,
    pending: HandoverRow,
    person: SalesPerson,
    measure: str,
    event_id: UUID,
    submission: UUID | None,
) -> None:
    """A sales form of somebody whom sales has: whoever that is hears of it, and the time to answer starts again.

    Whoever has accepted the lead is not reminded of it, but is asked again some day.
    """
    joined = replace(
        pending, sales_person=person.id, measure=measure, submission_id=submission or pending.submission_id
    )
    handovers.change(
        unit.connection,
        pending.id,
        submission_id=joined.submission_id,
        measure=measure,
        **_waits_again(unit, pending, person),
    )
    tell_sales(unit, [Told(person.id, joined, "sales/new_request", f"new_request:{event_id}")])


def _waits_again(unit: Unit, pending: HandoverRow, person: SalesPerson) -> dict[str, Any]:
    if person.id != pending.sales_person:
        return _goes_to(unit, pending, person)
    if pending.state == "open":
        return begin_anew(unit)
    return {"due_at": answer_due(unit, unit.now), "asked_at": None, "agreed_on": None}


def _goes_to(unit: Unit, pending: HandoverRow, person: SalesPerson) -> dict[str, Any]:
    """Whoever had the lead is not there any more: it is somebody else's, and nobody passed it on."""
    write_story(unit, pending.profile_id, "sales.forwarded", handover=pending.id, to=person.id)
    return given_to(unit, pending, person)


def renew_link(unit: Unit, pending: HandoverRow, person: SalesPerson) -> None:
    """Close the links to a lead, and mail a new one to whom the lead is with from now on.

    What was agreed with the customer stays, also when that is somebody else.
    """
    if person.id != pending.sales_person:
        theirs_now = _goes_to(unit, pending, person) | still_agreed(unit, pending)
        handovers.change(unit.connection, pending.id, **theirs_now)
    handovers.revoke_links(unit.connection, pending.profile_id, unit.now)
    theirs = replace(pending, sales_person=person.id)
    tell_sales(unit, [Told(person.id, theirs, "sales/handover", f"link:{new_id()}")])


def obstacle(profile: ProfileRow) -> Obstacle | None:
    """What stands in the way of handing somebody over, if anything does."""
    if profile.excluded:
        return "excluded"
    if profile.objected:
        return "objected"
    return None if profile.stage in BEFORE_SALES else "stage"


def may_be_handed_over(profile: ProfileRow) -> bool:
    """Whether nothing stands in the way of it."""
    return obstacle(profile) is None


def _opened(unit: Unit, profile: ProfileRow, crossing: Crossing, person: SalesPerson) -> HandoverRow:
    number = handovers.count_of(unit.connection, profile.id) + 1
    row = HandoverRow(
        id=derived_id("handover", profile.id, number),
        profile_id=profile.id,
        crossing=number,
        cause=crossing.cause,
        sales_person=person.id,
        score=profile.score,
        at=unit.now,
        begun_at=unit.now,
        due_at=answer_due(unit, unit.now),
        submission_id=crossing.submission,
        team=person.team,
        note=crossing.note,
        passed_by=crossing.given_by,
    )
    return replace(row, **still_agreed(unit, crossing.before)) if crossing.before else row


def _announce(unit: Unit, profile: ProfileRow, row: HandoverRow, person: SalesPerson, link: UUID) -> None:
    if not any(hook.wants(QUALIFIED) for hook in unit.program.webhooks):
        return  # and nobody reads the ledger for nothing
    reasons = strongest(ledger.of_profile(unit.connection, profile.id))
    announce(
        unit,
        QUALIFIED,
        profile,
        row.id,
        profile_url=unit.world.links.lead(link, unit.now),
        reasons=[{"reason": e.reason, "points": e.points} for e in reasons],
        cause=row.cause,
        sales_person={"id": person.id, "name": person.name, "email": person.email},
    )
