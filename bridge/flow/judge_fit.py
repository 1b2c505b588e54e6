"""Keep fits up to date: of whoever is scored, and of everybody when the programme judges otherwise."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bridge.flow.unit import Opened, Unit
from bridge.ids import derived_id
from bridge.scoring.fit import Fit, fits_for
from bridge.store import dead_letters, profile_changes, profiles
from bridge.store.dead_letters import DeadLetter
from bridge.store.profiles import ProfileRow

log = logging.getLogger(__name__)

AT_A_TIME = 1000
"""People in one transaction when everybody is judged anew."""


def judged(unit: Unit, people: Iterable[ProfileRow]) -> list[ProfileRow]:
    """The same people, whose rows are locked, with the fit that they have now; what changed is written down.

    Who objects to being evaluated keeps the fit of before. Two statements at most, whatever their number, and mostly
    none.
    """
    known = list(people)
    willing = [one for one in known if not one.objected]
    fit = fits_for(unit.program)
    fits = {one.id: fit(one.fields, one.misfits) for one in willing}
    version = unit.program.fit_version
    new = {
        one.id: replace(one, fit=fits[one.id].value, fit_version=version)
        for one in willing
        if (one.fit, one.fit_version) != (fits[one.id].value, version)
    }
    profile_changes.judge_fit(unit.connection, new.values())
    letters = [letter for one in willing for letter in _letters(unit, one, fits[one.id])]
    dead_letters.bury_all(unit.connection, letters)
    return [new.get(one.id, one) for one in known]


def judge_everybody(begin: Opened) -> Iterator[int]:
    """Judge those anew whose fit other rules judged, some at a time; how many, after each step.

    Killed anywhere it goes on where it was, since each row knows by which rules it was judged.
    """
    while True:
        with begin() as unit:
            people = profiles.of_another_fit(unit.connection, unit.program.fit_version, AT_A_TIME)
            judged(unit, people)
        if not people:
            return
        log.info("fits judged anew", extra={"count": len(people)})
        yield len(people)


def _letters(unit: Unit, person: ProfileRow, fit: Fit) -> Iterator[DeadLetter]:
    """A rule failed on a person: it gave nothing and stopped no other, but somebody should know."""
    for rule, error in fit.failures.items():
        log.warning("fit rule failed", extra={"rule": rule, "profile": str(person.id)})
        letter_id = derived_id("fit", rule, person.id)
        yield DeadLetter(letter_id, f"fit {rule}", {"profile": str(person.id)}, error, unit.now)
