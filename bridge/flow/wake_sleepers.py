"""Begin series for people for whom nothing happened: those who sleep, and those whose interest nobody saw yet."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from uuid import UUID

from bridge.flow.follow_interests import follow_interests, kin
from bridge.flow.free_stranded import free_stranded
from bridge.flow.stand import condition_for, may_be_mailed, resolver_of
from bridge.flow.unit import Unit
from bridge.nurture.interests import starts_by_interest
from bridge.nurture.places import Place
from bridge.nurture.starts import begun
from bridge.program.model import Program
from bridge.program.sequences import Sequence
from bridge.store import enrolments, ledger, nurturing, profiles
from bridge.store.nurturing import Interest, Page
from bridge.store.profiles import ProfileRow

BATCH = 1000
Opened = Callable[[], AbstractContextManager[Unit]]


def begin_series(opened: Opened, program: Program) -> Iterator[int]:
    """Begin follow-ups and wake-ups whose time has come: each step is a transaction, and says for how many.

    Whoever stops in between loses nothing, and two who do this at once begin nothing twice.
    """
    yield from free_stranded(opened)
    if kin(program):
        yield from _by_pieces(opened, _follow)
    for sequence in program.sequences.values():
        if wakes_by_silence(sequence):
            yield from _by_pieces(opened, _waking(sequence))


def wake_one(unit: Unit, profile_id: UUID) -> int:
    """Begin the wake-ups of one person whose time has come; returns how many that were."""
    series = [one for one in unit.program.sequences.values() if wakes_by_silence(one)]
    return sum(_waking(one)(unit, Page(among=[profile_id]))[1] for one in series)


def wakes_by_silence(sequence: Sequence) -> bool:
    """Whether nothing but silence starts it."""
    return sequence.kind == "wake-up" and sequence.starts is None


Piece = Callable[[Unit, Page], tuple[list[UUID], int]]
"""Begins something for some people; returns whom it found, and how many places began."""


def _by_pieces(opened: Opened, piece: Piece) -> Iterator[int]:
    last: UUID | None = None
    while True:
        with opened() as unit:
            found, count = piece(unit, Page(last, BATCH))
        yield count
        if len(found) < BATCH:
            return
        last = found[-1]


def _follow(unit: Unit, page: Page) -> tuple[list[UUID], int]:
    series = kin(unit.program)
    interests = [
        Interest(one.id, one.topic or "", one.interest, unit.now - one.again if one.again else None)
        for one in unit.program.sequences.values()
        if starts_by_interest(one)
    ]
    found = nurturing.interested(unit.connection, interests, series, page)
    people = {one.id: one for one in profiles.lock(unit.connection, found)}
    places = enrolments.of_series(unit.connection, people, series)
    return found, len(follow_interests(unit, people, places.values()))


def _waking(sequence: Sequence) -> Piece:
    def wake(unit: Unit, page: Page) -> tuple[list[UUID], int]:
        found = _sleepers(unit, sequence, page)
        people = profiles.lock(unit.connection, found)
        still = set(_sleepers(unit, sequence, Page(among=found)))  # nobody can change it now
        places = _places(unit, sequence, [one for one in people if one.id in still])
        enrolments.begin(unit.connection, places)
        unit.to_score |= {place.profile_id for place in places if place.is_due(unit.now)}
        return found, len(places)

    return wake


def _sleepers(unit: Unit, sequence: Sequence, page: Page) -> list[UUID]:
    again = sequence.again or sequence.silence
    return nurturing.sleepers(unit.connection, sequence.id, unit.now, sequence.silence, again, page)


def _places(unit: Unit, sequence: Sequence, people: list[ProfileRow]) -> list[Place]:
    if not people:
        return []
    allowed = may_be_mailed(unit, people)
    known = enrolments.of_series(unit.connection, allowed, [sequence.id])
    topics = ledger.topic_scores(unit.connection, allowed)
    places = []
    for one in people:
        holds = condition_for(resolver_of(unit, one, topics.get(one.id, {})))
        if one.id not in allowed or (sequence.when and not holds(sequence.when)):
            continue
        if place := begun(known.get((one.id, sequence.id)), sequence, one.id, unit.now, unit.now):
            places.append(place)
    return places
