"""A hand-over rested on clicks that turned out to be a machine's: it is taken back, and sales is told."""

from collections.abc import Sequence

from bridge.flow.move import move
from bridge.flow.sales.tell_sales import LINK_OUTLIVES, Told, tell_sales
from bridge.flow.sales.write_story import write_story
from bridge.flow.sending.announce import announce_outcome
from bridge.flow.sending.keep_back import nurture_again
from bridge.flow.unit import Unit
from bridge.ids import derived_id
from bridge.qualification.stages import stage_after_return
from bridge.scoring.ledger import Entry, rightful_score
from bridge.store import handovers, outbox
from bridge.store.handovers import PENDING, HandoverRow
from bridge.store.profiles import ProfileRow


def withdraw(
    unit: Unit, profile: ProfileRow, entries: Sequence[Entry], taken_back: Sequence[Entry]
) -> ProfileRow:
    """Withdraw the pending hand-over of somebody whose points were taken back, when nothing else carried it.

    entries: the ledger by now. taken_back: what was corrected just now. Whoever accepted it keeps it, and learns
    that the clicks were none: there may have been a talk meanwhile. The caller holds the lock on the profile's row.
    """
    pending = next(
        (row for row in handovers.of_profile(unit.connection, profile.id) if row.state in PENDING), None
    )
    if pending is None or _stands(unit, pending, entries, taken_back):
        return profile
    told = Told(pending.sales_person, pending, "sales/withdrawn", f"withdrawn:{pending.id}")
    if pending.state == "accepted":
        tell_sales(unit, [told])
        return profile
    handovers.change(unit.connection, pending.id, state="withdrawn", decided_at=unit.now)
    write_story(unit, profile.id, "lead.withdrawn", handover=pending.id)
    handovers.close_links_soon(unit.connection, [pending.id], unit.now + LINK_OUTLIVES)
    is_unknown = outbox.take_back(unit.connection, f"handover:{pending.id}", unit.now, "withdrawn")
    if not is_unknown or pending.begun_at != pending.at:  # passed on: a colleague knows of it by another mail
        tell_sales(unit, [told], LINK_OUTLIVES)
    cause = derived_id(pending.id, "withdrawn")
    back = move(unit, profile, stage_after_return(profile.confirmed), "withdrawn", cause)
    nurture_again(unit, [back])
    announce_outcome(unit, back, pending, "withdrawn", cause)
    return back


def _stands(unit: Unit, pending: HandoverRow, entries: Sequence[Entry], taken_back: Sequence[Entry]) -> bool:
    """Whether somebody asked for it or sent it on, or the points of that time suffice without what was wrong."""
    is_by_points = pending.cause == "points" and pending.submission_id is None
    if not is_by_points or not any(entry.at <= pending.at for entry in taken_back):
        return True
    return rightful_score(entries, pending.at) >= unit.program.stages.threshold
