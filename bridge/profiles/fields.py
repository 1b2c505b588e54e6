"""A person's data: what a form may change, and what waits until the person confirms it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

FREE_TEXT = frozenset({"message"})
"""Fields that belong to the submission, not to the person."""


@dataclass(frozen=True, slots=True)
class Merged:
    """The fields afterwards, and what was given besides: field → {"value", "submission", "at"}."""

    fields: dict[str, str]
    also_given: dict[str, Any]


def merge(
    fields: Mapping[str, str],
    also_given: Mapping[str, Any],
    new: Mapping[str, str],
    *,
    confirmed: bool,
    origin: Mapping[str, str],
) -> Merged:
    """Lay a form's values over a profile. Anybody can type anybody's address: of a confirmed person only
    empty fields are filled, other values wait in `also_given` with their origin (submission, at)."""
    result, waiting = dict(fields), dict(also_given)
    for name, value in new.items():
        if not value or name in FREE_TEXT or name == "email":
            continue
        if not confirmed or not result.get(name):
            result[name] = value
            waiting.pop(name, None)
        elif result[name] != value:
            waiting[name] = {"value": value, **origin}
    return Merged(result, waiting)


def take_over(fields: Mapping[str, str], also_given: Mapping[str, Any], names: set[str]) -> Merged:
    """Take over values that waited."""
    taken = {name: entry["value"] for name, entry in also_given.items() if name in names}
    waiting = {name: entry for name, entry in also_given.items() if name not in names}
    return Merged({**fields, **taken}, waiting)


def full_name(fields: Mapping[str, str]) -> str:
    """First and last name, as far as they are known."""
    return " ".join(part for part in (fields.get("first_name"), fields.get("last_name")) if part)
