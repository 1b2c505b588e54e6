"""Whose area a lead belongs to."""

from bridge.program.desk import Territory
from bridge.program.model import Program
from bridge.qualification.leads import Conditions, Lead


def territories_of(conditions: Conditions) -> list[Territory]:
    """The territories that have a lead, the narrowest first; among those that ask for as much, in file order."""
    program, lead = conditions.program, conditions.lead
    found = [one for one in program.desk.territories.values() if _has(one, lead)]
    found = [one for one in found if conditions.hold(one.when)]
    return sorted(found, key=lambda one: -one.asks)


def _has(territory: Territory, lead: Lead) -> bool:
    """Whether all that it asks for is so, but for its condition."""
    return (
        (not territory.countries or lead.country in territory.countries)
        and (not territory.postcodes or any(one.hold(lead.postcode) for one in territory.postcodes))
        and (not territory.industries or lead.industry in territory.industries)
        and (not territory.sizes or lead.size in territory.sizes)
        and (not territory.topics or any(map(lead.is_about, territory.topics)))
    )


class Roster:
    """Who has which territory: people's own, and those of their teams."""

    def __init__(self, program: Program) -> None:
        self.people = list(program.people.values())
        self.place = {person.id: number for number, person in enumerate(self.people)}
        self._having: dict[str, set[str]] = {}
        self.without: set[str] = set()
        for person in self.people:
            team = program.desk.teams.get(person.team or "")
            names = {*person.territories, *(team.territories if team else ())}
            for name in names:
                self._having.setdefault(name, set()).add(person.id)
            if not names:
                self.without.add(person.id)

    def having(self, territories: list[Territory]) -> set[str]:
        """The ids of people who have one of these territories."""
        return set().union(*(self._having.get(one.id, ()) for one in territories))
