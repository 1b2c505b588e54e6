"""Forms that have something in common are taken in one after another, all others together."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bridge.intake.records import Record, Submission
from bridge.intake.rounds import in_rounds
from tests import make

BROWSER = "0123456789abcdef" * 2


def sent(*forms: Submission) -> list[tuple[Record, Submission]]:
    return [(Record(make.some_id(), make.NOON, form), form) for form in forms]


def sizes(*forms: Submission, most: int = 100) -> list[int]:
    return [len(together) for together in in_rounds(sent(*forms), most)]


def test_forms_of_different_people_go_together() -> None:
    assert sizes(*(make.submission(email=f"person{n}@firma.example") for n in range(20))) == [20]


def test_forms_of_one_person_go_one_after_another() -> None:
    assert sizes(
        make.submission(email="anna@firma.example"), make.submission(email="ANNA@firma.example")
    ) == [1, 1]


def test_the_same_form_again_comes_after_it_whoever_it_names() -> None:
    first = make.submission(email="anna@firma.example", key="1")
    again = replace(first, fields={**first.fields, "email": "ben@firma.example"})
    assert sizes(first, again) == [1, 1]


def test_forms_from_one_browser_go_one_after_another() -> None:
    forms = [
        make.submission(email=f"person{n}@firma.example", context={"visitor": BROWSER}) for n in range(3)
    ]
    assert sizes(*forms) == [1, 1, 1]


def test_an_address_that_is_none_stops_no_other() -> None:
    assert sizes(make.submission(email="nobody"), make.submission(email="anna@firma.example")) == [2]


def test_a_round_has_an_end() -> None:
    assert sizes(*(make.submission(email=f"person{n}@firma.example") for n in range(7)), most=3) == [3, 3, 1]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3)), max_size=30), st.integers(1, 5))
def test_whatever_shares_something_keeps_its_order(drawn: list[tuple[int, int]], most: int) -> None:
    forms = [
        make.submission(email=f"person{person}@firma.example", context={"visitor": f"{browser:032x}"})
        for person, browser in drawn
    ]
    rounds = in_rounds(sent(*forms), most)
    places = {form.id: place for place, together in enumerate(rounds) for _, form in together}
    assert len(places) == len(forms)
    assert all(len(together) <= most for together in rounds)
    for number, one in enumerate(forms):
        for other in forms[number + 1 :]:
            if (
                one.fields["email"] == other.fields["email"]
                or one.context["visitor"] == other.context["visitor"]
            ):
                assert places[one.id] < places[other.id]
