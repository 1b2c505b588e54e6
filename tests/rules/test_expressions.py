"""Conditions and formulas: CEL, with integers only, and nothing that could run away."""

import pytest

from bridge.program.expressions import FailedExpression, InvalidExpression, compile_expression, resolver
from bridge.program.samples import NO_EVENT, NO_MAIL

VALUES = resolver(
    {"score": 7, "threshold": 12, "topics": {"sepa": 3}, "event": {**NO_EVENT, "topics": ["sepa"]}}
)


def _number(source: str) -> int:
    return compile_expression(source).number(VALUES)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("threshold - score", 5),
        ("score / 2", 3),
        ("-score / 2", -3),
        ("(0 - score) / 2", -3),
        ("min(score, 6)", 6),
        ("max(score, 6)", 7),
        ("min(score / 2, 50) - score", -4),
        ("score > 5 ? 3 : 1", 3),
        ("topics.sepa * 2", 6),
        ("size(event.topics)", 1),
    ],
)
def test_formulas_give_whole_numbers(source: str, value: int) -> None:
    assert _number(source) == value


@pytest.mark.parametrize(
    "source",
    ["1.5", "score / 2.0", "score > 3", "'3'", "score / 0", "null", "9223372036854775807 + score", "1000001"],
)
def test_a_formula_that_gives_anything_else_fails(source: str) -> None:
    with pytest.raises(FailedExpression):
        _number(source)


@pytest.mark.parametrize("source", ["score", "'yes'", "1", "null", "profile.nope == 1", "event.nope"])
def test_a_condition_that_gives_no_truth_fails(source: str) -> None:
    with pytest.raises(FailedExpression):
        compile_expression(source).truth(VALUES)


def test_one_macro_is_allowed_and_two_are_not() -> None:
    one = "event.topics.exists(topic, topic == 'sepa')"
    assert compile_expression(one).truth(VALUES)
    with pytest.raises(InvalidExpression, match="more than one"):
        compile_expression(f"{one} && {one}")


def test_the_length_is_limited() -> None:
    with pytest.raises(InvalidExpression, match="longer than 500"):
        compile_expression("score + " * 100 + "1")


@pytest.mark.parametrize("source", ["", "score >", "import os", "score ? 1", "((((", "`"])
def test_what_is_no_expression_is_refused(source: str) -> None:
    with pytest.raises(InvalidExpression):
        compile_expression(source)


@pytest.mark.parametrize(
    ("source", "members"),
    [
        ("event.form == 'a' && event . topics == []", {"event": {"form", "topics"}}),
        ("topics['sepa'] > 1 || topics[\"erp\"] > 1", {"topics": {"sepa", "erp"}}),
        ("has(mail.opened) && mail.distinct_links > 1", {"mail": {"opened", "distinct_links"}}),
        ("event.topics.exists(topic, topic == 'sepa')", {"event": {"topics"}}),
        ("'sepa' in topics && topics.sepa > 1", {}),
        ("topics[event.form] > 1", {"event": {"form"}}),
        ("profile.exists(key, profile[key] == 'x')", {}),
        ("size(mail) > 1 || mail.opened", {}),
        ("profile == {}", {}),
    ],
)
def test_it_is_known_what_an_expression_can_look_at(source: str, members: dict[str, set[str]]) -> None:
    assert compile_expression(source).members == members


@pytest.mark.parametrize("source", ["mail.nothing == ''", "mail['nothing'] == ''", "mail[event.kind] == ''"])
def test_a_member_that_does_not_exist_fails_by_its_name(source: str) -> None:
    values = resolver({"mail": NO_MAIL, "event": {**NO_EVENT, "kind": "nothing"}})
    with pytest.raises(FailedExpression, match="nothing"):
        compile_expression(source).truth(values)


def test_two_expressions_are_equal_when_their_sources_are() -> None:
    assert compile_expression("score") == compile_expression("score")
    assert compile_expression("score") != compile_expression("score + 0")
    assert "score" in repr(compile_expression("score"))
