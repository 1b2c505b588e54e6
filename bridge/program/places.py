"""On which line of a TOML file something stands: tomllib does not say, people need to know."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from bridge.errors import Mistake

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*([A-Za-z0-9_\-."']+)\s*=""")
_STRINGS = re.compile(r""""{3}(?:\\.|[^\\])*?"{3}|'{3}.*?'{3}|("{3}|'{3})|"(?:\\.|[^"\\])*"|'[^']*'|#.*""")
"""Strings and remarks of a line; the group holds the quotes of a string that the line leaves open."""


def line_numbers(source: str) -> dict[str, int]:
    """Map dotted paths (`forms[0].kind`) to line numbers, counted from 1.

    Nested arrays of tables count within the newest parent. Text inside multi-line strings is passed over.
    """
    lines: dict[str, int] = {}
    counts: Counter[str] = Counter()
    table, quoted = "", ""
    for number, line in enumerate(source.splitlines(), start=1):
        if quoted:
            quoted = "" if quoted in line else quoted
            continue
        if header := _HEADER.match(line):
            table = _table_path(header[2], header[1] == "[[", counts)
            _note(lines, table, number)
        elif key := _KEY.match(line):
            _note(lines, _join(table, _clean(key[1])), number)
        quoted = _opened(line)
    return lines


class Places:
    """Finds the line of a path in a programme that was laid over a preset.

    lines: of the file itself. raw: the file's values. merged: the values that were checked, in which rules
    and reasons have other positions than in the file.
    """

    def __init__(self, lines: Mapping[str, int], raw: Mapping[str, Any], merged: Mapping[str, Any]) -> None:
        self._lines = lines
        self._raw = raw
        self._merged = merged

    def mistakes(self, complaints: Iterable[tuple[str, str, str]]) -> list[Mistake]:
        """Turn (path, message, expected) into mistakes with lines, in the order of the file."""
        found = [Mistake(self._named(p), self._line(p), message, hint) for p, message, hint in complaints]
        return sorted(found, key=lambda mistake: mistake.line or 0)

    def _line(self, path: str) -> int | None:
        path = self._in_file(path)
        while path:
            if path in self._lines:
                return self._lines[path]
            path = _around(path)
        return None

    def _in_file(self, path: str) -> str:
        match = re.match(r"(scoring\.rules|sales\.reasons)\[(\d+)\]", path)
        if not match:
            return path
        own = _entry(self._raw, match[1]) or []
        entry = _entry(self._merged, match[0])
        index = next((i for i, candidate in enumerate(own) if candidate is entry), None)
        return match[1] if index is None else f"{match[1]}[{index}]{path[match.end() :]}"

    def _named(self, path: str) -> str:
        """Put ids in the place of positions: `scoring.rules[link-clicked].when`."""

        def name(match: re.Match[str]) -> str:
            entry = _entry(self._merged, path[: match.end()])
            known = entry.get("id") if isinstance(entry, Mapping) else None
            return f"[{known}]" if isinstance(known, str) else match[0]

        return re.sub(r"\[\d+\]", name, path)


def named_lines(source: str) -> dict[str, int]:
    """Map paths with ids (`mails[welcome].subject`) to line numbers; a step without an id has that of its mail."""
    raw = tomllib.loads(source)

    def named(path: str) -> str:
        def name(match: re.Match[str]) -> str:
            entry = _entry(raw, path[: match.end()])
            known = entry.get("id", entry.get("mail")) if isinstance(entry, Mapping) else None
            return f"[{known}]" if isinstance(known, str) else match[0]

        return re.sub(r"\[\d+\]", name, path)

    return {named(path): line for path, line in line_numbers(source).items()}


def located(source: str, mistakes: Iterable[Mistake]) -> list[Mistake]:
    """Mistakes of a programme with their lines, where they name none and speak of the programme's own file.

    They come in the order of that file, and then of the files beside it.
    """
    lines = named_lines(source)

    def line_of(path: str) -> int | None:
        while path and path not in lines:
            path = _around(path)
        return lines.get(path)

    found = (
        one if one.line or one.file else replace(one, line=line_of(one.path.partition(",")[0]))
        for one in mistakes
    )
    return sorted(found, key=lambda one: (one.file, one.line or 0))


def told_once(mistakes: Iterable[Mistake]) -> list[Mistake]:
    """The same mistakes, one that stands in one place for several languages once, with all of them named."""
    languages: dict[Mistake, list[str]] = {}
    for one in mistakes:
        place, _, language = one.path.partition(", ")
        known = languages.setdefault(replace(one, path=place), [])
        if language and language not in known:
            known.append(language)
    return [
        replace(one, path=", ".join([one.path, *([" and ".join(said)] if said else [])]))
        for one, said in languages.items()
    ]


def _entry(values: Any, path: str) -> Any:
    for step in re.findall(r"[^.\[\]]+", path):
        try:
            values = values[int(step)] if isinstance(values, list) else values[step]
        except (KeyError, IndexError, ValueError, TypeError):
            return None
    return values


def _around(path: str) -> str:
    """What it stands in: the path without its last step; "" for what stands in nothing."""
    return path[: max(path.rfind("."), path.rfind("["), 0)]


def _note(lines: dict[str, int], path: str, number: int) -> None:
    """Remember where something stands, and what it stands in, unless that stood somewhere before."""
    while path:
        lines.setdefault(path, number)
        path = _around(path)


def _table_path(name: str, is_array: bool, counts: Counter[str]) -> str:
    path = ""
    parts = _clean(name).split(".")
    for index, part in enumerate(parts):
        path = _join(path, part.strip())
        if is_array and index == len(parts) - 1:
            counts[path] += 1
        if counts[path]:
            path = f"{path}[{counts[path] - 1}]"
    return path


def _clean(name: str) -> str:
    return name.replace('"', "").replace("'", "").replace(" ", "")


def _join(table: str, key: str) -> str:
    return f"{table}.{key}" if table else key


def _opened(line: str) -> str:
    """Which multi-line quote a line leaves open, or ""."""
    return next((match[1] for match in _STRINGS.finditer(line) if match[1]), "")
