"""A lead that was passed on: for whom it counts that it was handed over, accepted, given back and won."""

from datetime import timedelta
from decimal import Decimal

import pytest

from bridge.delivery.letters import Letter
from bridge.flow.results.roll_up import roll_up_marked
from bridge.flow.sales.record_outcome import record_outcome
from bridge.program.figures import OF_SALES, Dimension
from bridge.qualification.outcomes import Answer
from bridge.store.day_figures import totals_between
from bridge.store.handover_times import Pace, paces
from bridge.store.tables import handovers
from tests import make
from tests.house import House

HOUR = 60 * 60
TEAMS = {"mira": "dach", "jonas": "suedwest"}
PLACES = {"mira": "mira.steinfeld@example.com", "jonas": "jonas.achterberg@example.com"}


@pytest.fixture
def two_teams(house: House) -> House:
    """Mira is of one team, Jonas of another."""
    return House(house.engine, make.in_two_teams(house.program))


def passed_on(house: House, *, to: str, hours: float = 1) -> Letter:
    """They get a lead from the other one, who has had it for some hours; the mail about it."""
    first = house.to_sales()[-1] if house.to_sales() else house.lead_by_form()
    if first.recipient == PLACES[to]:
        return first
    house.clock.move(hours=hours)
    house.answer(first, "forwarded", to=to)
    return house.mails_to(PLACES[to])[-1]


def counted(house: House, by: Dimension) -> dict[str, dict[str, int]]:
    """Person or team → what sales did, as the results have it."""
    list(roll_up_marked(house.unit))
    today = house.clock().date()
    found: dict[str, dict[str, int]] = {}
    with house.engine.connect() as connection:
        for one in totals_between(connection, today - timedelta(days=90), today, OF_SALES, by):
            found.setdefault(one.key, {})[one.figure] = one.count
    return found


def answered(house: House) -> dict[str | None, Pace]:
    """Team, or None for all → how it answered."""
    with house.engine.connect() as connection:
        ever = house.clock() - timedelta(days=90)
        return {one.team: one for one in paces(connection, ever, house.clock() + timedelta(days=1))}


def told_apart(house: House, mira: dict[str, int], jonas: dict[str, int]) -> None:
    """What counts for Mira and her team, and what for Jonas and his."""
    whose = {name: figures for name, figures in (("mira", mira), ("jonas", jonas)) if figures}
    assert counted(house, "person") == whose
    assert counted(house, "team") == {TEAMS[name]: figures for name, figures in whose.items()}


def test_who_accepted_a_lead_has_accepted_it_whoever_has_it_now(two_teams: House) -> None:
    letter = passed_on(two_teams, to="mira")
    two_teams.answer(letter, "accepted")
    told_apart(two_teams, mira={"handed_over": 1, "accepted": 1}, jonas={})
    passed_on(two_teams, to="jonas")
    told_apart(two_teams, mira={"handed_over": 1, "accepted": 1}, jonas={})
    of = answered(two_teams)
    assert (of["dach"].accepted, of[None].accepted) == (1, 1)
    assert "suedwest" not in of


@pytest.mark.parametrize(
    ("outcome", "reason"), [("won", None), ("lost", "no-budget"), ("rejected", "no-budget")]
)
def test_what_came_of_it_counts_for_who_had_it_then(
    two_teams: House, outcome: str, reason: str | None
) -> None:
    two_teams.answer(passed_on(two_teams, to="mira"), "accepted")
    two_teams.answer(passed_on(two_teams, to="jonas"), outcome, reason=reason)
    told_apart(two_teams, mira={"handed_over": 1, "accepted": 1}, jonas={outcome: 1})
    of = answered(two_teams)
    assert of[None].handed_over == 1
    if outcome == "rejected":
        assert "dach" not in of
        assert (of["suedwest"].rejected, of["suedwest"].reaction) == (1, None)
    else:
        assert "suedwest" not in of
        assert of["dach"].accepted == 1


def test_what_nobody_had_accepted_counts_for_the_colleague_who_got_it(two_teams: House) -> None:
    passed_on(two_teams, to="mira")
    letter = passed_on(two_teams, to="jonas")
    told_apart(two_teams, mira={}, jonas={"handed_over": 1})
    two_teams.answer(letter, "accepted")
    told_apart(two_teams, mira={}, jonas={"handed_over": 1, "accepted": 1})


def test_who_takes_up_what_a_colleague_had_accepted_did_not_accept_it(two_teams: House) -> None:
    two_teams.answer(passed_on(two_teams, to="mira"), "accepted")
    two_teams.answer(passed_on(two_teams, to="jonas"), "accepted")
    told_apart(two_teams, mira={"handed_over": 1, "accepted": 1}, jonas={})


def test_a_team_answers_from_when_it_got_the_lead_and_sales_from_when_it_was_handed_over(
    two_teams: House,
) -> None:
    begun = two_teams.clock()
    passed_on(two_teams, to="mira")
    letter = passed_on(two_teams, to="jonas", hours=30)
    two_teams.clock.move(hours=2)
    two_teams.answer(letter, "not_reached")
    of = answered(two_teams)
    assert of["suedwest"].reaction == 2 * HOUR
    assert of[None].reaction == (two_teams.clock() - begun).total_seconds()
    assert "dach" not in of


def test_nobody_gets_the_time_in_which_somebody_else_answered(two_teams: House) -> None:
    letter = passed_on(two_teams, to="mira")
    two_teams.answer(letter, "not_reached")
    two_teams.answer(passed_on(two_teams, to="jonas", hours=50), "accepted")
    of = answered(two_teams)
    assert (of["suedwest"].accepted, of["suedwest"].reaction) == (1, None)
    at_all = of[None].reaction
    assert at_all is not None
    assert at_all < 50 * HOUR


def test_a_team_is_not_excused_by_passing_a_lead_on_among_its_own_people(house: House) -> None:
    begun = house.clock()
    passed_on(house, to="mira")
    letter = passed_on(house, to="jonas", hours=30)
    house.clock.move(hours=2)
    house.answer(letter, "accepted")
    assert answered(house)["dach"].reaction == (house.clock() - begun).total_seconds() >= 32 * HOUR


def test_an_order_that_a_colleague_closed_is_their_turnover(two_teams: House) -> None:
    two_teams.answer(passed_on(two_teams, to="mira"), "accepted")
    two_teams.answer(passed_on(two_teams, to="jonas"), "won", amount=Decimal(900), currency="EUR")
    list(roll_up_marked(two_teams.unit))
    today = two_teams.clock().date()
    with two_teams.engine.connect() as connection:
        won = totals_between(connection, today, today, ["won"], "person")
    assert [(one.key, one.amount) for one in won] == [("jonas", Decimal(900))]


def test_a_team_that_takes_another_teams_lead_has_answered_nothing_in_no_time(two_teams: House) -> None:
    begun = two_teams.clock()
    passed_on(two_teams, to="mira")
    two_teams.clock.move(hours=50)
    [row] = two_teams.rows(handovers)
    with two_teams.unit() as unit:
        record_outcome(unit, row.id, Answer("accepted", by="jonas", takes_it=True))
    of = answered(two_teams)
    assert (of["suedwest"].accepted, of["suedwest"].reaction) == (1, None)
    assert of[None].reaction == (two_teams.clock() - begun).total_seconds()
