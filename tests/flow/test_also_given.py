"""Anybody can type anybody's address: what a form says about a confirmed person waits."""

from bridge.flow.sales.take_over_fields import take_over_fields
from tests.house import ANNA, House


def test_a_form_fills_what_is_not_known_of_a_confirmed_person(house: House) -> None:
    house.subscriber()
    house.submit(form="webinar", role="Leiterin Rechnungswesen")
    assert house.lead().role == "Leiterin Rechnungswesen"
    assert house.lead().also_given == ()


def test_a_form_never_overwrites_what_is_known_of_a_confirmed_person(house: House) -> None:
    house.subscriber()
    house.submit(form="webinar", company="Fremde AG")
    lead = house.lead()
    assert lead.company == "Beispiel GmbH"
    assert [(one.key, one.value) for one in lead.also_given] == [("company", "Fremde AG")]


def test_confirming_a_form_takes_over_what_it_said(house: House) -> None:
    house.subscriber(allows=["email"])
    house.clock.move(hours=1)
    house.submit(form="webinar", company="Neue AG")
    assert house.lead().company == "Beispiel GmbH"
    house.confirm()
    assert house.lead().company == "Neue AG"
    assert house.lead().also_given == ()


def test_confirming_one_form_does_not_take_over_what_another_said(house: House) -> None:
    house.subscriber(allows=["email"])
    house.submit(form="kontakt", allows=(), last_name="Fremd", message="Hallo")
    house.clock.move(hours=1)
    house.submit(form="webinar", company="Neue AG")
    house.confirm()
    assert house.lead().company == "Neue AG"
    assert [(one.key, one.value) for one in house.lead().also_given] == [("last_name", "Fremd")]


def test_a_person_takes_over_waiting_values_in_the_preference_centre(house: House) -> None:
    house.subscriber()
    house.submit(form="webinar", company="Neue AG", last_name="Fremd")
    house.save_preferences(ANNA, take=frozenset({"company"}))
    assert house.lead().company == "Neue AG"
    assert [one.key for one in house.lead().also_given] == ["last_name"]


def test_saving_preferences_without_a_tick_takes_nothing_over(house: House) -> None:
    house.subscriber()
    house.submit(form="webinar", company="Fremde AG")
    house.save_preferences(ANNA, "sepa")
    assert house.lead().company == "Beispiel GmbH"


def test_sales_takes_over_waiting_values(house: House) -> None:
    house.subscriber()
    house.submit(form="webinar", company="Neue AG")
    with house.unit() as unit:
        take_over_fields(unit, house.lead().id, {"company"})
    assert house.lead().company == "Neue AG"


def test_the_same_value_again_does_not_wait(house: House) -> None:
    house.subscriber()
    house.submit(form="webinar")
    assert house.lead().also_given == ()
