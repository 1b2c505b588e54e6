"""Who is away, and who stands in."""

from datetime import date

from bridge.program.desk import Absence
from bridge.program.model import Program, SalesPerson


def absence_of(person: SalesPerson, day: date) -> Absence | None:
    """Why somebody is not there on that day, if they are not. The last day of an absence belongs to it."""
    return next((one for one in person.away if one.first <= day <= one.last), None)


def who_is_there(program: Program, person: SalesPerson, day: date) -> SalesPerson | None:
    """The person, or who stands in, or who stands in for that one; None when it comes to nobody."""
    seen: set[str] = set()
    while (absence := absence_of(person, day)) is not None:
        seen.add(person.id)
        if absence.instead is None or absence.instead in seen or absence.instead not in program.people:
            return None
        person = program.people[absence.instead]
    return person
