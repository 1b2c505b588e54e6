"""Start the series that begin with what people did."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from bridge.flow.cases import Case
from bridge.flow.sequences.stand import condition_for, resolver_of
from bridge.flow.sequences.take_up_again import take_up_again
from bridge.flow.unit import Unit
from bridge.nurture.interests import is_wanted
from bridge.nurture.places import Place
from bridge.nurture.starts import begun
from bridge.program.expressions import Resolver
from bridge.program.sequences import Sequence
from bridge.scoring.facts import Event
from bridge.store import enrolments

CONFIRMED = "address.confirmed"


def start_sequences(unit: Unit, cases: Iterable[Case]) -> None:
    """Let what counted since now start series, and bring on the steps that wait for it.

    Whoever confirms (again) takes up what had to end without consent. The caller holds the locks on the profiles'
    rows.
    """
    happened = [(case, event) for case in cases for event in case.telling.counted]
    if back := [case.profile.id for case, event in happened if event.kind == CONFIRMED]:
        take_up_again(unit, back)
    starting = [
        (case, event, sequence) for case, event in happened for sequence in _started_by(unit, case, event)
    ]
    if starting:
        _start(unit, [(case.profile.id, sequence, event.at) for case, event, sequence in starting])
    _bring_on(unit, happened)  # what starts now may wait for what came right after, and counts with it


def _bring_on(unit: Unit, happened: Iterable[tuple[Case, Event]]) -> None:
    awaited = {
        step.until for sequence in unit.program.sequences.values() for step in sequence.steps if step.until
    }
    heard = [(case.profile.id, event.kind, event.at) for case, event in happened if event.kind in awaited]
    if heard:
        enrolments.hear(unit.connection, heard, unit.now)


def _started_by(unit: Unit, case: Case, event: Event) -> Iterator[Sequence]:
    for sequence in unit.program.sequences.values():
        kind = sequence.starts or ("form.submitted" if sequence.kind == "event" else None)
        if kind != event.kind or (sequence.form and event.data.get("form") != sequence.form):
            continue
        if not is_wanted(sequence, unit.program.chosen(case.profile.interests)):
            continue
        if sequence.when is None or condition_for(_resolver(unit, case, event))(sequence.when):
            yield sequence


def _resolver(unit: Unit, case: Case, event: Event) -> Resolver:
    mail = case.telling.mails.get(event.mail_id) if event.mail_id else None
    return resolver_of(unit, case.profile, case.telling.book.topics, mail, event)


def _start(unit: Unit, wanted: list[tuple[UUID, Sequence, datetime]]) -> None:
    places = enrolments.of_series(
        unit.connection, {owner for owner, _, _ in wanted}, {sequence.id for _, sequence, _ in wanted}
    )
    new: dict[tuple[UUID, str], Place] = {}
    for owner, sequence, at in wanted:
        known = new.get((owner, sequence.id)) or places.get((owner, sequence.id))
        if place := begun(known, sequence, owner, at, unit.now):
            new[owner, sequence.id] = place
    enrolments.begin(unit.connection, new.values())
