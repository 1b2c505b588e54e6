"""Bring on the places that waited for an event alone, and of which the programme says otherwise now."""

from collections.abc import Iterator
from dataclasses import replace

from bridge.flow.unit import Opened, Unit
from bridge.nurture.places import Place
from bridge.store import enrolments, profiles

BATCH = 1000


def free_stranded(opened: Opened, at_a_time: int = BATCH) -> Iterator[int]:
    """Let places be due whose series or step is gone, or does not wait for that event any more; else nobody would
    ever look at them. Each step is a transaction, and says for how many. Doing it again changes nothing.
    """
    found = at_a_time
    while found == at_a_time:
        with opened() as unit:
            found, freed = _some(unit, at_a_time)
        yield freed


def _some(unit: Unit, at_a_time: int) -> tuple[int, int]:
    waits = [
        (sequence.id, step.id, step.until)
        for sequence in unit.program.sequences.values()
        for step in sequence.steps
        if step.until and step.after is None
    ]
    found = enrolments.stranded(unit.connection, waits, at_a_time)
    if not found:
        return 0, 0
    people = profiles.lock(unit.connection, {place.profile_id for place in found})
    still = enrolments.stranded(unit.connection, waits, profile_ids=[person.id for person in people])
    freed = [_freed(unit, place) for place in still]
    enrolments.put(unit.connection, freed)
    unit.to_score |= {place.profile_id for place in freed if place.is_due(unit.now)}
    return len(found), len(freed)


def _freed(unit: Unit, place: Place) -> Place:
    """The same before its step as that is now. Where there is none any more, the next look ends the place."""
    sequence = unit.program.sequences.get(place.sequence)
    at = place.stands_at(sequence) if sequence else None
    if sequence is None or at is None:
        return replace(place, due_at=unit.now)
    return place.at(sequence, at, place.waits_since or place.started_at)
