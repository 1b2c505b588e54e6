"""Why an expression does not work, in words for somebody who has never read the grammar of CEL."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from bridge.program.expressions import FUNCTIONS, MAPS, VARIABLES, FailedExpression, InvalidExpression

_STRING = re.compile(r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')""")
_HABITS = tuple(
    (re.compile(pattern), habit, written)
    for pattern, habit, written in (
        (r"\s*\b(?:and|AND)\b\s*", "and", " && "),
        (r"\s*\b(?:or|OR)\b\s*", "or", " || "),
        (r"\s*\bis\s+not\b\s*", "is not", " != "),
        (r"\s*\bis\b\s*", "is", " == "),
        (r"\b(?:not|NOT)\s+(?!in\b)", "not", "!"),
        (r"(?<![&])&(?!&)", "&", "&&"),
        (r"(?<![|])\|(?!\|)", "|", "||"),
        (r"!==", "!==", "!="),
        (r"===", "===", "=="),
        (r"<>", "<>", "!="),
        (r"=>", "=>", ">="),
        (r"=<", "=<", "<="),
        (r"(?<![=!<>])=(?![=<>])", "=", "=="),
        (r"\bTrue\b", "True", "true"),
        (r"\bFalse\b", "False", "false"),
        (r"\b(?:None|null|nil)\b", "None", "''"),
        (r"\blen\(", "len()", "size("),
    )
)
"""What other languages write, what it is called, and how it is written here. Asked in this order."""
_SHOWN = {"!": "!(…)", "size(": "size()"}
"""How that is shown, where it does not stand for itself."""
_OTHERWISE = (
    (re.compile(r"\bnot\s+in\b"), "“x not in y” is written “!(x in y)”"),
    (re.compile(r"\bif\b.*\belse\b"), "“a if b else c” is written “b ? a : c”"),
)
_METHODS = ("contains", "startsWith", "endsWith", "matches", "size")
_KNOWN_FUNCTIONS = (*_METHODS, *FUNCTIONS, "int", "string", "has", "all", "exists", "filter", "map")
_SAME_FUNCTION = {"includes": "contains", "len": "size", "length": "size", "count": "size", "str": "string"}
_UNDEFINED = re.compile(r"Undefined variable or function: '(\w+)'")
_AT = re.compile(r"<input>:1:(\d+)")

Explained = tuple[str, str]
"""What is wrong, and what would be right; "" where nobody can say."""


def explained(
    error: InvalidExpression | FailedExpression,
    sample: Mapping[str, Any],
    works: Callable[[str], bool],
) -> Explained:
    """Say what is wrong with an expression.

    sample: values that it may meet. works: whether another one does what is asked of this one.
    """
    source = error.source
    said = _habits(source) or _unknown(error, sample) or _plainly(error)
    better = _rewritten(source, sample)
    return f"“{source}”: {said}", f'"{better}"' if better != source and works(better) else ""


def _habits(source: str) -> str:
    """What stands there as in other languages, "" for nothing."""
    bare = _STRING.sub("''", source)
    found: list[str] = []
    for pattern, habit, written in _HABITS:
        if pattern.search(bare):
            found.append(f"“{habit}” is written “{_SHOWN.get(written, written.strip())}” here")
            bare = pattern.sub(" ", bare)
    return "; ".join([*found, *(words for pattern, words in _OTHERWISE if pattern.search(bare))])


def _rewritten(source: str, sample: Mapping[str, Any]) -> str:
    """The source with what other languages write replaced, and with the names that were likely meant."""
    parts = _STRING.split(source)
    for at in range(0, len(parts), 2):
        for pattern, _, written in _HABITS:
            parts[at] = pattern.sub(written, parts[at])
    whole = "".join(parts).strip()
    for name, member in _unknown_members(whole, sample):
        if near := get_close_matches(member, sample[name], n=1):
            whole = re.sub(rf"\b{name}(\s*\.\s*|\[['\"]){member}\b", rf"{name}\g<1>{near[0]}", whole)
    return whole


def _unknown(error: InvalidExpression | FailedExpression, sample: Mapping[str, Any]) -> str:
    """Names that nothing has, "" for none."""
    if isinstance(error, InvalidExpression) and error.unknown:
        return "; ".join(_unknown_name(name, sample) for name in error.unknown)
    if function := _UNDEFINED.search(error.reason):
        return _unknown_function(function[1])
    return "; ".join(
        f"“{name}” has no “{member}”{_hint(member, sample[name])}"
        for name, member in _unknown_members(error.source, sample)
    )


def _unknown_name(name: str, sample: Mapping[str, Any]) -> str:
    owners = [f"{one}.{name}" for one in MAPS if name in sample[one]]
    if owners:
        return f"there is no “{name}”; did you mean “{owners[0]}”?"
    near = get_close_matches(name, VARIABLES, n=1)
    if near:
        return f"there is no “{name}”; did you mean “{near[0]}”?"
    known = ", ".join(sorted(VARIABLES))
    return f"there is no “{name}”; known are {known}. A text stands in single quotes: '{name}'"


def _unknown_function(name: str) -> str:
    near = (
        [_SAME_FUNCTION[name]] if name in _SAME_FUNCTION else get_close_matches(name, _KNOWN_FUNCTIONS, n=1)
    )
    hint = f"did you mean “{near[0]}()”?" if near else f"known are {', '.join(_KNOWN_FUNCTIONS)}"
    return f"there is no “{name}()”; {hint}"


def _unknown_members(source: str, sample: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Variable and member, of those that stand in the source and that the variable does not have."""
    places = rf"\b({'|'.join(MAPS)})(?:\s*\.\s*([A-Za-z_]\w*)\b(?!\s*\()|\[['\"]([^'\"]*)['\"]\])"
    found = (match for match in re.finditer(places, source) if not _is_quoted(source, match.start()))
    known = dict.fromkeys((match[1], match[2] or match[3]) for match in found)
    return ((name, member) for name, member in known if member not in sample[name])


def _is_quoted(source: str, at: int) -> bool:
    return any(match.start() < at < match.end() for match in _STRING.finditer(source))


def _hint(name: str, known: Collection[str]) -> str:
    if near := get_close_matches(name, known, n=1):
        return f"; did you mean “{near[0]}”?"
    return f"; it has {', '.join(sorted(known))}" if known else ""


def _plainly(error: InvalidExpression | FailedExpression) -> str:
    """The library's words, as far as they help."""
    reason = error.reason
    if "No such overload" in reason:
        return "two things of different kinds stand together, such as a number and a text"
    if (place := _AT.search(reason)) and isinstance(error, InvalidExpression):
        rest = error.source[int(place[1]) - 1 :].strip()
        return f"cannot be read from “{rest}” on" if rest else "something is missing at its end"
    return reason
