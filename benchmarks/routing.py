"""To whom leads go, for many at once: `python -m benchmarks.routing [LEADS]`.

So many people have points enough at the same moment; as many others were handed over within the last months, to
twenty people in four teams with forty territories, filters and brakes. Measured is what a worker does besides
counting points: to read what has to be known, in its batches, and to decide. Then a tenth of them is handed over
whole, and cron looks through those for whom nobody has room.
"""

import random
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from benchmarks.copying import copy_rows, settle
from benchmarks.due_mails import PEOPLE_OF_A_DOMAIN, consent_row, person_row
from benchmarks.ground import fresh_ground
from benchmarks.nurture import Watch, postmaster
from bridge.flow.sales.hand_over import Crossing
from bridge.flow.sales.offer import let_through
from bridge.flow.sales.release_leads import release_as_room_returns
from bridge.flow.sales.sales_floor import Floor
from bridge.flow.unit import Unit, unit_of_work
from bridge.ids import new_id
from bridge.program.desk import Brake, Desk, Filter, Postcodes, Team, Territory
from bridge.program.expressions import compile_expression
from bridge.program.model import Program, SalesPerson
from bridge.qualification.leads import BY_POINTS
from bridge.scoring.ledger import Entry
from bridge.store import held_leads as held_rows
from bridge.store import profiles as profile_rows
from bridge.store.handovers import HandoverRow
from bridge.store.held_leads import CAPACITY, HeldLead
from bridge.store.rows import values_of
from bridge.store.tables import consents, handovers, ledger, profiles
from bridge.wiring import Services

BATCH = 250
"""People of whom a worker scores together."""
HANDED_OVER = 10
"""One in so many is handed over whole."""
STATES = ("open", "accepted", "won", "rejected", "lost")


def main(leads: int) -> None:
    """Measure, and print a line for each stage."""
    with fresh_ground() as ground:
        services = ground.services
        desk = SalesDesk(services, with_desk(services.program))
        people = waiting(services, leads)
        handed_over_before(services, leads)
        settle(services.engine)
        print(f"{leads:,} leads, {len(desk.program.people)} in sales", flush=True)
        watch = Watch(leads, postmaster(services.engine))
        watch.measured("read what has to be known, and decided", lambda: desk.decide(people))
        some = people[: leads // HANDED_OVER]
        few = Watch(len(some), watch.database)
        few.measured("a tenth of them handed over whole", lambda: desk.hand_over(some))
        desk.hold(people[len(some) :])
        rest = Watch(leads - len(some), watch.database)
        rest.measured("held ones looked at on a new day, with no room", desk.release)
        rest.measured("looked at a minute later", desk.release)


class SalesDesk:
    """Sales of that programme, and what is done there."""

    def __init__(self, services: Services, program: Program) -> None:
        self.services, self.program = services, program

    def unit(self) -> AbstractContextManager[Unit]:
        """One transaction that wakes nobody."""
        world = replace(self.services.world, program=self.program)
        return unit_of_work(self.services.engine, world, self.services.clock, lambda kind, ids: None)

    def decide(self, people: list[UUID]) -> None:
        """What is to become of everybody; nothing is written."""
        for batch in _batches(people):
            with self.unit() as unit:
                rows = profile_rows.lock(unit.connection, batch)
                floor = Floor(unit, rows)
                for row in rows:
                    person = floor.decide(row, BY_POINTS).route.person
                    if person:
                        floor.facts.workload.give(person, BY_POINTS, row.company_domain, unit.now)

    def hand_over(self, people: list[UUID]) -> None:
        """Everything that belongs to it, but for counting points and sending mails."""
        for batch in _batches(people):
            with self.unit() as unit:
                rows = profile_rows.lock(unit.connection, batch)
                floor = Floor(unit, rows)
                for row in rows:
                    let_through(floor, row, Crossing(BY_POINTS, new_id()), floor.decide(row, BY_POINTS))

    def hold(self, people: list[UUID]) -> None:
        """They wait since yesterday, and from now on nobody has room."""
        yesterday = self.services.clock() - timedelta(days=1)
        with self.unit() as unit:
            held_rows.add(unit.connection, (_held(one, yesterday) for one in people))
        full = {name: replace(one, brake=Brake(a_week=0)) for name, one in self.program.people.items()}
        self.program = replace(self.program, people=full)

    def release(self) -> None:
        """What cron does every minute."""
        for _ in release_as_room_returns(self.unit):
            pass


def with_desk(program: Program) -> Program:
    """The same programme with a sales desk as a large company has it."""
    territories = {f"t{n}": _territory(n) for n in range(40)}
    teams = {f"team{n}": Team(f"team{n}", {"de": f"Team {n}"}, brake=Brake(a_day=50_000)) for n in range(4)}
    people = {
        f"p{n}": SalesPerson(
            f"p{n}",
            f"Person {n}",
            f"p{n}@example.com",
            territories=(f"t{n}", f"t{39 - n}"),
            team=f"team{n % 4}",
            brake=Brake(a_day=20_000, a_week=50_000),
        )
        for n in range(20)
    }
    filters = (
        Filter("competitor", {}, domains=("wettbewerb.example", "konkurrenz.example")),
        Filter(
            "students",
            {},
            when=compile_expression("profile.role == 'Student' && lead.domain.endsWith('.edu')"),
        ),
        Filter("silent", {}, unreachable=True, private=True),
    )
    return replace(program, people=people, desk=Desk(territories=territories, teams=teams, filters=filters))


def _territory(number: int) -> Territory:
    if number < 20:
        codes = (Postcodes(f"{number * 5:02}", f"{number * 5 + 4:02}"),)
        return Territory(f"t{number}", {"de": f"Gebiet {number}"}, countries=("DE",), postcodes=codes)
    if number < 30:
        return Territory(f"t{number}", {"de": f"Gebiet {number}"}, countries=("AT", "CH"), sizes=("250+",))
    return Territory(f"t{number}", {"de": f"Gebiet {number}"}, topics=("sepa",))


def waiting(services: Services, number: int) -> list[UUID]:
    """So many people who have just reached the threshold."""
    people, now, dice = [uuid4() for _ in range(number)], services.clock(), random.Random(8)
    copy_rows(services.engine, profiles, _people(people, "x", now, dice))
    given = (consent_row(one, purpose, now) for one in people for purpose in ("email", "tracking"))
    copy_rows(services.engine, consents, given)
    copy_rows(services.engine, ledger, (row for one in people for row in _ledger(one, now)))
    return people


def handed_over_before(services: Services, number: int) -> None:
    """As many whom sales got within a hundred days; a third of the companies are those of people who wait."""
    people, now, dice = [uuid4() for _ in range(number)], services.clock(), random.Random(9)
    copy_rows(services.engine, profiles, _people(people, "y", now, dice))
    rows = (
        HandoverRow(
            uuid4(),
            one,
            1,
            BY_POINTS,
            f"p{dice.randrange(20)}",
            12,
            at := now - timedelta(days=dice.uniform(0, 100)),
            at,
            now,
            state=dice.choice(STATES),
        )
        for one in people
    )
    copy_rows(services.engine, handovers, map(values_of, rows))


def _people(ids: list[UUID], mark: str, now: datetime, dice: random.Random) -> Iterator[dict[str, Any]]:
    companies = len(ids) // PEOPLE_OF_A_DOMAIN + 1
    for place, one in enumerate(ids):
        company = f"{place % companies}-{mark if place % 3 else 'z'}"
        row = person_row(one, company, place, now)
        email = f"p{place}{mark}@firma{company}.example"
        known = {
            "phone": "+49 30 23125010",
            "country": "Deutschland",
            "postcode": f"{dice.randrange(100_000):05}",
        }
        fields = row["fields"] | known | {"employees": "250+"}
        of_company = {"email": email, "email_key": email, "company_domain": f"firma{company}.example"}
        yield row | of_company | {"fields": fields, "score": dice.randrange(12, 30)}


def _ledger(owner: UUID, now: datetime) -> Iterator[dict[str, Any]]:
    for topic in ("", "sepa"):
        entry = Entry(
            uuid4(), uuid4(), "form-submitted", 12, topic, str(uuid4()), 0, "Formular gesendet", now
        )
        yield values_of(entry) | {"profile_id": owner, "program_version": "1"}


def _held(person: UUID, at: datetime) -> HeldLead:
    """For whom it waits has been told in the person's story: looking on a new day tells nothing."""
    return HeldLead(
        new_id(), person, CAPACITY, None, "p0", None, BY_POINTS, new_id(), None, 12, at, waits_for=["p0"]
    )


def _batches(people: list[UUID]) -> Iterator[list[UUID]]:
    for first in range(0, len(people), BATCH):
        yield people[first : first + BATCH]


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
