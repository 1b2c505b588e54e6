"""Choose the follow-up that fits what people showed interest in: one at a time."""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from bridge.flow.cases import Case
from bridge.flow.sequences.stand import condition_for, may_be_mailed, resolver_of
from bridge.flow.unit import Unit
from bridge.nurture.due import Holds
from bridge.nurture.interests import BEFORE_OTHERS, by_interest, starts_by_interest
from bridge.nurture.places import Place
from bridge.nurture.starts import begun, may_begin
from bridge.program.model import Program
from bridge.program.sequences import Sequence
from bridge.qualification.stages import BEFORE_SALES
from bridge.store import enrolments, ledger
from bridge.store.profiles import ProfileRow

TELLING = frozenset({"address.confirmed", "preferences.saved", "sequence.completed"})
"""Kinds of events that make somebody choose (anew), besides those that give points to a topic."""


def kin(program: Program) -> list[str]:
    """Series that stand before a follow-up, or are one; none where no follow-up is chosen by interest."""
    series = program.sequences.values()
    if not any(starts_by_interest(one) for one in series):
        return []
    return [one.id for one in series if one.kind in BEFORE_OTHERS]


def may_choose(case: Case) -> bool:
    """Whether something happened after which another follow-up may fit, or somebody asked to look."""
    if not could_follow(case.profile):
        return False
    telling = case.telling
    nothing = not telling.counted and not telling.new
    return (
        nothing
        or any(entry.topic for entry in telling.new)
        or any(event.kind in TELLING for event in telling.counted)
    )


def could_follow(profile: ProfileRow) -> bool:
    """Whether somebody is known well enough, and is not with sales."""
    barred = profile.excluded or profile.objected
    return profile.confirmed and not barred and profile.stage in BEFORE_SALES


def follow_interests(
    unit: Unit, people: Mapping[UUID, ProfileRow], places: Iterable[Place]
) -> Collection[Place]:
    """Begin the follow-up of the strongest interest for those of the people who have none, nor are welcomed just now.

    places: theirs in series of `kin`. The caller holds the locks on the profiles' rows. Returns what began. A number
    of statements that does not grow with the number of people.
    """
    before = {(place.profile_id, place.sequence): place for place in places}
    busy = {owner for (owner, _), place in before.items() if place.is_active}
    free = {owner: one for owner, one in people.items() if owner not in busy and could_follow(one)}
    untried = {owner for owner in free if _is_anything_left(unit, owner, before)}
    if not untried:
        return []
    scores = ledger.topic_scores(unit.connection, untried)
    series = unit.program.sequences.values()
    wanted = {
        owner: follow_ups
        for owner in untried
        if (
            follow_ups := by_interest(
                series, scores.get(owner, {}), unit.program.chosen(free[owner].interests)
            )
        )
    }
    begun_now = []
    for owner in may_be_mailed(unit, [free[owner] for owner in wanted]) if wanted else ():
        holds = condition_for(resolver_of(unit, free[owner], scores.get(owner, {})))
        if place := _first(unit, wanted[owner], owner, before, holds):
            begun_now.append(place)
    enrolments.begin(unit.connection, begun_now)
    unit.to_score |= {place.profile_id for place in begun_now if place.is_due(unit.now)}
    return begun_now


def _is_anything_left(unit: Unit, owner: UUID, before: Mapping[tuple[UUID, str], Place]) -> bool:
    """Whether there is a follow-up that somebody did not have, or may have again."""
    return any(
        starts_by_interest(one) and may_begin(before.get((owner, one.id)), one, unit.now)
        for one in unit.program.sequences.values()
    )


def _first(
    unit: Unit,
    wanted: Iterable[Sequence],
    owner: UUID,
    before: Mapping[tuple[UUID, str], Place],
    holds: Holds,
) -> Place | None:
    """The place in the first of these series that may begin."""
    places = (_next_place(unit, one, owner, before) for one in wanted if one.when is None or holds(one.when))
    return next((place for place in places if place), None)


def _next_place(
    unit: Unit, sequence: Sequence, owner: UUID, before: Mapping[tuple[UUID, str], Place]
) -> Place | None:
    return begun(before.get((owner, sequence.id)), sequence, owner, unit.now, unit.now)
