"""What a programme may say of sales, but hardly means."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from bridge.errors import Mistake
from bridge.program.desk import Brake
from bridge.program.model import Program


def doubts_at_the_desk(program: Program, now: datetime) -> Iterator[Mistake]:
    """Doubts about absences that are not over, brakes, territories and mailboxes."""
    yield from _circles(program, now.astimezone(program.timezone).date())
    for person in program.people.values():
        yield from _brake(f"sales.people[{person.id}]", person.brake)
    for team in program.desk.teams.values():
        yield from _brake(f"sales.teams[{team.id}]", team.brake)
    yield from _of_nobody(program)
    yield from _mailboxes(program)


def _circles(program: Program, today: date) -> Iterator[Mistake]:
    """Those who stand in for each other while all of them are away. A circle begins when an absence does."""
    absences = [one for person in program.people.values() for one in person.away if one.last >= today]
    told: list[set[str]] = []
    for day in sorted({max(one.first, today) for one in absences}):
        stand_ins = _stand_ins(program, day)
        for name in stand_ins:
            circle = _circle(name, stand_ins)
            if circle and {*circle} not in told:
                told.append({*circle})
                names = ", ".join(f"“{one}”" for one in circle)
                yield Mistake(
                    f"sales.people[{name}].away",
                    None,
                    f"on {day} all of these are away and stand in for each other: {names}",
                    "somebody instead who is there",
                )


def _stand_ins(program: Program, day: date) -> dict[str, str]:
    """Whoever is away on a day → who stands in."""
    away = {
        person.id: next((one.instead for one in person.away if one.first <= day <= one.last), None)
        for person in program.people.values()
    }
    return {name: instead for name, instead in away.items() if instead}


def _circle(start: str, stand_ins: Mapping[str, str]) -> list[str]:
    """Who stands in for whom, until that is who it began with; nobody when it ends elsewhere."""
    passed = [start]
    while (name := stand_ins.get(passed[-1])) and name not in passed:
        passed.append(name)
    return passed if name == start else []


def _brake(place: str, brake: Brake) -> Iterator[Mistake]:
    if brake.a_day and brake.a_week and brake.a_day > brake.a_week:
        said = f"{brake.a_day} on a day never come: after {brake.a_week} the week is full"
        yield Mistake(f"{place}.max_per_day", None, said, f"at most max_per_week, {brake.a_week}")


def _of_nobody(program: Program) -> Iterator[Mistake]:
    """Territories that neither a person has nor a team in which somebody is."""
    teams = {person.team for person in program.people.values()}
    had = {name for person in program.people.values() for name in person.territories}
    had |= {name for team in program.desk.teams.values() if team.id in teams for name in team.territories}
    for one in program.desk.territories:
        if one not in had:
            said = f"nobody has “{one}”, so its leads go by other territories, or to whoever has none"
            expected = "its name among the “territories” of a person, or of a team with people"
            yield Mistake(f"sales.territories[{one}]", None, said, expected)


def _mailboxes(program: Program) -> Iterator[Mistake]:
    first: dict[str, str] = {}
    for person in program.people.values():
        other = first.setdefault(person.email.lower(), person.id)
        if other != person.id:
            said = (
                f"“{other}” has the same address: whoever reads that mailbox gets the leads and codes of both"
            )
            yield Mistake(f"sales.people[{person.id}].email", None, said, "an address for each of them")
