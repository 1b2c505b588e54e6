"""To whom a lead goes."""

from bridge.program.model import Program, SalesPerson


def route(program: Program, owner: str | None, not_to: str | None = None) -> SalesPerson:
    """The owner when there is one, else whoever the programme names first.

    not_to: somebody who just said that it is not theirs; the next in the list takes it, if there is one.
    """
    if owner is not None and owner in program.people and owner != not_to:
        return program.people[owner]
    people = list(program.people.values())
    return next((person for person in people if person.id != not_to), people[0])
