"""What everybody in sales has at the moment, kept up while leads are given out; and what the brake leaves of it."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from bridge.program.desk import Brake, Text
from bridge.program.model import Program, SalesPerson
from bridge.qualification.leads import BY_FORM

Period = Literal["day", "week"]


@dataclass(frozen=True, slots=True)
class Full:
    """A brake that holds: a person's, or that of a team by its title. most: as many as it lets through."""

    period: Period
    most: int
    team: Text | None = None


@dataclass
class Taken:
    """How many leads somebody, or a team, got. Sales forms are not among them."""

    today: Counter[str] = field(default_factory=Counter)
    this_week: Counter[str] = field(default_factory=Counter)

    def add(self, name: str, count: int = 1) -> None:
        """One more of today."""
        self.today[name] += count
        self.this_week[name] += count


@dataclass
class Workload:
    """Counts by the ids of people and teams.

    today: in the programme's time zone. pending: leads that are open or accepted. newest: when the last one came.
    companies: domain → whose the company is at present.
    """

    today: date
    pending: Counter[str] = field(default_factory=Counter)
    newest: dict[str, datetime] = field(default_factory=dict)
    people: Taken = field(default_factory=Taken)
    teams: Taken = field(default_factory=Taken)
    companies: dict[str, str] = field(default_factory=dict)

    def give(self, person: SalesPerson, cause: str, company: str | None, at: datetime) -> None:
        """Note that somebody gets a lead."""
        self.pending[person.id] += 1
        self.newest[person.id] = at
        if company:
            self.companies[company] = person.id
        if cause != BY_FORM:
            self.people.add(person.id)
            if person.team:
                self.teams.add(person.team)

    def brake_of(self, program: Program, person: SalesPerson) -> Full | None:
        """The brake that holds for somebody by now: the person's own, or the team's."""
        own = _held(person.brake, self.people, person.id)
        team = program.desk.teams.get(person.team or "")
        return own or (_held(team.brake, self.teams, team.id, team.title) if team else None)


def _held(brake: Brake, taken: Taken, name: str, team: Text | None = None) -> Full | None:
    if brake.a_day is not None and taken.today[name] >= brake.a_day:
        return Full("day", brake.a_day, team)
    if brake.a_week is not None and taken.this_week[name] >= brake.a_week:
        return Full("week", brake.a_week, team)
    return None


def has_brakes(program: Program) -> bool:
    """Whether anybody may get only so many leads."""
    brakes = (
        *(one.brake for one in program.people.values()),
        *(one.brake for one in program.desk.teams.values()),
    )
    return any(one.a_day is not None or one.a_week is not None for one in brakes)
