"""Compare the wordings of steps, and end comparisons by rule where the programme wants that."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bridge.flow.unit import Unit
from bridge.nurture.comparison import Comparison, Count, compare, winner_of
from bridge.nurture.shares import variants_of
from bridge.nurture.telling import FEWEST, told
from bridge.program.model import Program
from bridge.program.sequences import Step
from bridge.store import trials
from bridge.store.trials import ChoiceRow, Trial, Window


@dataclass(frozen=True, slots=True)
class Contest:
    """The wordings of one step against each other, while all of them were sent.

    since, until: when that was. clicks: who followed a link, of those of whom it is known. qualified: whom sales got,
    of all readers. fewest: how many people each needs before anything is said. entered_since: when only those are
    compared who entered the series from then on.
    """

    since: datetime
    until: datetime
    clicks: Comparison
    qualified: Comparison
    fewest: int = FEWEST
    entered_since: datetime | None = None


def contests(connection: Connection, steps: Iterable[tuple[str, Step]]) -> dict[tuple[str, str], Contest]:
    """(series, step) → how its wordings compare; only where each of them was sent."""
    asked = {(sequence, step.id): [one.id for one in variants_of(step)] for sequence, step in steps}
    if not asked:
        return {}
    wordings = [(*key, name) for key, names in asked.items() for name in names]
    found: dict[tuple[str, str], dict[str, Trial]] = {key: {} for key in asked}
    for trial in trials.trials(connection, wordings):
        found[trial.sequence, trial.step][trial.variant] = trial
    complete = {key: [known[name] for name in asked[key] if name in known] for key, known in found.items()}
    return {key: _contest(known) for key, known in complete.items() if len(known) == len(asked[key])}


def _contest(known: Sequence[Trial]) -> Contest:
    return Contest(
        known[0].since,
        known[0].until,
        compare({one.variant: Count(one.people, one.clicked) for one in known}),
        compare({one.variant: Count(one.readers, one.qualified) for one in known}),
    )


def windows(connection: Connection, program: Program) -> list[Window]:
    """When the wordings of steps were all sent, of steps where that ever was so."""
    compared = compared_steps(program)
    steps = {(sequence, step.id): variants_of(step) for sequence, step in compared}
    if not steps:
        return []
    found = trials.windows(
        connection,
        [(*key, one.id) for key, all_of_it in steps.items() for one in all_of_it],
        [(sequence, step.id) for sequence, step in compared if step.chosen],
    )
    complete = (one for one in found if one.wordings == len(steps[one.sequence, one.step]))
    return [one for one in complete if one.since <= one.until]


def choose_wordings(unit: Unit) -> list[ChoiceRow]:
    """Decide what is certain enough, for steps that are to end so; returns what was decided.

    By clicks: they are many and come soon. What a marketer chose, or was decided before, stays.
    """
    decided = trials.choices(unit.connection)
    open_ones = {
        (sequence, step.id): step
        for sequence, step in compared_steps(unit.program)
        if step.ends == "when-certain" and not step.chosen and (sequence, step.id) not in decided
    }
    known = contests(unit.connection, ((sequence, step) for (sequence, _), step in open_ones.items()))
    rows = list(_decisions(unit, open_ones, known))
    trials.decide(unit.connection, rows)
    return rows


def _decisions(
    unit: Unit, steps: Mapping[tuple[str, str], Step], known: Mapping[tuple[str, str], Contest]
) -> Iterator[ChoiceRow]:
    for key, contest in known.items():
        winner = winner_of(contest.clicks, steps[key].at_least, unit.now - contest.since)
        if winner:
            yield ChoiceRow(*key, winner, unit.now, told(contest.clicks, unit.program.language, 0))


def compared_steps(program: Program) -> list[tuple[str, Step]]:
    """Every step with several wordings, beside its series."""
    return [
        (sequence.id, step)
        for sequence in program.sequences.values()
        for step in sequence.steps
        if step.variants
    ]
