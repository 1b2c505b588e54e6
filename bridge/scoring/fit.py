"""How well person and company match, apart from behaviour: pure, from the fields and what sales has said."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bridge.profiles.overview import UNJUDGED_FIT
from bridge.program.expressions import FailedExpression, resolver
from bridge.program.model import Program
from bridge.program.profiling import FitRule

BEST = 100


@dataclass(frozen=True, slots=True)
class Fit:
    """value: 0 to 100. rules: those that are true. failures: rule → what went wrong; such a rule gives nothing."""

    value: int
    rules: tuple[FitRule, ...]
    failures: Mapping[str, str]


def fits_for(program: Program) -> Callable[[Mapping[str, str], int], Fit]:
    """Judges many people, as `fit_of` does one: whoever answered alike what the rules ask for is judged once."""
    asked = _members(program)
    known: dict[tuple[object, ...], Fit] = {}

    def fit(fields: Mapping[str, str], misfits: int) -> Fit:
        if asked is None:
            return fit_of(program, fields, misfits)
        key = (misfits, *map(fields.get, asked))
        if key not in known:
            known[key] = fit_of(program, fields, misfits)
        return known[key]

    return fit


def _members(program: Program) -> list[str] | None:
    """The fields that the rules look at; None when that only shows as they run."""
    of_rules = [rule.when.members.get("profile") for rule in program.fit if "profile" in rule.when.variables]
    return None if None in of_rules else sorted({name for names in of_rules for name in names or ()})


def fit_of(program: Program, fields: Mapping[str, str], misfits: int) -> Fit:
    """The fit of somebody with these fields. misfits: how often sales has said that they do not fit.

    Everybody begins with 50; the points of all rules that are true are added, the sum is kept within 0 and 100,
    and for each misfit it is halved, cut towards zero.
    """
    true, failures = _asked(program, fields) if program.fit else ([], {})
    whole = UNJUDGED_FIT + sum(rule.points for rule in true)
    return Fit(min(max(whole, 0), BEST) >> misfits, tuple(true), failures)


def _asked(program: Program, fields: Mapping[str, str]) -> tuple[list[FitRule], dict[str, str]]:
    """The rules that are true, and those that fail with what went wrong."""
    resolve = resolver({"profile": {**dict.fromkeys(program.fields, ""), **fields}})
    true: list[FitRule] = []
    failures: dict[str, str] = {}
    for rule in program.fit:
        try:
            if rule.when.truth(resolve):
                true.append(rule)
        except FailedExpression as error:
            failures[rule.id] = str(error)
    return true, failures
