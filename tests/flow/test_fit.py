"""The fit follows what is known of a person, and what the programme says of it."""

from dataclasses import replace

from bridge.flow.judge_fit import judge_everybody
from bridge.flow.object_to_scoring import allow_scoring
from bridge.flow.sales.take_over_fields import take_over_fields
from bridge.intake.records import Request
from bridge.program.expressions import compile_expression
from bridge.program.profiling import FitRule
from bridge.store.tables import dead_letters, profiles
from tests.house import House

LARGE = FitRule(
    "large",
    compile_expression("profile.employees == '250+'"),
    30,
    {"de": "Großes Unternehmen", "en": "Large company"},
)
BROKEN = FitRule("broken", compile_expression("int(profile.company) > 3"), 10)


def judging(house: House, *rules: FitRule) -> House:
    """The same house under a programme with these rules of fit."""
    return House(house.engine, replace(house.program, fit=rules), house.clock)


def fits(house: House) -> dict[str, int]:
    return {row.email: row.fit for row in house.rows(profiles)}


def judge(house: House) -> list[int]:
    """What cron does."""
    return list(judge_everybody(house.unit))


def test_a_form_makes_somebody_fit(house: House) -> None:
    told = judging(house, LARGE)
    told.submit(form="webinar", employees="250+")
    assert told.lead().fit == 80
    assert [(line.points, line.reason) for line in told.lead().fit_reasons] == [(30, "Großes Unternehmen")]


def test_it_is_judged_anew_when_sales_takes_a_value_over(house: House) -> None:
    told = judging(house, LARGE)
    told.submit(form="webinar", employees="1-9")
    told.confirm()
    told.submit(form="webinar", employees="250+")
    assert told.lead().fit == 50, "it waits to be taken over"
    with told.unit() as unit:
        take_over_fields(unit, told.lead().id, {"employees"})
    told.run()
    assert told.lead().fit == 80


def test_sales_says_no_and_better_facts_still_count(house: House) -> None:
    told = judging(house, LARGE)
    told.answer(told.lead_by_form(), "rejected", reason="does-not-fit")
    assert (told.lead().fit, told.lead().misfits) == (25, 1)
    told.submit(form="webinar", employees="250+")
    assert told.lead().fit == 40


def test_a_changed_programme_judges_everybody_in_bounded_steps(house: House) -> None:
    people = [f"person{number}@beispiel.example" for number in range(5)]
    for email in people:
        house.submit(form="webinar", email=email, employees="250+")
    assert set(fits(house).values()) == {50}
    told = judging(house, LARGE)
    assert judge(told) == [5]
    assert fits(told) == dict.fromkeys(people, 80)
    assert judge(told) == [], "nothing is left to do"
    assert judge(judging(house)) == [5], "without rules it is fifty again"
    assert set(fits(house).values()) == {50}


def test_a_misfit_stays_a_misfit_whatever_the_programme_says(house: House) -> None:
    house.submit(form="webinar", employees="250+")
    house.answer(house.lead_by_form(), "rejected", reason="does-not-fit")
    assert house.lead().fit == 25
    told = judging(house, LARGE)
    judge(told)
    assert (told.lead().fit, told.lead().judged_fit, told.lead().grade) == (40, 40, "B2")


def test_a_rule_that_fails_is_shown_once_for_a_person(house: House) -> None:
    told = judging(house, BROKEN, LARGE)
    told.submit(form="webinar", employees="250+")
    told.submit(form="webinar", role="Leitung")
    assert told.lead().fit == 80
    (letter,) = told.rows(dead_letters)
    assert (letter.source, letter.attempts) == ("fit broken", 2)
    told.erase()
    assert told.rows(dead_letters) == []


def test_who_objects_to_being_evaluated_is_judged_by_nobody_until_that_is_taken_back(house: House) -> None:
    house.submit(form="webinar", employees="250+")
    house.objects()
    told = judging(house, LARGE)
    told.submit(form="webinar", role="Leitung")
    assert judge(told) == []
    assert (told.lead().fit, told.lead().fit_reasons, told.lead().judged_fit) == (50, (), None)
    with told.unit() as unit:
        allow_scoring(unit, told.lead().id, "own data page", Request())
    told.run()
    assert told.lead().fit == 80


def test_conditions_of_stages_see_the_new_fit(house: House) -> None:
    stages = replace(house.program.stages, marketing_when=compile_expression("confirmed && fit >= 80"))
    told = judging(house, LARGE)
    told = House(told.engine, replace(told.program, stages=stages), told.clock)
    told.submit()
    told.confirm()
    assert told.lead().stage == "prospect"
    told.submit(form="webinar", employees="250+")
    assert told.lead().stage == "marketing_qualified"
