"""Tell of the end of a series: once its last mail has left, or nothing more is to be sent."""

from collections.abc import Iterable

from bridge.flow.cases import Case
from bridge.flow.unit import Unit
from bridge.ids import derived_id
from bridge.nurture.places import Place
from bridge.store import enrolments, events
from bridge.store.events import EventRow

LEFT = "mail.sent"


def complete_series(unit: Unit, cases: Iterable[Case]) -> None:
    """Tell of the series whose last mail has left, as far as we hear of it now."""
    heard = [event for case in cases for event in case.telling.counted if event.kind == LEFT]
    left = [event.mail_id for event in heard if event.mail_id]
    if left:
        tell_completed(unit, enrolments.completed_by(unit.connection, left))


def tell_completed(unit: Unit, places: Iterable[Place]) -> None:
    """Tell that these series are over; once for each round of a place."""
    completed = [one for place in places if (one := _completed(unit, place))]
    events.add(unit.connection, completed)
    unit.to_score |= {event.profile_id for event in completed}


def _completed(unit: Unit, place: Place) -> EventRow | None:
    sequence = unit.program.sequences.get(place.sequence)
    if sequence is None:
        return None
    data = {"sequence": sequence.id, "sequence_kind": sequence.kind, "subject": sequence.id}
    cause = (place.round,) if place.round else ()
    event_id = derived_id(place.id, *cause, "sequence.completed")
    kind, at = "sequence.completed", unit.now
    return EventRow(event_id, place.profile_id, kind, at, at, data=data, verdict="human")
