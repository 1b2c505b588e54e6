"""A rule that fails gives nothing, is shown, and stops no other."""

from dataclasses import replace

from bridge.program.expressions import compile_expression
from bridge.store.tables import dead_letters
from tests.house import House


def with_broken_rule(house: House) -> House:
    """The same house, with a first rule that fails on every form."""
    first = next(rule for rule in house.program.rules if rule.id == "form-submitted")
    broken = replace(first, id="broken", when=compile_expression("event.topics[7] == 'sepa'"))
    return House(house.engine, replace(house.program, rules=(broken, *house.program.rules)))


def test_the_other_rules_count(house: House) -> None:
    torn = with_broken_rule(house)
    torn.submit()
    assert torn.points() == [("form-submitted", 2)]


def test_it_is_shown(house: House) -> None:
    torn = with_broken_rule(house)
    torn.submit()
    (letter,) = torn.rows(dead_letters)
    assert letter.source == "rule broken"


def test_a_lead_is_handed_over_all_the_same(house: House) -> None:
    assert with_broken_rule(house).lead_by_form().subject.startswith("Rückruf gewünscht")


def test_a_condition_that_fails_hands_nobody_over_by_points(house: House) -> None:
    fails = compile_expression("profile.no_such_field == 'x'")
    stages = replace(house.program.stages, sales_when=fails)
    torn = House(house.engine, replace(house.program, stages=stages))
    torn.click_two(torn.subscriber())
    assert (torn.lead().score, torn.lead().stage) == (12, "marketing_qualified")
    assert torn.lead_by_form().subject.startswith("Rückruf gewünscht")
