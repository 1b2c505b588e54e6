"""Leads that sales does not get yet: held by a filter or by the brake, and what becomes of them."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine, insert, select, text, update

from bridge.errors import NotFound, UnknownProfile, WaitsForRoom
from bridge.flow.sales import decide_held
from bridge.flow.sales.release_leads import give_out, release_as_room_returns
from bridge.ids import new_id
from bridge.program.desk import Brake, Desk, Filter, Team
from bridge.program.expressions import compile_expression
from bridge.store import held_leads as store
from bridge.store.held_lists import LATELY, Tally, lead_rules
from bridge.store.tables import dead_letters, handovers, held_leads, profiles
from tests.flow.test_locks import before
from tests.flow.test_routing import goes_to, house_with, reaches_sales
from tests.house import ANNA, House

COMPETITOR = Filter("competitor", {"de": "Wettbewerb"}, domains=("beispiel.example",))
OTHER = "ben@muster.example"


@pytest.fixture
def guarded(engine: Engine) -> House:
    """A house whose filter holds Anna's company back; two points are enough to be handed over."""
    return house_with(engine, desk=Desk(filters=(COMPETITOR,)))


def filtering(engine: Engine, one: Filter) -> House:
    """A house with that filter alone."""
    return house_with(engine, desk=Desk(filters=(one,)))


def waiting(house: House) -> list[UUID]:
    """What is held, oldest first."""
    with house.engine.connect() as connection:
        return [row.lead.id for row in store.listing(connection)]


def decisions(house: House) -> list[tuple[str, str | None]]:
    """Why each lead was held, and what became of it."""
    return [(row.why, row.decision) for row in sorted(house.rows(held_leads), key=lambda row: row.id)]


def decide(house: House, what: str, *facts: str) -> object:
    """A marketer decides about the one lead that is held."""
    (held,) = waiting(house)
    with house.unit() as unit:
        done: object = getattr(decide_held, what)(unit, held, "kim@example.com", *facts)
    house.run()
    return done


def with_score(house: House, email: str, score: int) -> None:
    """Somebody has so many points."""
    with house.engine.begin() as connection:
        connection.execute(update(profiles).where(profiles.c.email == email).values(score=score))


# Filters


def test_a_filter_holds_a_lead_and_its_stage_stays(guarded: House) -> None:
    reaches_sales(guarded, ANNA, OTHER)
    assert goes_to(guarded) == ["mira"]
    assert guarded.lead().stage == "prospect"
    (row,) = guarded.rows(held_leads)
    assert (row.why, row.rule, row.score, row.decided_at) == ("filter", "competitor", 2, None)


def test_a_held_lead_is_not_held_twice_and_its_score_goes_on(guarded: House) -> None:
    reaches_sales(guarded, ANNA)
    guarded.submit(form="sepa-checkliste", allows=())
    guarded.tick(days=1)
    assert guarded.lead().score == 4
    assert decisions(guarded) == [("filter", None)]


def test_nurturing_goes_on_while_a_lead_is_held(guarded: House) -> None:
    guarded.subscriber()
    guarded.tick(days=8)
    assert decisions(guarded) == [("filter", None)]
    assert "Drei Fragen vor dem Umstieg" in [mail.subject for mail in guarded.mails_to(ANNA)]


def test_whoever_asks_for_sales_is_not_filtered_and_held_no_more(guarded: House) -> None:
    reaches_sales(guarded, ANNA)
    guarded.lead_by_form()
    assert goes_to(guarded) == ["mira"]
    assert decisions(guarded) == [("filter", "handed_over")]


def test_a_filter_may_hold_requests_as_well_and_a_release_hands_them_over_as_such(engine: Engine) -> None:
    house = filtering(engine, replace(COMPETITOR, sales_forms=True))
    reaches_sales(house, ANNA)
    house.submit(form="kontakt", allows=(), message="Was kostet das?")
    assert house.to_sales() == []
    assert decisions(house) == [("filter", None)]
    decide(house, "release")
    assert "Was kostet das?" in house.to_sales()[-1].text
    assert house.lead().handovers[0].cause == "form"


def test_sales_reads_who_released_a_lead_from_which_filter_and_why(guarded: House) -> None:
    reaches_sales(guarded, ANNA)
    decide(guarded, "release", "Tochterfirma, kein Wettbewerb")
    said = (
        "vom Filter „Wettbewerb“ zurückgehalten, freigegeben (kim@example.com): Tochterfirma, kein Wettbewerb"
    )
    assert said in guarded.to_sales()[-1].text
    assert said in guarded.to_sales()[-1].html
    assert (guarded.lead().handovers[0].note or "").endswith(said)


def test_what_was_said_at_the_release_waits_for_room_with_the_lead(engine: Engine) -> None:
    house = house_with(engine, brake=Brake(a_day=1), desk=Desk(filters=(COMPETITOR,)))
    reaches_sales(house, "a@eins.example", "b@zwei.example", ANNA)
    decide(house, "release", "Kein Wettbewerb")
    house.tick(days=1)
    assert "freigegeben (kim@example.com): Kein Wettbewerb" in house.to_sales()[-1].text


def test_a_filter_for_requests_holds_also_who_has_been_waiting_for_room(engine: Engine) -> None:
    asks = Filter("asks", {}, when=compile_expression("lead.cause == 'form'"), sales_forms=True)
    house = house_with(engine, brake=Brake(a_day=1), desk=Desk(filters=(asks,)))
    reaches_sales(house, "a@beispiel.example", ANNA)
    assert decisions(house) == [("capacity", None)]
    house.submit(form="kontakt", allows=(), message="Was kostet das?")
    house.tick(days=1)
    assert goes_to(house) == ["mira"]
    assert [(row.why, row.rule, row.decision) for row in house.rows(held_leads)] == [("filter", "asks", None)]
    decide(house, "release")
    assert "Was kostet das?" in house.to_sales()[-1].text
    assert goes_to(house) == ["mira", "mira"]


@pytest.mark.parametrize(
    ("keys", "held"),
    [
        ({"domains": ("example",)}, True),
        ({"domains": ("spiel.example",)}, False),
        ({"private": True}, False),
        ({"unreachable": True}, True),
        ({"unreachable": True, "domains": ("muster.example",)}, False),
        ({"outside": True}, False),
        ({"when": compile_expression("!lead.phone && score >= threshold && profile.company != ''")}, True),
        ({"when": compile_expression("lead.cause == 'form'")}, False),
    ],
)
def test_all_that_a_filter_asks_for_must_hold(engine: Engine, keys: dict[str, object], held: bool) -> None:
    house = filtering(engine, Filter("one", {}, **keys))  # type: ignore[arg-type]
    reaches_sales(house, ANNA)
    assert bool(waiting(house)) is held


def test_whoever_allows_a_channel_is_reachable(engine: Engine) -> None:
    house = filtering(engine, Filter("silent", {}, unreachable=True))
    house.submit(form="webinar", allows=())
    assert decisions(house) == [("filter", None)]
    house.submit(form="webinar", email=OTHER)
    house.confirm()
    assert len(waiting(house)) == 2, "held before the confirmation, and nobody asks again by himself"


# What people decide


def test_a_released_lead_is_handed_over_and_no_filter_is_asked_again(guarded: House) -> None:
    reaches_sales(guarded, ANNA)
    person = decide(guarded, "release", "eine Tochter, kein Wettbewerb")
    assert getattr(person, "id", None) == "mira"
    assert goes_to(guarded) == ["mira"]
    assert guarded.lead().stage == "sales_qualified"
    (row,) = guarded.rows(held_leads)
    assert (row.decision, row.decided_by, row.note) == (
        "released",
        "kim@example.com",
        "eine Tochter, kein Wettbewerb",
    )


def test_a_released_lead_waits_while_the_brake_holds(engine: Engine) -> None:
    house = house_with(engine, brake=Brake(a_day=1), desk=Desk(filters=(COMPETITOR,)))
    reaches_sales(house, "a@eins.example", "a@zwei.example", ANNA)
    house.clock.move(hours=1)
    assert decide(house, "release") is None
    assert decisions(house) == [("filter", "released"), ("capacity", None)]
    assert len({row.at for row in house.rows(held_leads)}) == 1, "it keeps its place"
    house.tick(days=1)
    assert len(goes_to(house)) == 3
    assert decisions(house)[-1] == ("capacity", "handed_over")


def test_a_returned_lead_loses_what_a_rejection_costs_and_comes_again_by_new_interest(engine: Engine) -> None:
    house = house_with(engine, threshold=8, desk=Desk(filters=(COMPETITOR,)))
    for form in ("webinar", "sepa-checkliste", "globe-next-download"):
        house.submit(form=form, allows=())
    house.download(house.mails_to(ANNA)[-1])
    house.tick(minutes=5)
    assert house.lead().score == 8
    assert decide(house, "give_back") == -2
    assert house.lead().score == 6
    assert house.lead().ledger[0].reason == "vom Marketing zurückgenommen"
    house.tick(days=1)
    assert decisions(house) == [("filter", "returned")]
    house.download(house.mails_to(ANNA)[-2])
    house.tick(minutes=5)
    assert decisions(house) == [("filter", "returned"), ("filter", None)]


def test_points_that_nobody_has_counted_yet_are_taken_with_a_return(engine: Engine) -> None:
    house = house_with(engine, threshold=12, desk=Desk(filters=(COMPETITOR,)))
    welcome = house.subscriber()
    house.click_two(welcome)
    house.click(welcome, 3)
    house.clock.move(minutes=5)
    assert decide(house, "give_back") == -8
    house.tick(minutes=5)
    assert house.lead().score == 6


@pytest.mark.parametrize("confirms", [True, False])
def test_nobody_is_forgotten_while_a_person_has_to_decide(guarded: House, confirms: bool) -> None:
    guarded.submit()
    if confirms:
        guarded.confirm()
    guarded.retain(days=800)
    assert guarded.lead().score > 0
    decide(guarded, "give_back")
    guarded.retain(days=1)
    with pytest.raises(UnknownProfile):
        guarded.lead()


def test_an_excluded_person_is_never_held_again(guarded: House) -> None:
    guarded.submit()
    decide(guarded, "exclude")
    assert guarded.lead().excluded
    guarded.submit(form="kontakt", allows=(), message="Und noch einmal")
    assert goes_to(guarded) == []
    assert decisions(guarded) == [("filter", "excluded")]


@pytest.mark.parametrize("what", ["release", "give_back", "exclude"])
def test_what_is_decided_cannot_be_decided_again(guarded: House, what: str) -> None:
    reaches_sales(guarded, ANNA)
    (held,) = waiting(guarded)
    decide(guarded, "give_back")
    with pytest.raises(NotFound), guarded.unit() as unit:
        getattr(decide_held, what)(unit, held, "kim@example.com")


def test_what_waits_for_room_is_not_released_but_goes_by_itself(engine: Engine) -> None:
    house = house_with(engine, brake=Brake(a_day=1))
    reaches_sales(house, *(f"p@firma{number}.example" for number in range(3)))
    (held,) = waiting(house)
    with pytest.raises(WaitsForRoom, match=str(held)), house.unit() as unit:
        decide_held.release(unit, held, "kim@example.com")
    assert decisions(house) == [("capacity", None)]
    house.tick(days=1)
    assert decisions(house) == [("capacity", "handed_over")]


def test_decisions_are_counted_for_each_rule(guarded: House) -> None:
    reaches_sales(guarded, ANNA)
    decide(guarded, "release")
    reaches_sales(guarded, "b@beispiel.example", "c@beispiel.example")
    with guarded.engine.connect() as connection:
        assert lead_rules(connection, guarded.clock() - LATELY) == [Tally("competitor", 2, {"released": 1})]


# The brake


def test_what_exceeds_the_brake_waits_and_comes_the_best_first(engine: Engine) -> None:
    house = house_with(engine, brake=Brake(a_day=1))
    reaches_sales(house, *(f"p@firma{number}.example" for number in range(6)))
    assert len(goes_to(house)) == 2
    with_score(house, "p@firma4.example", 9)
    with_score(house, "p@firma3.example", 7)
    house.tick(hours=1)
    assert len(goes_to(house)) == 2, "no room on the same day"
    house.tick(days=1)
    assert len(goes_to(house)) == 4
    assert house.lead("p@firma4.example").stage == house.lead("p@firma3.example").stage == "sales_qualified"
    house.tick(days=1)
    assert len(goes_to(house)) == 6
    assert set(decisions(house)) == {("capacity", "handed_over")}


def test_nobody_for_whom_there_is_room_waits_behind_others(engine: Engine) -> None:
    house = house_with(engine, brake=Brake(a_day=1))
    reaches_sales(house, "a@eins.example", "a@zwei.example", "b@eins.example", "b@zwei.example")
    assert goes_to(house) == ["mira", "jonas"]
    with_score(house, "b@eins.example", 9)
    with house.engine.begin() as connection:
        of_jonas = update(handovers).where(handovers.c.sales_person == "jonas")
        connection.execute(of_jonas.values(at=handovers.c.at - timedelta(days=1)))
    for _ in release_as_room_returns(house.unit, most=1):
        pass
    assert house.lead("b@zwei.example").stage == "sales_qualified"
    assert house.lead("b@eins.example").stage == "prospect"


def test_a_lead_that_a_filter_holds_meanwhile_is_not_given_out(engine: Engine) -> None:
    house = house_with(engine, brake=Brake(a_day=1))
    reaches_sales(house, "a@eins.example", "b@eins.example")
    (held,) = waiting(house)
    house.clock.move(days=1)

    def hold() -> None:
        with house.engine.begin() as connection:
            by_filter = {"why": "filter", "rule": "asks", "cause": "form"}
            connection.execute(update(held_leads).where(held_leads.c.id == held).values(by_filter))

    with before(house.engine, "SELECT profiles.", hold), house.unit() as unit:
        assert give_out(unit, [held]) == 0
    assert decisions(house) == [("filter", None)]
    assert goes_to(house) == ["mira"]


def test_who_cannot_be_handed_over_stops_nobody_who_waits_for_room(engine: Engine) -> None:
    house = house_with(engine, brake=Brake(a_day=2))
    reaches_sales(house, *(f"p@firma{number}.example" for number in range(7)))
    assert len(waiting(house)) == 3
    torn = house.lead("p@firma4.example").id
    with house.engine.begin() as connection:  # as if sales had this person already
        [one, *_] = connection.execute(select(handovers).limit(1)).mappings().all()
        double = dict(one) | {"id": new_id(), "profile_id": torn, "crossing": 7, "sales_person": "nobody"}
        connection.execute(insert(handovers).values(double))
    house.clock.move(days=1)
    assert sum(release_as_room_returns(house.unit)) == 2
    assert [row.id for row in map(house.lead, ["p@firma4.example"]) if row.stage == "prospect"] == [torn]
    assert [row.payload for row in house.rows(dead_letters)] == [{"profile": str(torn)}]


def test_what_ends_leads_waits_for_nobody_who_decides_about_one(engine: Engine) -> None:
    house = house_with(engine, brake=Brake(a_day=1))
    reaches_sales(house, *(f"p@firma{number}.example" for number in range(4)))
    first, second = waiting(house)
    with house.engine.begin() as connection:
        connection.execute(update(profiles).values(excluded=True))
    with house.engine.begin() as deciding, house.engine.begin() as ending:
        deciding.execute(select(held_leads).where(held_leads.c.id == first).with_for_update())
        ending.execute(text("set local lock_timeout = 200"))
        assert len(store.lapse(ending, house.clock())) == 1
    assert waiting(house) == [first]
    with house.engine.begin() as connection:
        assert len(store.lapse(connection, house.clock())) == 1
    assert second not in waiting(house)


def test_what_ends_leads_waits_for_nobody_who_is_busy_with_the_person(engine: Engine) -> None:
    house = house_with(engine, desk=Desk(filters=(COMPETITOR,)))
    reaches_sales(house, ANNA)
    person = house.lead().id
    with house.engine.begin() as connection:
        connection.execute(update(profiles).values(excluded=True))
    with house.engine.begin() as busy, house.engine.begin() as ending:
        busy.execute(select(profiles).where(profiles.c.id == person).with_for_update())
        ending.execute(text("set local lock_timeout = 200"))
        assert store.lapse(ending, house.clock()) == []
    with house.engine.begin() as connection:
        assert store.lapse(connection, house.clock()) == [person]


def test_a_lead_that_is_passed_on_counts_once_with_whoever_got_it_last(engine: Engine) -> None:
    house = house_with(engine, brake=Brake(a_day=1))
    reaches_sales(house, "a@eins.example")
    house.clock.move(seconds=1)
    house.answer(house.to_sales()[-1], "rejected", reason="wrong-territory")
    reaches_sales(house, "a@zwei.example", "a@drei.example")
    assert goes_to(house) == ["mira", "jonas", "mira"]
    house.answer(house.to_sales()[-1], "forwarded", to="jonas")
    house.tick(minutes=1)
    assert goes_to(house) == ["mira", "jonas", "jonas", "mira"]


def test_the_brake_of_a_team_counts_leads_and_not_how_often_they_are_passed_on(engine: Engine) -> None:
    team = Team("dach", {"de": "DACH"}, brake=Brake(a_day=2))
    house = house_with(engine, desk=Desk(teams={"dach": team}))
    people = {name: replace(one, team="dach") for name, one in house.program.people.items()}
    house = House(engine, replace(house.program, people=people))
    reaches_sales(house, "a@eins.example")
    house.answer(house.to_sales()[-1], "rejected", reason="wrong-territory")
    reaches_sales(house, "a@zwei.example", "a@drei.example")
    assert len(goes_to(house)) == 3, "twice the first one, and the second"
    assert decisions(house) == [("capacity", None)]


def test_a_request_that_is_passed_on_takes_nobodys_room(engine: Engine) -> None:
    house = house_with(engine, brake=Brake(a_day=1))
    house.answer(house.lead_by_form("f@firma.example"), "rejected", reason="wrong-territory")
    reaches_sales(house, "a@eins.example", "a@zwei.example")
    assert sorted(goes_to(house)) == ["jonas", "jonas", "mira", "mira"]


def test_a_request_never_waits_and_leaves_the_room_to_others(engine: Engine) -> None:
    house = house_with(engine, brake=Brake(a_day=1))
    for number in range(3):
        house.lead_by_form(f"f@firma{number}.example")
    reaches_sales(house, "a@eins.example", "a@zwei.example")
    assert len(goes_to(house)) == 5
    assert waiting(house) == []


def test_who_waits_for_one_person_waits_while_others_have_room(engine: Engine) -> None:
    house = house_with(engine, brake=Brake(a_day=1))
    reaches_sales(house, "a@eins.example", "b@eins.example")
    assert goes_to(house) == ["mira"]
    house.tick(minutes=1)
    assert goes_to(house) == ["mira"]
    house.tick(days=1)
    assert goes_to(house) == ["mira", "mira"]


def test_another_programme_may_make_room_at_once(engine: Engine) -> None:
    house = house_with(engine, brake=Brake(a_day=1))
    reaches_sales(house, "a@eins.example", "b@eins.example")
    program = replace(house_with(engine).program, version="another")
    later = House(engine, program, house.clock)
    later.tick(minutes=1)
    assert goes_to(later) == ["mira", "mira"]


@pytest.mark.parametrize("happens", ["excluded", "objected"])
def test_what_is_no_lead_any_more_is_handed_over_to_nobody(engine: Engine, happens: str) -> None:
    house = house_with(engine, brake=Brake(a_day=1))
    reaches_sales(house, "a@eins.example", "b@eins.example")
    with house.engine.begin() as connection:
        connection.execute(
            update(profiles).where(profiles.c.email == "b@eins.example").values({happens: True})
        )
    house.tick(days=1)
    assert goes_to(house) == ["mira"]
    assert decisions(house) == [("capacity", "lapsed")]


def test_points_that_were_a_machines_make_no_lead(engine: Engine) -> None:
    house = house_with(engine, threshold=12, desk=Desk(filters=(COMPETITOR,)))
    welcome = house.subscriber()
    house.click_two(welcome)
    assert decisions(house) == [("filter", None)]
    for number in (1, 2, 3, 4):
        house.click(welcome, number, method="HEAD")
    house.tick(minutes=5)
    assert decisions(house) == [("filter", "lapsed")]


def test_a_request_stays_a_lead_when_the_points_before_it_were_a_machines(engine: Engine) -> None:
    strict = replace(COMPETITOR, sales_forms=True)
    house = house_with(engine, threshold=12, desk=Desk(filters=(strict,)))
    welcome = house.subscriber()
    house.click_two(welcome)
    for number in (1, 2, 3, 4):
        house.click(welcome, number, method="HEAD")
    house.clock.move(minutes=5)
    house.submit(form="kontakt", allows=(), message="Was kostet das?")
    assert house.lead().score < 12
    assert decisions(house) == [("filter", None)]
