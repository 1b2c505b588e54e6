"""When a profile moves up."""

from dataclasses import replace

import pytest

from bridge.program.expressions import compile_expression
from bridge.qualification.stages import becomes_marketing_qualified, reaches_sales, stage_after_return
from bridge.scoring.facts import Person, resolver_for
from bridge.scoring.ledger import Ledger
from tests import make

LATER = ["sales_qualified", "accepted", "won", "lost"]
WITH_COMPANY = {"company": "Beispiel GmbH"}


def _marketing(toml: str, person: Person, score: int = 0) -> bool:
    program = make.program(toml)
    resolve = resolver_for(program, person, Ledger(program.timezone, score=score), None, None)
    return becomes_marketing_qualified(program, person, resolve).holds


def _sales(toml: str, person: Person, settled: int) -> bool:
    program = make.program(toml)
    resolve = resolver_for(program, person, Ledger(program.timezone, score=settled), None, None)
    return reaches_sales(program, person, settled, resolve).holds


def _with_stages(lines: str) -> str:
    return f'{make.HEAD}\n{lines}\n[scoring]\npreset = "exact"\n'


def test_a_confirmed_prospect_with_a_company_is_marketing_qualified() -> None:
    assert _marketing(make.EXACT, make.person(fields=WITH_COMPANY))


def test_without_the_required_field_it_is_not() -> None:
    assert not _marketing(make.EXACT, make.person(fields={}))
    assert not _marketing(make.EXACT, make.person(fields={"company": ""}))


def test_without_a_confirmed_address_nobody_is() -> None:
    always = _with_stages('[stages.marketing_qualified]\nwhen = "true"')
    assert not _marketing(always, make.person(fields=WITH_COMPANY, confirmed=False))


@pytest.mark.parametrize("stage", ["visitor", "marketing_qualified", *LATER])
def test_only_prospects_become_marketing_qualified(stage: str) -> None:
    assert not _marketing(make.EXACT, make.person(stage=stage, fields=WITH_COMPANY))


@pytest.mark.parametrize(("score", "holds"), [(19, False), (20, True)])
def test_artegic_asks_for_twenty_points_as_well(score: int, holds: bool) -> None:
    assert _marketing(make.ARTEGIC, make.person(fields=WITH_COMPANY), score) is holds


@pytest.mark.parametrize("stage", ["prospect", "marketing_qualified"])
@pytest.mark.parametrize(("settled", "crosses"), [(11, False), (12, True), (99, True)])
def test_who_reaches_the_threshold_goes_to_sales(stage: str, settled: int, crosses: bool) -> None:
    assert _sales(make.EXACT, make.person(stage=stage, confirmed=False), settled) is crosses


@pytest.mark.parametrize("stage", ["visitor", *LATER])
def test_whom_sales_has_or_had_does_not_cross_again(stage: str) -> None:
    assert not _sales(make.EXACT, make.person(stage=stage), 99)


@pytest.mark.parametrize(("settled", "crosses"), [(100, False), (101, True)])
def test_artegic_hands_over_above_a_hundred(settled: int, crosses: bool) -> None:
    assert _sales(make.ARTEGIC, make.person(), settled) is crosses


def test_the_programme_may_ask_for_more_than_points() -> None:
    program = _with_stages("[stages.sales_qualified]\nwhen = \"fit >= 40 && profile.company != ''\"")
    assert _sales(program, make.person(fit=40, fields=WITH_COMPANY), 12)
    assert not _sales(program, make.person(fit=39, fields=WITH_COMPANY), 12)
    assert not _sales(program, make.person(fit=40), 12)


def test_a_condition_that_fails_lets_nobody_through_and_says_so() -> None:
    fails = "100 / (score - 3) > 0"
    program = make.program(
        _with_stages(
            f'[stages.marketing_qualified]\nwhen = "{fails}"\n[stages.sales_qualified]\nwhen = "{fails}"'
        )
    )
    person = make.person(fields=WITH_COMPANY)
    resolve = resolver_for(program, person, Ledger(program.timezone, score=3), None, None)
    for answer in (
        becomes_marketing_qualified(program, person, resolve),
        reaches_sales(program, person, 12, resolve),
    ):
        assert not answer.holds
        assert answer.failure == fails


def test_what_is_said_of_a_condition_that_fails_quotes_nobody() -> None:
    fails = "profile[profile.company] == 'x'"
    stages = replace(make.program().stages, sales_when=compile_expression(fails))
    program = replace(make.program(), stages=stages)
    person = make.person(fields={"company": "Kanarienvogel GmbH"})
    resolve = resolver_for(program, person, Ledger(program.timezone, score=12), None, None)
    assert reaches_sales(program, person, 12, resolve).failure == fails


def test_whom_sales_gives_back_goes_where_it_came_from() -> None:
    assert stage_after_return(confirmed=True) == "marketing_qualified"
    assert stage_after_return(confirmed=False) == "prospect"


# Routing
