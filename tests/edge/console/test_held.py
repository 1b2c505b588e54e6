"""What is held: leads and forms, the rule that holds them, and what somebody decides."""

from dataclasses import replace
from typing import Any

from sqlalchemy import insert

from bridge.ids import new_id
from bridge.store.tables import audit_log, held_leads, submissions
from tests import make
from tests.edge.console.conftest import SignIn
from tests.edge.site import words
from tests.house import ANNA, House

HELD = "/console/held"


def held_form(house: House, email: str = ANNA, because: str = "honeypot", **fields: Any) -> str:
    """A form that looks like spam; returns its id."""
    sent = make.submission("rueckruf", email, at=house.clock(), phone="+49 30 23125 010", **fields)
    return str(house.submit(replace(sent, suspicion=because)).id)


def test_a_held_form_is_let_through_and_does_what_it_would_have_done(sign_in: SignIn, house: House) -> None:
    form = held_form(house, message="Please call me back")
    kim = sign_in("marketing")
    page = words(kim.get(f"{HELD}/forms").text)
    assert "A field that people do not see was filled in" in page
    assert "Please call me back" in page
    assert house.to_sales() == []

    answer = kim.post(f"{HELD}/forms/{form}/release")
    assert "The form is let through." in kim.get(answer.headers["Location"]).text
    assert [row.state for row in house.rows(submissions)] == ["accepted"]
    again = kim.post(f"{HELD}/forms/{form}/drop")
    assert "Somebody has decided about this already." in kim.get(again.headers["Location"]).text
    noted = [(one.what, one.subject) for one in house.rows(audit_log) if one.kind == "submission"]
    assert noted == [("submission.accepted", form)]


def test_dropped_forms_stay_without_effect_and_are_counted_by_sign(sign_in: SignIn, house: House) -> None:
    kim = sign_in("marketing")
    kim.post(f"{HELD}/forms/{held_form(house)}/drop")
    kim.post(f"{HELD}/forms/{held_form(house, 'b@firma.example', 'too fast')}/release")
    held_form(house, "c@firma.example", "too fast")
    page = words(kim.get(f"{HELD}/forms").text)
    assert "A field that people do not see was filled in 1 0 0 1" in page
    assert "Sent too fast for a person 2 1 1 0" in page


def test_a_held_lead_stands_there_with_its_rule(sign_in: SignIn, house: House) -> None:
    house.subscriber()
    lead = house.lead()
    row = {"id": new_id(), "profile_id": lead.id, "because_of": new_id(), "cause": "points", "score": 14}
    with house.unit() as unit:
        held = row | {"why": "filter", "rule": "students", "at": house.clock()}
        unit.connection.execute(insert(held_leads).values(**held))
    page = words(sign_in("marketing").get(HELD).text)
    assert "Anna Berg Beispiel GmbH" in page
    assert "students 1 1 0 0 0" in page


def test_who_is_in_sales_decides_nothing_here(sign_in: SignIn, house: House) -> None:
    form = held_form(house)
    sales = sign_in("sales")
    assert sales.get(HELD).status_code == 403
    assert sales.post(f"{HELD}/forms/{form}/release").status_code == 403
    assert [row.state for row in house.rows(submissions)] == ["held"]
