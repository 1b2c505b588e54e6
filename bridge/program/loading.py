"""Read `program.toml`: lay it over its preset, check it, build the frozen `Program`."""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from marshmallow import ValidationError

from bridge.errors import InvalidProgram, Mistake
from bridge.program.building import build
from bridge.program.checking import find_mistakes
from bridge.program.complaints import Complaint
from bridge.program.model import Program
from bridge.program.places import Places, line_numbers
from bridge.program.schema import ProgramFile

TOML = "TOML, see https://toml.io"
MOST_SHOWN = 60
"""Characters of a line that cannot be read."""
DEMO = Path(str(resources.files("bridge.program") / "demo" / "program.toml"))


def load_program(
    path: Path, environ: Mapping[str, str] | None = None, *, needs_secrets: bool = True
) -> Program:
    """Read a programme file; of a folder its `program.toml`.

    environ: where `secret = "env:NAME"` is looked up; None asks for no secrets (for `check`).
    needs_secrets: whether one that is not there is a mistake; else the endpoint says which it lacks.
    Raises InvalidProgram with every mistake found, each with its place and what was expected.
    """
    path = program_file(path)
    source = _read(path)
    try:
        raw = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise InvalidProgram(str(path), [_syntax_mistake(error, source)]) from error
    merged = over_preset(raw)
    places = Places(line_numbers(source), raw, merged)
    try:
        data = ProgramFile().load(merged)
    except ValidationError as error:
        raise InvalidProgram(str(path), places.mistakes(_flat(error.messages))) from error
    if found := find_mistakes(data, path.parent, environ or {}, needs_secrets and environ is not None):
        raise InvalidProgram(str(path), places.mistakes(found))
    return build(data, path.parent, hashlib.sha256(source.encode()).hexdigest()[:12], environ or {})


def program_file(path: Path) -> Path:
    """The programme's file, which a folder may stand for."""
    return path / "program.toml" if path.is_dir() else path


def over_preset(raw: dict[str, Any]) -> dict[str, Any]:
    """Lay a programme over its preset: tables key by key, rules and reasons entry by entry, by id."""
    name = raw.get("scoring", {}).get("preset") if isinstance(raw.get("scoring"), dict) else None
    if name not in ("exact", "artegic"):
        return raw
    preset = _preset(name)
    merged = {**raw}
    for table in ("stages", "mailing"):
        merged[table] = _over(preset[table], raw.get(table, {}))
    merged["scoring"] = {
        **raw["scoring"],
        "rules": _by_id(preset["scoring"]["rules"], raw["scoring"].get("rules")),
    }
    if isinstance(raw.get("sales"), dict):
        merged["sales"] = {
            **raw["sales"],
            "reasons": _by_id(preset["sales"]["reasons"], raw["sales"].get("reasons")),
        }
    return merged


@cache
def _preset(name: str) -> dict[str, Any]:
    file = resources.files("bridge.program") / "presets" / f"{name}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _over(below: Any, above: Any) -> Any:
    if isinstance(below, dict) and isinstance(above, dict):
        return {**below, **{key: _over(below.get(key), value) for key, value in above.items()}}
    return above


def _by_id(below: list[dict[str, Any]], above: Any) -> Any:
    """Own entries take the place of the preset's with the same id; the order of the preset is kept.

    An id that is there twice stays there twice, to be found as a mistake.
    """
    if above is None:
        return below
    if not isinstance(above, list) or not all(isinstance(entry, dict) for entry in above):
        return above
    ids = [entry["id"] for entry in below]
    merged: list[dict[str, Any]] = []
    for entry in below:
        merged += [own for own in above if own.get("id") == entry["id"]] or [entry]
    return merged + [entry for entry in above if entry.get("id") not in ids]


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        said = "cannot be read: there is no such file or folder"
        raise InvalidProgram(str(path), [Mistake("", None, said, "a programme's file or folder")]) from error
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidProgram(str(path), [Mistake("", None, f"cannot be read: {error}")]) from error


_LIKE_A_DATE = re.compile(r"""\s*([\w."'-]+)\s*=\s*\d{1,4}\s*[-./]\s*(?:\d|[^\W\d])[^#]*""")
"""A key whose value begins like a date, however somebody wrote it."""

_BARE = re.compile(r"""\s*([\w.-]+)\s*=\s*([^\W_][^"'\[\]{}]*?)\s*""")
"""A key whose value stands without quotation marks."""


def _syntax_mistake(error: tomllib.TOMLDecodeError, source: str) -> Mistake:
    words, _, place = str(error).rpartition(" (at line ")
    line = place.split(",")[0]
    if not line.isdigit():
        return Mistake("", None, words or str(error), TOML)
    written = "".join(source.splitlines()[int(line) - 1 : int(line)]).partition("#")[0]
    if date := _LIKE_A_DATE.fullmatch(written):
        said = f"“{date[0].partition('=')[2].strip()}” is no date, or is written otherwise in TOML"
        return Mistake(date[1], int(line), said, "a date such as 2027-03-15, with a time 2027-03-15T10:00:00")
    if (bare := _BARE.fullmatch(written)) and words.startswith(("Invalid value", "Expected newline")):
        said = f"“{bare[2]}” is neither a number nor a date nor true or false"
        return Mistake(bare[1], int(line), said, f'{bare[1]} = "{bare[2]}", in quotation marks')
    said = (
        f"{words or error}, in “{shortened}”" if (shortened := _shortened(written)) else words or str(error)
    )
    return Mistake("", int(line), said, TOML)


def _shortened(line: str) -> str:
    """What stands on a line, as far as a sentence holds it."""
    known = line.strip()
    return known if len(known) <= MOST_SHOWN else f"{known[:MOST_SHOWN]}…"


def _flat(messages: Any, path: str = "") -> list[Complaint]:
    """Marshmallow's nested messages as a list of complaints."""
    if isinstance(messages, dict):
        return [c for key, inner in messages.items() for c in _flat(inner, _inner_path(path, key))]
    return [(path, str(text).rstrip("."), "") for text in messages]


def _inner_path(path: str, key: object) -> str:
    if isinstance(key, int):
        return f"{path}[{key}]"
    if key in {"_schema", "value"}:
        return path
    name = str(key).removesuffix("_")
    return f"{path}.{name}" if path else name
