"""What refers to what at the sales desk: people, teams, territories, absences, conditions."""

from collections.abc import Iterator, Mapping
from typing import Any

from bridge.program.building import all_fields
from bridge.program.checking_absences import find_in_absences
from bridge.program.complaints import Complaint, condition, unknown
from bridge.program.figure_titles import LESS_IS_BETTER, TARGETS
from bridge.program.names import not_known


def find_at_the_desk(data: Mapping[str, Any]) -> Iterator[Complaint]:
    """Everything that is wrong with the tables below [sales] but people and reasons themselves, and with targets."""
    yield from _people(data)
    yield from _teams(data)
    yield from _territories(data)
    yield from _targets(data)
    for name in ("territories", "filters", "measures"):
        for index, one in enumerate(data["sales"][name]):
            if one["when"]:
                yield from condition(f"sales.{name}[{index}].when", one["when"], data, "", of_sales=True)


def _ids(data: Mapping[str, Any], name: str) -> set[str]:
    return {one["id"] for one in data["sales"][name]}


def _people(data: Mapping[str, Any]) -> Iterator[Complaint]:
    for index, person in enumerate(data["sales"]["people"]):
        place = f"sales.people[{index}]"
        yield from unknown(f"{place}.territories", person["territories"], _ids(data, "territories"))
        yield from unknown(f"{place}.team", filter(None, [person["team"]]), _ids(data, "teams"))
        yield from find_in_absences(place, person, _ids(data, "people"))


def _teams(data: Mapping[str, Any]) -> Iterator[Complaint]:
    for index, team in enumerate(data["sales"]["teams"]):
        place = f"sales.teams[{index}]"
        yield from unknown(f"{place}.lead", filter(None, [team["lead"]]), _ids(data, "people"))
        yield from unknown(f"{place}.territories", team["territories"], _ids(data, "territories"))


def _territories(data: Mapping[str, Any]) -> Iterator[Complaint]:
    topics, fields = {one["id"] for one in data["topics"]}, all_fields(data)
    for index, one in enumerate(data["sales"]["territories"]):
        place = f"sales.territories[{index}]"
        yield from unknown(f"{place}.topics", one["topics"], topics)
        for key, name in (("industries", "industry"), ("sizes", "employees")):
            field = fields.get(name)
            if one[key] and field is None:
                yield (
                    f"{place}.{key}",
                    f"no form can ask for it: there is no field “{name}”",
                    f"a field “{name}”",
                )
            elif field is not None and field.choices:
                yield from unknown(f"{place}.{key}", one[key], set(field.choices))


def _targets(data: Mapping[str, Any]) -> Iterator[Complaint]:
    """One for a figure and a period, and only of what there should be more of."""
    seen: set[tuple[str, str]] = set()
    for index, target in enumerate(data["results"]["targets"]):
        figure, per = target["figure"], target["per"]
        place, known = f"results.targets[{index}]", f"one of {', '.join(TARGETS)}"
        if figure in LESS_IS_BETTER:
            said = f"of “{figure}” less is better, and a target is what should be reached at least"
            yield f"{place}.figure", said, known
        elif figure not in TARGETS:
            yield f"{place}.figure", not_known(figure, TARGETS), known
        elif (figure, per) in seen:
            yield place, f"“{figure}” has a target for each {per} already", "one target for both"
        seen.add((figure, per))
