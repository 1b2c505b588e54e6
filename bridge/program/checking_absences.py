"""Who is away, and who stands in: days and names of the programme that go together."""

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

from bridge.program.complaints import Complaint, unknown
from bridge.program.desk import Absence


def find_in_absences(place: str, person: Mapping[str, Any], people: set[str]) -> Iterator[Complaint]:
    """What is wrong with the absences of somebody in sales. people: the ids of all."""
    others = people - {person["id"]}
    for absence in person["away"]:
        if absence.instead == person["id"]:
            said = f"nobody can stand in for themselves, nor can “{person['id']}”"
            yield f"{place}.away", said, "somebody else, or no “instead”"
        elif absence.instead:
            yield from unknown(f"{place}.away", [absence.instead], others)
    for (_, one), (at, other) in combinations(enumerate(person["away"]), 2):
        if one.instead != other.instead and (day := _shared(one, other)):
            said = (
                f"“{person['id']}” is away twice on {day}, with {_stand_in(one)} and with {_stand_in(other)}"
            )
            yield f"{place}.away[{at}]", said, "days that do not overlap, or the same “instead”"


def _shared(one: Absence, other: Absence) -> str:
    """The first day of both; "" when there is none."""
    first = max(one.first, other.first)
    return first.isoformat() if first <= min(one.last, other.last) else ""


def _stand_in(absence: Absence) -> str:
    return f"“{absence.instead}” instead" if absence.instead else "nobody instead"
