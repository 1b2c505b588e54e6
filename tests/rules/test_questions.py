"""Which questions are asked next: never one that is answered, never more than wanted, and numbers only for calls."""

from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from bridge.profiles.questions import fresh_answers, next_questions, open_questions
from bridge.program.model import FormField, Program
from tests import make

POOL = ("role", "seats", "phone", "company", "mobile")
MORE = """
[[fields]]
id = "seats"
type = "number"
label = "Plätze"
[[fields]]
id = "mobile"
type = "phone"
label = "Mobil"
[profiling]
questions = ["role", "seats", "phone", "company", "mobile"]
at_once = 2
"""


@cache
def asking() -> Program:
    return make.program(make.EXACT + MORE)


def ids(asked: tuple[FormField, ...]) -> list[str]:
    return [one.field.id for one in asked]


def test_the_first_two_come_first() -> None:
    assert ids(next_questions(asking(), {}, calls=False)) == ["role", "seats"]


def test_what_is_answered_makes_room_for_the_next() -> None:
    assert ids(next_questions(asking(), {"role": "Leitung"}, calls=False)) == ["seats", "company"]


def test_what_the_page_asks_anyway_is_not_asked_twice() -> None:
    assert ids(next_questions(asking(), {}, calls=False, besides={"role"})) == ["seats", "company"]


def test_numbers_are_asked_only_where_calls_are_allowed() -> None:
    assert ids(open_questions(asking(), {}, calls=False)) == ["role", "seats", "company"]
    assert ids(open_questions(asking(), {}, calls=True)) == list(POOL)


def test_no_answer_is_required() -> None:
    assert not any(one.required for one in open_questions(asking(), {}, calls=True))


def test_without_a_pool_nothing_is_asked() -> None:
    assert next_questions(make.program(), {}, calls=True) == ()


FIELDS = st.dictionaries(st.sampled_from([*POOL, "first_name", "gone"]), st.text(max_size=5))


@given(FIELDS, st.booleans(), st.sets(st.sampled_from(POOL)))
def test_never_one_that_is_answered_and_never_too_many(
    fields: dict[str, str], calls: bool, besides: set[str]
) -> None:
    asked = ids(next_questions(asking(), fields, calls=calls, besides=besides))
    assert len(asked) <= 2
    assert not [name for name in asked if fields.get(name) or name in besides]
    assert asked == sorted(asked, key=POOL.index)
    assert calls or not {"phone", "mobile"} & set(asked)


@given(FIELDS, FIELDS)
def test_answers_fill_what_is_empty_and_change_nothing(
    fields: dict[str, str], answers: dict[str, str]
) -> None:
    fresh = fresh_answers(asking(), fields, answers)
    assert all(not fields.get(name) and value for name, value in fresh.items())
    assert set(fresh) <= set(POOL)
    assert fresh_answers(asking(), {**fields, **fresh}, answers) == {}


@given(st.lists(st.sampled_from(POOL)))
def test_whoever_answers_everything_is_asked_each_question_once(skipped: list[str]) -> None:
    fields: dict[str, str] = {}
    seen: list[str] = []
    while asked := ids(next_questions(asking(), fields, calls=True)):
        seen += [name for name in asked if name not in skipped or name in seen]
        fields |= dict.fromkeys(asked, "answered")
    assert sorted(set(seen) | set(skipped)) == sorted(POOL)
