"""Conditions and formulas in CEL, the Common Expression Language (https://cel.dev).

CEL is not Turing-complete and sees only the variables it is given; every number is an integer.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from typing import TYPE_CHECKING, Any

from bridge.errors import LeadbridgeError

if TYPE_CHECKING:
    from cel import cel
else:
    # The package's own __init__ imports its command line, at the price of 25 MB and 0.1 s in every process.
    _spec = PathFinder.find_spec("cel.cel", find_spec("cel").submodule_search_locations)
    cel = module_from_spec(_spec)
    _spec.loader.exec_module(cel)

VARIABLES = frozenset(
    {"event", "profile", "mail", "score", "threshold", "topics", "fit", "stage", "confirmed", "lead"}
)
LONGEST = 500
MOST_POINTS = 1_000_000
"""What one formula may give; far more would not fit into the database."""
FUNCTIONS: dict[str, Callable[..., Any]] = {"min": min, "max": max}

MAPS = ("event", "profile", "mail", "topics", "lead")
"""Variables with members; to hand all of them over costs far more than to evaluate an expression that needs one."""

_MEMBER = re.compile(
    rf"""(?<!\w)({"|".join(MAPS)})(?!\w)(?:\s*\.\s*([A-Za-z_]\w*)(?![\w\s]*\()|\s*\[\s*(["'])([^"'\\]*)\3\s*\])?"""
)
_MACRO = re.compile(r"\.\s*(?:all|exists|exists_one|map|filter)\s*\(\s*([A-Za-z_]\w*)")


@dataclass
class InvalidExpression(LeadbridgeError):
    """An expression that cannot be compiled or uses a name that does not exist. unknown: those names."""

    source: str
    reason: str
    unknown: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"“{self.source}”: {self.reason}"


@dataclass
class FailedExpression(LeadbridgeError):
    """An expression that failed on the values it met, or gave another type than expected."""

    source: str
    reason: str

    def __str__(self) -> str:
        return f"“{self.source}”: {self.reason}"


Resolver = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled CEL expression. Two expressions are equal when their sources are.

    variables: those it names. members: variable → the members that it can look at; those of others it may ask for
    in ways that only show when it runs.
    """

    source: str
    variables: frozenset[str] = field(repr=False, compare=False)
    members: Mapping[str, frozenset[str]] = field(repr=False, compare=False)
    _compiled: cel.Program = field(repr=False, compare=False)
    _functions: tuple[str, ...] = field(repr=False, compare=False)

    def truth(self, resolve: Resolver) -> bool:
        """Evaluate as a condition. Raises FailedExpression when it fails or gives no truth value."""
        value = self._evaluate(resolve)
        if isinstance(value, bool):
            return value
        raise FailedExpression(self.source, f"a condition gives true or false, this gave {value!r}")

    def number(self, resolve: Resolver) -> int:
        """Evaluate as a formula. Raises FailedExpression when it fails or gives no integer."""
        value = self._evaluate(resolve)
        if not isinstance(value, int) or isinstance(value, bool):
            raise FailedExpression(self.source, f"a formula gives a whole number, this gave {value!r}")
        if abs(value) > MOST_POINTS:
            raise FailedExpression(self.source, f"too many points: {value}; at most {MOST_POINTS} either way")
        return value

    def _evaluate(self, resolve: Resolver) -> Any:
        def look_up(name: str) -> Any:
            value, members = resolve(name), self.members.get(name)
            return value if members is None else {key: value[key] for key in members if key in value}

        context = cel.Context()
        context.set_variable_resolver(look_up)
        for name in self._functions:
            context.add_function(name, FUNCTIONS[name])
        try:
            return self._compiled.execute(context)
        except Exception as error:  # the library raises many kinds, all of them mean the same
            raise FailedExpression(self.source, _plain(error)) from error


@lru_cache(maxsize=1024)
def compile_expression(source: str) -> Expression:
    """Compile a CEL expression. Raises InvalidExpression for grammar, length, macros and unknown names."""
    if len(source) > LONGEST:
        raise InvalidExpression(source[:40] + "…", f"longer than {LONGEST} characters")
    bound = _MACRO.findall(source)
    if len(bound) > 1:
        raise InvalidExpression(source, "more than one of all, exists, map, filter")
    try:
        compiled = cel.compile(source)
    except Exception as error:
        raise InvalidExpression(source, _plain(error)) from error
    used = compiled.references()
    unknown = sorted(set(used["variables"]) - VARIABLES - set(bound))
    if unknown:
        known = ", ".join(sorted(VARIABLES))
        words = f"unknown name {', '.join(unknown)}; known are {known}"
        raise InvalidExpression(source, words, tuple(unknown))
    functions = tuple(name for name in used["functions"] if name in FUNCTIONS)
    return Expression(source, frozenset(used["variables"]), _members(source), compiled, functions)


def _members(source: str) -> dict[str, frozenset[str]]:
    """Variable → its members that stand in the source; none for a variable that stands there without a member."""
    found: dict[str, set[str | None]] = {}
    for name, word, _, key in _MEMBER.findall(source):
        found.setdefault(name, set()).add(word or key or None)
    return {name: frozenset(filter(None, keys)) for name, keys in found.items() if None not in keys}


def resolver(variables: Mapping[str, Any]) -> Resolver:
    """Make a resolver from plain values."""
    return variables.get


def _plain(error: Exception) -> str:
    text = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return f"unknown key {text}" if isinstance(error, KeyError) else text.removeprefix("ERROR: ")
