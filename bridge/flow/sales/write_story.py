"""What becomes of a lead is written down as an event of the person: it is told, and counts nothing."""

from datetime import timedelta
from uuid import UUID

from bridge.flow.unit import Unit
from bridge.ids import new_id
from bridge.program.events import StoryKind
from bridge.store.events import EventRow

A_MOMENT = timedelta(microseconds=1)
"""What follows from a form or a click stands behind it, even where both are of one moment."""


def write_story(unit: Unit, profile_id: UUID, kind: StoryKind, **facts: object) -> None:
    """Write it down in the transaction that does it, with all that is told there, at its end.

    facts: ids of the programme, names, days, as flow.story_lines reads them; what is None is left out.
    """
    data = {name: str(value) for name, value in facts.items() if value is not None}
    at = unit.now + A_MOMENT
    unit.story.append(EventRow(new_id(), profile_id, kind, at, at, data=data, verdict="human", scored_at=at))
