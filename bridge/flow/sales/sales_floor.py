"""What routing has to know of sales and of some people: read at once for all, and kept up while it decides."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from bridge.flow.sales.permitted_channels import permitted_channels
from bridge.flow.unit import Unit
from bridge.program.desk import Filter
from bridge.program.model import Form
from bridge.qualification.filters import filter_for
from bridge.qualification.leads import Channels, Conditions, Lead, lead_of
from bridge.qualification.measures import choose_measure
from bridge.qualification.routing import Route, route
from bridge.qualification.territories import Roster, territories_of
from bridge.qualification.workload import Taken, Workload, has_brakes
from bridge.scoring.facts import Person
from bridge.store import held_leads, ledger, sales_load
from bridge.store.held_leads import HeldLead
from bridge.store.profiles import ProfileRow


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to become of a lead. filter: what would hold it back. measure: what sales is asked to do, by its id.

    failed: conditions that could not be told.
    """

    lead: Lead
    filter: Filter | None
    route: Route
    territory: str
    measure: str
    failed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of sales, and of some people by their ids. has_turn: whether nobody else gives out leads now."""

    has_turn: bool
    workload: Workload
    roster: Roster
    topics: dict[UUID, dict[str, int]]
    channels: dict[UUID, Channels]


class Floor:
    """Sales as some people find it who may go there. Nothing is read before it is needed.

    patient: wait until nobody else gives out leads under a brake; else it may be that it is not our turn. put_off:
    ids of leads that had to be held for that.
    """

    def __init__(self, unit: Unit, people: Iterable[ProfileRow], *, patient: bool = False) -> None:
        self.unit = unit
        self.put_off: list[UUID] = []
        self._people = list(people)
        self._patient = patient
        self._facts: Facts | None = None
        self._waiting: dict[UUID, HeldLead] | None = None

    @property
    def facts(self) -> Facts:
        """Read once, behind our turn, and kept up by whoever gives out leads."""
        if self._facts is None:
            unit, people = self.unit, self._people
            ids = [one.id for one in people]
            has_turn = take_turn(unit, patient=self._patient)
            self._facts = Facts(
                has_turn,
                workload=workload_of(unit, {one.company_domain for one in people if one.company_domain}),
                roster=Roster(unit.program),
                topics=ledger.topic_scores(unit.connection, ids),
                channels=permitted_channels(unit.connection, unit.program, people),
            )
        return self._facts

    @property
    def waiting(self) -> dict[UUID, HeldLead]:
        """Person → what is held of them."""
        if self._waiting is None:
            ids = [one.id for one in self._people]
            self._waiting = held_leads.waiting_of(self.unit.connection, ids)
        return self._waiting

    def lead(self, profile: ProfileRow, cause: str, form: Form | None = None) -> Lead:
        """One of our people as routing sees them."""
        person = Person(profile.stage, profile.confirmed, profile.fit, profile.fields)
        return lead_of(
            person,
            profile.email_key,
            profile.score,
            cause=cause,
            company=profile.company_domain,
            owner=profile.owner,
            topics=self.facts.topics.get(profile.id, {}),
            interests=profile.interests,
            form=form,
            channels=self.facts.channels.get(profile.id, Channels()),
        )

    def decide(
        self, profile: ProfileRow, cause: str, form: Form | None = None, not_to: str | None = None
    ) -> Decision:
        """What is to become of one of our people. Nothing is written, nobody gets anything."""
        program = self.unit.program
        facts, lead = self.facts, self.lead(profile, cause, form)
        conditions = Conditions(program, lead)
        territories = territories_of(conditions)
        conditions.territory = territories[0].id if territories else ""
        held_by = filter_for(conditions, territories)
        to = route(program, lead, territories, facts.workload, facts.roster, not_to)
        asked = choose_measure(program.desk, conditions.resolve)
        failed = (*conditions.failed, *asked.failures)
        return Decision(lead, held_by, to, conditions.territory, asked.id, failed)


def take_turn(unit: Unit, *, patient: bool) -> bool:
    """Let nobody else give out leads until this transaction ends; without brakes nobody has to wait for that.

    Whoever is patient has to be so before locking people's rows.
    """
    return not has_brakes(unit.program) or sales_load.take_turn(unit.connection, patient)


def workload_of(unit: Unit, companies: Iterable[str] = ()) -> Workload:
    """What everybody in sales has, and whose these companies are."""
    connection, program = unit.connection, unit.program
    today = unit.now.astimezone(program.timezone).date()
    people = list(program.people)
    found = Workload(
        today,
        pending=sales_load.pending(connection, people),
        newest=sales_load.newest(connection, people),
        companies=sales_load.owners_of_companies(connection, companies, people),
    )
    if has_brakes(program):
        midnight = datetime.combine(today, time(), tzinfo=program.timezone)
        monday = datetime.combine(today - timedelta(days=today.weekday()), time(), tzinfo=program.timezone)
        found.people, found.teams = _taken(sales_load.given_since(connection, monday, midnight))
    return found


def _taken(given: Iterable[sales_load.Given]) -> tuple[Taken, Taken]:
    """What people and what teams got."""
    people, teams = Taken(), Taken()
    for one in given:
        for taken, name in ((people, one.sales_person), (teams, one.team)):
            if name:
                taken.this_week[name] += one.this_week
                taken.today[name] += one.today
    return people, teams
