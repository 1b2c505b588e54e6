"""On which line of a TOML file something stands: tomllib does not say, people need to know."""

import re
from collections import Counter

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*([A-Za-z0-9_\-."']+)\s*=""")


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
            lines.setdefault(table, number)
        elif key := _KEY.match(line):
            lines.setdefault(_join(table, _clean(key[1])), number)
        quoted = _opened(line)
    return lines


def find_line(lines: dict[str, int], path: str) -> int | None:
    """The line of a path, or of the nearest thing around it."""
    while path:
        if path in lines:
            return lines[path]
        path = re.sub(r"(\.[^.\[]+|\[\d+\]|^[^.\[]+)$", "", path)
    return None


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
    return next((q for q in ('"""', "'''") if line.count(q) % 2), "")
