"""What a form may change on a profile."""

from bridge.profiles.fields import full_name, merge, take_over

ORIGIN = {"submission": "s1", "at": "2026-03-12T12:00:00+00:00"}
ANNA = {"first_name": "Anna", "company": "Beispiel GmbH"}


def test_of_an_unconfirmed_person_the_newest_form_counts() -> None:
    merged = merge(ANNA, {}, {"company": "Neu AG", "phone": "030 1"}, confirmed=False, origin=ORIGIN)
    assert merged.fields == {"first_name": "Anna", "company": "Neu AG", "phone": "030 1"}
    assert merged.also_given == {}


def test_of_a_confirmed_person_only_empty_fields_are_filled() -> None:
    merged = merge(
        {**ANNA, "role": ""},
        {},
        {"company": "Neu AG", "phone": "030 1", "role": "CFO"},
        confirmed=True,
        origin=ORIGIN,
    )
    assert merged.fields == {**ANNA, "phone": "030 1", "role": "CFO"}
    assert merged.also_given == {"company": {"value": "Neu AG", **ORIGIN}}


def test_the_same_value_again_does_not_wait() -> None:
    assert merge(ANNA, {}, dict(ANNA), confirmed=True, origin=ORIGIN).also_given == {}


def test_an_empty_answer_takes_nothing_away() -> None:
    assert merge(ANNA, {}, {"company": ""}, confirmed=False, origin=ORIGIN).fields == ANNA


def test_message_and_address_belong_to_the_submission() -> None:
    sent = {"message": "Bitte anrufen", "email": "anna@example.com"}
    for confirmed in (True, False):
        assert merge({}, {}, sent, confirmed=confirmed, origin=ORIGIN).fields == {}


def test_of_two_values_that_wait_the_newer_stays() -> None:
    first = merge(ANNA, {}, {"company": "Eins AG"}, confirmed=True, origin=ORIGIN)
    second = merge(first.fields, first.also_given, {"company": "Zwei AG"}, confirmed=True, origin=ORIGIN)
    assert second.also_given["company"]["value"] == "Zwei AG"


def test_what_is_given_is_not_changed_in_place() -> None:
    fields, waiting = dict(ANNA), {"phone": {"value": "030 1"}}
    merge(fields, waiting, {"company": "Neu AG", "phone": "030 2"}, confirmed=False, origin=ORIGIN)
    assert (fields, waiting) == (ANNA, {"phone": {"value": "030 1"}})


def test_values_that_waited_are_taken_over_by_name() -> None:
    waiting = {"company": {"value": "Neu AG"}, "role": {"value": "CFO"}}
    merged = take_over(ANNA, waiting, {"company"})
    assert merged.fields == {"first_name": "Anna", "company": "Neu AG"}
    assert merged.also_given == {"role": {"value": "CFO"}}


def test_a_name_is_what_is_known_of_it() -> None:
    assert full_name({"first_name": "Anna", "last_name": "Berg"}) == "Anna Berg"
    assert full_name({"last_name": "Berg", "first_name": ""}) == "Berg"
    assert full_name({}) == ""
