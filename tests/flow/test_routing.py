"""Leads find their person: what routing reads, what it writes, and that two workers at once keep to the brake."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from bridge.flow.sales.ask_sales import send_link_again
from bridge.flow.sales.sales_floor import Floor
from bridge.flow.score_profiles import score_profiles
from bridge.program.desk import Brake, Desk, Territory
from bridge.program.model import Program
from bridge.store import profiles as people_rows
from bridge.store.tables import events, handovers, held_leads, profiles
from tests import make
from tests.house import ANNA, House
from tests.statements import questions, statements
from tests.together import at_once, eventually, waits_for_a_lock

GERMANY = Territory("germany", {"de": "Deutschland"}, countries=("DE",))
PHONE = "+49 89 99998 090"


def house_with(
    engine: Engine, threshold: int = 2, brake: Brake | None = None, desk: Desk | None = None
) -> House:
    """The demo's people, who are in no team and have no territory; two points are enough to be handed over."""
    program = make.demo_program()
    known = {"team": None, "territories": (), "brake": brake or Brake()}
    people = {name: replace(one, **known) for name, one in program.people.items()}  # type: ignore[arg-type]
    stages = replace(program.stages, threshold=threshold)
    return House(engine, replace(program, people=people, stages=stages, desk=desk or Desk()))


def having(program: Program, person: str, *territories: str) -> Program:
    """The same programme, where somebody has territories."""
    changed = replace(program.people[person], territories=territories)
    return replace(program, people=dict(program.people) | {person: changed})


def reaches_sales(house: House, *addresses: str) -> None:
    """People send a form that is worth as much as sales wants to see, one after another."""
    for address in addresses:
        house.clock.move(seconds=1)
        house.submit(form="webinar", email=address, allows=())


def goes_to(house: House) -> list[str]:
    """Who got leads, in the order of the hand-overs."""
    return [row.sales_person for row in sorted(house.rows(handovers), key=lambda row: (row.at, row.id))]


def test_a_lead_goes_to_the_person_of_its_territory_and_it_is_said_why(engine: Engine) -> None:
    house = house_with(engine, desk=Desk(territories={"germany": GERMANY}))
    house = House(engine, having(house.program, "jonas", "germany"))
    house.submit(form="rueckruf", email=ANNA, phone=PHONE, allows=())
    (row,) = house.rows(handovers)
    assert (row.sales_person, row.route) == ("jonas", ["Gebiet: Deutschland."])
    assert house.to_sales()[-1].recipient == "jonas.achterberg@example.com"
    assert house.lead().handovers[0].route == ("Gebiet: Deutschland.",)


def test_a_hand_over_knows_the_team(house: House) -> None:
    house.lead_by_form()
    assert [row.team for row in house.rows(handovers)] == ["dach"]


def test_colleagues_go_to_whoever_has_the_company(engine: Engine) -> None:
    house = house_with(engine)
    reaches_sales(house, "a@eins.example", "a@zwei.example", "b@zwei.example", "b@eins.example")
    assert sorted(goes_to(house)) == ["jonas", "jonas", "mira", "mira"]
    by_company: dict[str, set[str]] = {}
    owners = {row.profile_id: row.sales_person for row in house.rows(handovers)}
    for person in house.rows(profiles):
        by_company.setdefault(person.company_domain, set()).add(owners[person.id])
    assert by_company == {"eins.example": {"mira"}, "zwei.example": {"jonas"}}


def test_a_colleague_whom_sales_gave_back_makes_nobody_the_owner(engine: Engine) -> None:
    house = house_with(engine, threshold=100)
    house.answer(house.lead_by_form("a@eins.example"), "rejected", reason="no-need")
    house.clock.move(minutes=1)
    house.lead_by_form("b@eins.example")
    house.clock.move(minutes=1)
    house.lead_by_form("c@eins.example")
    assert goes_to(house) == ["mira", "jonas", "jonas"]


def test_people_with_private_addresses_are_no_colleagues(engine: Engine) -> None:
    house = house_with(engine)
    reaches_sales(house, "a@gmail.com", "b@gmail.com")
    assert goes_to(house) == ["mira", "jonas"]


def test_a_batch_is_shared_as_if_they_had_come_one_by_one(engine: Engine) -> None:
    house = house_with(engine)
    waiting(house, range(6))
    with house.unit() as unit:
        score_profiles(unit, [row.id for row in house.rows(profiles)])
    assert sorted(goes_to(house)) == ["jonas"] * 3 + ["mira"] * 3


def waiting(house: House, numbers: Iterable[int]) -> None:
    """People have points enough; nobody was woken for them yet."""
    enough = house.program
    house_of_others = House(house.engine, replace(enough, stages=replace(enough.stages, threshold=1000)))
    reaches_sales(house_of_others, *(f"p{number}@firma{number}.example" for number in numbers))
    with house.unit() as unit:
        for row in house.rows(profiles):
            people_rows.change(unit.connection, row.id, recheck_at=unit.now)


def test_deciding_about_fifty_asks_no_more_than_about_one(engine: Engine) -> None:
    house = house_with(engine, brake=Brake(5, 9), desk=Desk(territories={"germany": GERMANY}))
    waiting(house, range(50))
    asked = []
    for count in (1, 50):
        with house.unit() as unit:
            rows = people_rows.lock(unit.connection, [row.id for row in house.rows(profiles)][:count])
            with statements(house.engine) as seen:
                floor = Floor(unit, rows)
                decided = [floor.decide(row, "points").route.person for row in rows]
                _ = floor.waiting
        assert all(decided)
        asked.append(questions(seen))
    assert asked[0] == asked[1] <= 11


def test_eight_workers_at_once_keep_to_the_brake(engine: Engine) -> None:
    house = house_with(engine, brake=Brake(a_day=2))
    waiting(house, range(8))
    ids = [row.id for row in house.rows(profiles)]

    def work() -> None:
        with house.unit() as unit:
            score_profiles(unit, [ids.pop()])

    at_once(8, work)
    assert sorted(goes_to(house)) == ["jonas", "jonas", "mira", "mira"]
    assert [(row.why, row.decision) for row in house.rows(held_leads) if row.decided_at is None] == [
        ("capacity", None)
    ] * 4
    still = sorted(row.profile_id for row in house.rows(held_leads) if row.decided_at is None)
    told = sorted(row.profile_id for row in house.rows(events) if row.kind == "lead.held")
    assert told == still, "each once, and nobody who only waited for another worker"
    house.tick(days=1)
    assert sorted(goes_to(house)) == ["jonas"] * 4 + ["mira"] * 4


def test_what_is_passed_on_while_another_worker_gives_out_leads_keeps_to_the_brake(engine: Engine) -> None:
    house = house_with(engine, brake=Brake(a_day=1))
    lena = replace(house.program.people["jonas"], id="lena", name="Lena Vogt", email="lena@example.com")
    house = House(engine, replace(house.program, people=dict(house.program.people) | {"lena": lena}))
    reaches_sales(house, "a@eins.example")
    mails = house.to_sales()
    waiting(house, [2])
    ids = [row.id for row in house.rows(profiles) if row.email == "p2@firma2.example"]
    with ThreadPoolExecutor(1) as pool:
        with house.unit() as giving:
            score_profiles(giving, ids)
            passing_on = pool.submit(house.answer, mails[0], "rejected", reason="wrong-territory")
            assert eventually(lambda: passing_on.done() or waits_for_a_lock(engine))
        passing_on.result(timeout=60)
    assert sorted(goes_to(house)) == ["jonas", "lena", "mira"]


def test_who_passed_a_lead_on_does_not_get_it_again(engine: Engine) -> None:
    house = house_with(engine, brake=Brake(a_day=1))
    reaches_sales(house, "a@eins.example", "b@zwei.example")
    house.answer(house.to_sales()[0], "rejected", reason="wrong-territory")
    assert goes_to(house)[-1] == "jonas", "who is full, but nobody has room, and it does not wait"
    last = max(house.rows(handovers), key=lambda row: (row.at, row.crossing))
    told = "Der Lead geht an jemand anderen als Mira Steinfeld: Von dort kam er mit „Falsches Gebiet“ zurück."
    assert last.route[0] == told


@pytest.mark.parametrize("again", ["form", "link"])
def test_a_lead_of_somebody_who_left_goes_to_somebody_who_is_there(engine: Engine, again: str) -> None:
    house = house_with(engine, threshold=100)
    house.answer(house.lead_by_form(), "accepted")
    left = {"jonas": replace(house.program.people["jonas"], team="north")}
    later = House(engine, replace(house.program, people=left), house.clock)
    if again == "form":
        later.lead_by_form()
    else:
        with later.unit() as unit:
            send_link_again(unit, people_rows.lock_by_key(unit.connection, ANNA))
        later.run()
    assert later.to_sales()[-1].recipient == "jonas.achterberg@example.com"
    assert [(row.sales_person, row.team) for row in later.rows(handovers)] == [("jonas", "north")]
    assert "Weitergegeben an Jonas Achterberg" in [line.title for line in later.lead().timeline]
