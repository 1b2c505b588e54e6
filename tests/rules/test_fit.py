"""How well somebody fits: what the rules say of the fields, halved for each time that sales says no."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.errors import InvalidProgram
from bridge.program.model import Program
from bridge.scoring.fit import fit_of
from tests import make

FIELD = """
[[fields]]
id = "employees"
type = "choice"
label = "Mitarbeiter"
choices = ["1-9", "10-49", "50-249", "250+"]
[[fields]]
id = "seats"
type = "number"
label = "Plätze"
"""
LARGE = """
[[fit]]
id = "large"
when = "profile.employees in ['50-249', '250+']"
points = 30
reason = {de = "Ab 50 Mitarbeitern", en = "50 employees or more"}
"""
SMALL = """
[[fit]]
id = "small"
when = "profile.employees == '1-9'"
points = -80
"""
MANY_SEATS = """
[[fit]]
id = "seats"
when = "profile.seats != '' && int(profile.seats) >= 20"
points = 40
"""


def program(*rules: str) -> Program:
    return make.program(make.EXACT + FIELD + "".join(rules))


ALL = program(LARGE, SMALL, MANY_SEATS)


def test_without_rules_everybody_has_fifty() -> None:
    assert fit_of(program(), {"employees": "250+"}, 0).value == 50


def test_the_points_of_true_rules_are_added() -> None:
    assert fit_of(ALL, {"employees": "250+"}, 0).value == 80
    assert [rule.id for rule in fit_of(ALL, {"employees": "250+"}, 0).rules] == ["large"]
    assert fit_of(ALL, {}, 0).value == 50


def test_it_stays_between_nothing_and_all() -> None:
    assert fit_of(ALL, {"employees": "1-9"}, 0).value == 0
    assert fit_of(ALL, {"employees": "250+", "seats": "30"}, 0).value == 100


def test_each_misfit_halves_it() -> None:
    assert [fit_of(ALL, {"employees": "250+"}, count).value for count in range(4)] == [80, 40, 20, 10]
    assert [fit_of(program(), {}, count).value for count in range(7)] == [50, 25, 12, 6, 3, 1, 0]


def test_a_rule_that_fails_gives_nothing_and_stops_no_other() -> None:
    fit = fit_of(ALL, {"employees": "250+", "seats": "zwölf"}, 0)
    assert fit.value == 80
    assert list(fit.failures) == ["seats"]


def test_an_unknown_answer_is_empty_and_no_failure() -> None:
    assert not fit_of(ALL, {"something": "else"}, 0).failures


@pytest.mark.parametrize("condition", ["score > 5", "confirmed", "topics.sepa > 1", "fit > 50"])
def test_fit_looks_at_the_person_alone(condition: str) -> None:
    with pytest.raises(InvalidProgram, match="fit does not look at"):
        program(f'[[fit]]\nid = "odd"\nwhen = "{condition}"\npoints = 5\n')


def test_the_version_changes_with_what_rules_say_and_not_with_their_words() -> None:
    assert program().fit_version == ""
    assert program(LARGE).fit_version == program(LARGE.replace("Ab 50", "Mindestens 50")).fit_version
    versions = {
        program(LARGE).fit_version,
        program(LARGE.replace("30", "20")).fit_version,
        program(SMALL).fit_version,
    }
    assert len(versions) == 3


ANSWERS = st.dictionaries(
    st.sampled_from(["employees", "seats", "company", "unknown"]), st.text(max_size=12), max_size=4
)


@given(ANSWERS, st.integers(0, 200))
def test_whatever_was_answered_there_is_a_fit(fields: dict[str, str], misfits: int) -> None:
    fit = fit_of(ALL, fields, misfits)
    assert 0 <= fit.value <= 100
    assert fit.value == fit_of(ALL, fields, misfits).value
    assert fit_of(ALL, fields, misfits + 1).value == fit.value // 2


@given(ANSWERS, st.permutations([LARGE, SMALL, MANY_SEATS]))
def test_the_order_of_rules_makes_no_difference(fields: dict[str, str], rules: list[str]) -> None:
    assert fit_of(program(*rules), fields, 0).value == fit_of(ALL, fields, 0).value
