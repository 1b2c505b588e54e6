"""When a series starts for somebody, and when it starts anew: pure functions of a place and a moment."""

from datetime import datetime
from uuid import UUID

from bridge.ids import derived_id
from bridge.nurture.places import Place, due_after
from bridge.program.sequences import Sequence


def begun(
    known: Place | None, sequence: Sequence, profile_id: UUID, moment: datetime, now: datetime
) -> Place | None:
    """A place as it starts at a moment, or starts anew; None when it may not. known: the person's place in it.

    A series starts once for a person, and anew when `again` has passed since and it is over; one about an event also
    for its next date, when the former is over. What ended because its topic was not chosen goes on where it was.
    """
    if known is not None and known.ended_because == "not chosen":
        return known.taken_up(now)
    if not may_begin(known, sequence, moment):
        return None
    step, event_at = sequence.steps[0], sequence.date_for(moment)
    due_at = due_after(step, moment, event_at)
    return Place(
        id=derived_id("enrolment", profile_id, sequence.id),
        profile_id=profile_id,
        sequence=sequence.id,
        started_at=moment,
        due_at=max(due_at, now) if due_at else None,
        step_id=step.id,
        round=known.round + 1 if known else 0,
        waits_for=step.until,
        waits_since=moment,
        event_at=event_at,
    )


def may_begin(known: Place | None, sequence: Sequence, moment: datetime) -> bool:
    """Whether a series may start at a moment, start anew, or go on, for somebody with this place in it."""
    if known is None or known.ended_because == "not chosen":
        return True
    return _may_start_anew(known, sequence, moment)


def _may_start_anew(known: Place, sequence: Sequence, moment: datetime) -> bool:
    former = sequence.date_for(known.started_at)
    if former is not None and former <= moment and sequence.date_for(moment) != former:
        return True
    if known.is_active or sequence.again is None:
        return False
    return moment - known.started_at >= sequence.again
