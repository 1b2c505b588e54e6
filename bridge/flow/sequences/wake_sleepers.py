"""Begin series for people for whom nothing happened: those who sleep, and those whose interest nobody saw yet."""

from collections.abc import Callable, Iterator, Mapping
from uuid import UUID

from bridge.flow.sequences.follow_interests import follow_interests, kin
from bridge.flow.sequences.free_stranded import free_stranded
from bridge.flow.sequences.stand import condition_for, resolver_of
from bridge.flow.unit import Opened, Unit
from bridge.nurture.interests import starts_by_interest
from bridge.nurture.places import Place
from bridge.nurture.starts import begun
from bridge.program.expressions import Expression
from bridge.program.model import Program
from bridge.program.sequences import Sequence
from bridge.store import enrolments, ledger, nurturing, profiles, suppressions
from bridge.store.nurturing import Interest, Page

BATCH = 2000
"""People in one transaction; their rows are locked for as long."""


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
    found = nurturing.interested(unit.connection, interests, series, unit.program.topics, page)
    people = {one.id: one for one in profiles.lock(unit.connection, found)}
    places = enrolments.of_series(unit.connection, people, series)
    return found, len(follow_interests(unit, people, places.values()))


def _waking(sequence: Sequence) -> Piece:
    def wake(unit: Unit, page: Page) -> tuple[list[UUID], int]:
        found = _sleepers(unit, sequence, page)
        addresses = profiles.lock_addresses(unit.connection, found)
        still = _sleepers(unit, sequence, Page(among=found))  # nobody can change it now
        places = _places(unit, sequence, _mailable(unit, still, addresses))
        enrolments.begin(unit.connection, places)
        unit.to_score |= {place.profile_id for place in places if place.is_due(unit.now)}
        return found, len(places)

    return wake


def _sleepers(unit: Unit, sequence: Sequence, page: Page) -> list[UUID]:
    again = sequence.again or sequence.silence
    return nurturing.sleepers(unit.connection, sequence.id, unit.now, sequence.silence, again, page)


def _mailable(unit: Unit, sleepers: list[UUID], addresses: Mapping[UUID, str]) -> list[UUID]:
    """Those of people who consented whose addresses are not suppressed."""
    suppressed = suppressions.reasons_for(unit.connection, [addresses[one] for one in sleepers])
    return [one for one in sleepers if addresses[one] not in suppressed]


def _places(unit: Unit, sequence: Sequence, sleepers: list[UUID]) -> list[Place]:
    willing = _for_whom_it_holds(unit, sequence.when, sleepers) if sequence.when else sleepers
    known = enrolments.of_series(unit.connection, willing, [sequence.id]) if willing else {}
    places = (begun(known.get((one, sequence.id)), sequence, one, unit.now, unit.now) for one in willing)
    return [place for place in places if place]


def _for_whom_it_holds(unit: Unit, condition: Expression, sleepers: list[UUID]) -> list[UUID]:
    people = profiles.of_ids(unit.connection, sleepers)
    topics = ledger.topic_scores(unit.connection, sleepers)
    return [
        one
        for one in sleepers
        if condition_for(resolver_of(unit, people[one], topics.get(one, {})))(condition)
    ]
