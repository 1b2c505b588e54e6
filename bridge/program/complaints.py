"""What is wrong with a programme, where, and what was expected; and the checks that several parts share."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bridge.program.explaining import explained
from bridge.program.expressions import FailedExpression, InvalidExpression, compile_expression, resolver
from bridge.program.names import listed, not_known
from bridge.program.samples import sample_variables

Complaint = tuple[str, str, str]
"""Path, what is wrong, what was expected."""


def unknown(place: str, asked: Iterable[str], known: set[str]) -> Iterator[Complaint]:
    """A complaint for each name that nothing has."""
    for name in asked:
        if name not in known:
            expected = f"one of {listed(name, sorted(known))}" if known else "none is there"
            yield place, not_known(name, known), expected


def condition(
    place: str, source: str, data: Mapping[str, Any], kind: str, *, of_sales: bool = False
) -> Iterator[Complaint]:
    """What is wrong with a condition when an event of that kind meets it. of_sales: it may look at `lead`."""
    if not of_sales:
        yield from _no_lead(place, source)
    yield from _expression(place, source, data, kind, "truth", 'a condition such as "score >= 5"')


def formula(place: str, source: str, data: Mapping[str, Any], kind: str) -> Iterator[Complaint]:
    """The same with a formula."""
    yield from _no_lead(place, source)
    yield from _expression(place, source, data, kind, "number", 'a formula such as "threshold - score"')


def _no_lead(place: str, source: str) -> Iterator[Complaint]:
    """A complaint when an expression looks at what is known only when somebody goes to sales."""
    try:
        looks = "lead" in compile_expression(source).variables
    except InvalidExpression:
        return  # that is said besides
    if looks:
        yield place, "“lead” is known only in conditions below [sales]", "profile, score, topics …"


def _expression(
    place: str, source: str, data: Mapping[str, Any], kind: str, method: str, expected: str
) -> Iterator[Complaint]:
    samples = list(sample_variables(data, kind))
    if error := _fault(source, samples, method):
        words, better = explained(error, samples[0], lambda other: _fault(other, samples, method) is None)
        yield place, words, better or expected


def _fault(
    source: str, samples: Iterable[Mapping[str, Any]], method: str
) -> InvalidExpression | FailedExpression | None:
    """What keeps an expression from giving what it should; None when it gives that for every sample."""
    try:
        expression = compile_expression(source)
        for variables in samples:
            getattr(expression, method)(resolver(variables))
    except (InvalidExpression, FailedExpression) as error:
        return error
    return None
