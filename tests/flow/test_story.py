"""The story of a lead, as everybody reads it who may look at the person."""

from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import Engine, update

from bridge.flow.profile_lines import timeline_line
from bridge.flow.sales import decide_held
from bridge.flow.sales.release_leads import release_as_room_returns
from bridge.program.desk import Brake, Desk
from bridge.program.events import STORY
from bridge.store import due_events, events
from bridge.store.finding import signs_of_life
from bridge.store.tables import profiles
from tests.flow.test_held_leads import COMPETITOR, waiting
from tests.flow.test_passing_on import accepted_and_passed_on, with_mira
from tests.flow.test_routing import house_with, reaches_sales
from tests.house import ANNA, House

MONDAY = date(2026, 3, 16)


def story(house: House, email: str = ANNA, language: str = "de") -> list[str]:
    """What became of a lead, oldest first, in words; what only the kind says by its kind."""
    with house.engine.connect() as connection:
        rows = events.of_profile(connection, house.lead(email).id)
    program = replace(house.program, language=language)
    lines = [timeline_line(program, row) for row in rows if row.kind in STORY]
    return [
        " ".join(part for part in (line.title or line.kind, line.by, line.subject) if part) for line in lines
    ][::-1]


def test_it_tells_that_sales_tried_agreed_on_a_day_and_passed_the_lead_on(house: House) -> None:
    letter = with_mira(house)
    before = len(story(house))
    house.answer(letter, "not_reached")
    house.clock.move(minutes=2)
    house.answer(letter, "not_reached", on=MONDAY)
    house.clock.move(minutes=2)
    house.answer(letter, "come_back", on=MONDAY)
    house.clock.move(minutes=2)
    house.answer(letter, "forwarded", to="jonas")
    assert story(house)[before:] == [
        "sales.not_reached Mira Steinfeld",
        "Nicht erreicht, wieder am 16. März 2026 Mira Steinfeld",
        "Wieder am 16. März 2026 Mira Steinfeld",
        "Weitergegeben an Jonas Achterberg Mira Steinfeld",
    ]
    assert story(house, language="en")[-1] == "Passed on to Jonas Achterberg Mira Steinfeld"


def test_whoever_got_what_a_colleague_had_accepted_accepts_it_too(house: House) -> None:
    letter = accepted_and_passed_on(house)
    house.clock.move(hours=1)
    for _ in range(2):
        house.answer(letter, "accepted")
    assert story(house)[-2:] == [
        "Weitergegeben an Jonas Achterberg Mira Steinfeld",
        "sales.taken_up Jonas Achterberg",
    ]


def test_whoever_presses_twice_tells_it_once(house: House) -> None:
    letter = with_mira(house)
    for _ in range(2):
        house.answer(letter, "not_reached")
    for _ in range(2):
        house.answer(letter, "forwarded", to="jonas")
    assert [line.split()[0] for line in story(house)].count("sales.not_reached") == 1
    assert sum(line.startswith("Weitergegeben an Jonas") for line in story(house)) == 1


def test_a_lead_of_another_territory_is_passed_on_by_whoever_gave_it_back(house: House) -> None:
    house.answer(house.lead_by_form(), "rejected", reason="wrong-territory")
    first, second = story(house)
    assert first.startswith("Übergeben an ")
    assert second == f"Weitergegeben an Jonas Achterberg {first.removeprefix('Übergeben an ')}"


def test_a_filter_holds_and_a_person_releases(engine: Engine) -> None:
    house = house_with(engine, desk=Desk(filters=(COMPETITOR,)))
    reaches_sales(house, ANNA)
    [held] = waiting(house)
    with house.unit() as unit:
        decide_held.release(unit, held, "kim@example.com", None, "Kim Wolf")
    house.run()
    assert story(house) == ["lead.held Wettbewerb", "lead.released Kim Wolf", "Übergeben an Mira Steinfeld"]


def test_what_marketing_decides_otherwise_is_told_too(engine: Engine) -> None:
    house = house_with(engine, desk=Desk(filters=(COMPETITOR,)))
    reaches_sales(house, ANNA)
    [held] = waiting(house)
    with house.unit() as unit:
        decide_held.give_back(unit, held, "operator")
    assert story(house)[1:] == ["lead.returned operator"]
    reaches_sales(house, "b@beispiel.example")
    [held] = waiting(house)
    with house.unit() as unit:
        decide_held.exclude(unit, held, "kim@example.com", None, "Kim Wolf")
    assert story(house, "b@beispiel.example") == ["lead.held Wettbewerb", "lead.excluded Kim Wolf"]


def test_the_brake_holds_until_there_is_room_or_no_lead_any_more(engine: Engine) -> None:
    house = house_with(engine, brake=Brake(a_day=1))
    reaches_sales(house, *(f"p@firma{number}.example" for number in range(4)))
    third, fourth = "p@firma2.example", "p@firma3.example"
    for waits in (third, fourth):
        [line] = story(house, waits)
        assert line.startswith("Angehalten: kein Platz im Vertrieb ")
        assert line.endswith(("Mira Steinfeld", "Jonas Achterberg"))
    with house.engine.begin() as connection:
        connection.execute(update(profiles).where(profiles.c.email == fourth).values(excluded=True))
    house.clock.move(days=1)
    assert sum(release_as_room_returns(house.unit)) == 1
    assert story(house, third)[1].startswith("Übergeben an ")
    assert story(house, fourth)[1:] == ["lead.lapsed"]


def test_it_stands_behind_the_form_that_it_follows_from(house: House) -> None:
    house.lead_by_form()
    assert [line.kind for line in house.lead().timeline] == ["lead.handed_over", "form.submitted"]


def test_it_counts_nothing_and_is_no_sign_of_life(house: House) -> None:
    letter = with_mira(house)
    person, score = house.lead().id, house.lead().score
    with house.engine.connect() as connection:
        signs = signs_of_life(connection, [person])
    house.clock.move(days=1)
    house.answer(letter, "not_reached")
    house.answer(letter, "come_back", on=MONDAY)
    later = house.clock() + timedelta(hours=1)
    with house.engine.connect() as connection:
        assert due_events.profiles_due(connection, later) == []
        assert signs_of_life(connection, [person]) == signs
    assert house.lead().score == score
