"""An answer is about the lead as it stood on the page: of whoever has it by now, nothing was said."""

from decimal import Decimal
from typing import Any

import pytest
from werkzeug.test import TestResponse

from bridge.store.tables import handovers
from tests.edge.console.conftest import Colleague, SignIn
from tests.edge.signing_in import sign_in as signed_in
from tests.edge.site import Outline, Site, words
from tests.edge.test_pages import link
from tests.house import House

MIRA, JONAS = "mira.steinfeld@example.com", "jonas.achterberg@example.com"
NOTE = "Asks <b>us</b> in April"


def given_to(house: House, to: str, address: str) -> Any:
    """A lead that they have."""
    letter = house.lead_by_form()
    if letter.recipient != address:
        house.answer(letter, "forwarded", to=to)
    [row] = house.rows(handovers)
    return row


def hidden(page: TestResponse, outcome: str) -> dict[str, Any]:
    """What the form of that answer carries besides what somebody fills in."""
    [form] = [one for one in page.text.split("<form ")[1:] if f'name="outcome" value="{outcome}"' in one]
    return {one["name"]: one["value"] for one in Outline(form).all("input") if one.get("type") == "hidden"}


def press(kim: Colleague, row: Any, page: TestResponse, outcome: str, **typed: Any) -> TestResponse:
    """They send a form of that page."""
    return kim.post(f"/console/handovers/{row.id}/outcome", **hidden(page, outcome), **typed)


@pytest.mark.parametrize("where", ["board", "person"])
@pytest.mark.parametrize("outcome", ["accepted", "rejected", "not_reached"])
def test_an_answer_for_one_person_is_none_for_a_colleague_who_got_the_lead(
    sign_in: SignIn, house: House, where: str, outcome: str
) -> None:
    row = given_to(house, "mira", MIRA)
    shown = f"/console/handovers/{row.id}" if where == "board" else f"/console/profiles/{row.profile_id}"
    form = shown if where == "board" else f"{shown}/handovers/{row.id}"
    kim = sign_in("marketing")
    page = kim.get(shown)
    assert "Accept for Mira Steinfeld" in words(page.text)
    house.answer(house.mails_to(MIRA)[-1], "forwarded", to="jonas")
    [before] = house.rows(handovers)
    late = kim.post(f"{form}/outcome", **hidden(page, outcome), reason="no-budget", note=NOTE)
    assert late.status_code == 409
    assert "Somebody answered this lead or passed it on since you saw it." in words(late.text)
    assert late.text.count("Asks &lt;b&gt;us&lt;/b&gt; in April") == 1, "to be copied"
    assert house.rows(handovers) == [before]
    again = kim.post(f"{form}/outcome", **hidden(late, outcome), reason="no-budget", note=NOTE)
    assert again.status_code == 303, "the page says by now whose it is"


def test_a_second_press_on_taking_over_answers_as_the_first(sign_in: SignIn, house: House) -> None:
    row = given_to(house, "jonas", JONAS)
    mira = sign_in("sales", person="mira")
    page = mira.get(f"/console/handovers/{row.id}")
    assert "Take the lead over from Jonas Achterberg" in words(page.text)
    assert press(mira, row, page, "accepted").status_code == 303
    assert press(mira, row, page, "accepted").status_code == 303
    [now] = house.rows(handovers)
    assert (now.sales_person, now.state) == ("mira", "accepted")


def test_a_second_press_on_passing_on_still_answers_as_the_first(sign_in: SignIn, house: House) -> None:
    row = given_to(house, "jonas", JONAS)
    kim = sign_in("marketing")
    page = kim.get(f"/console/handovers/{row.id}")
    sent = [press(kim, row, page, "forwarded", to="mira") for _ in range(2)]
    assert [one.status_code for one in sent] == [303, 303]


def test_who_passed_a_lead_on_takes_it_not_back_with_a_page_of_before(site: Site, house: House) -> None:
    given_to(house, "mira", MIRA)
    letter = house.mails_to(MIRA)[-1]
    path = link(letter, "leads")
    signed_in(site, house, path)
    page = site.get(path, headers={"Accept-Language": "en"})
    assert "Accept lead" in words(page.text)
    house.answer(letter, "forwarded", to="jonas")
    [before] = house.rows(handovers)
    late = site.post(f"{path}/outcome", hidden(page, "accepted"), headers={"Accept-Language": "en"})
    assert late.status_code == 409
    assert house.rows(handovers) == [before]
    assert "Take the lead over from Jonas Achterberg" in words(late.text)
    assert site.post(f"{path}/outcome", hidden(late, "accepted")).status_code == 303


def test_who_gets_a_lead_answers_with_a_page_of_before(sign_in: SignIn, house: House) -> None:
    row = given_to(house, "jonas", JONAS)
    mira = sign_in("sales", person="mira")
    page = mira.get(f"/console/handovers/{row.id}")
    house.answer(house.mails_to(JONAS)[-1], "forwarded", to="mira")
    assert press(mira, row, page, "accepted").status_code == 303


@pytest.mark.parametrize(
    ("outcome", "typed"),
    [
        ("rejected", {"reason": "no-budget"}),
        ("forwarded", {"to": "mira"}),
        ("come_back", {"date": "2026-04-01"}),
        ("not_reached", {}),
    ],
)
def test_what_was_accepted_meanwhile_is_not_undone_by_a_page_of_before(
    sign_in: SignIn, house: House, outcome: str, typed: dict[str, str]
) -> None:
    row = given_to(house, "jonas", JONAS)
    kim = sign_in("marketing")
    page = kim.get(f"/console/handovers/{row.id}")
    house.answer(house.mails_to(JONAS)[-1], "accepted")
    [before] = house.rows(handovers)
    late = press(kim, row, page, outcome, note=NOTE, **typed)
    assert late.status_code == 409
    assert "Somebody answered this lead or passed it on since you saw it." in words(late.text)
    assert house.rows(handovers) == [before]
    assert press(kim, row, late, outcome, note=NOTE, **typed).status_code == 303, "now they know"


def test_a_note_may_be_written_on_a_page_of_before(sign_in: SignIn, house: House) -> None:
    row = given_to(house, "jonas", JONAS)
    kim = sign_in("marketing")
    page = kim.get(f"/console/handovers/{row.id}")
    house.answer(house.mails_to(JONAS)[-1], "accepted")
    assert press(kim, row, page, "note", note=NOTE).status_code == 303


def test_of_two_who_correct_an_order_the_second_sees_what_the_first_said(
    sign_in: SignIn, house: House
) -> None:
    row = given_to(house, "jonas", JONAS)
    for outcome, facts in (("accepted", {}), ("won", {"amount": Decimal(7500), "currency": "EUR"})):
        house.answer(house.mails_to(JONAS)[-1], outcome, **facts)
    kim = sign_in("marketing")
    page = kim.get(f"/console/handovers/{row.id}")
    assert press(kim, row, page, "corrected", amount="8250").status_code == 303
    assert press(kim, row, page, "corrected", amount="9999").status_code == 409
    [now] = house.rows(handovers)
    assert now.amount == Decimal(8250)


def test_a_note_of_a_page_that_is_older_than_the_session_is_shown_once_more(
    sign_in: SignIn, house: House
) -> None:
    row = given_to(house, "jonas", JONAS)
    kim = sign_in("marketing")
    late = kim.post(f"/console/handovers/{row.id}/outcome", _token="of before", outcome="note", note=NOTE)
    assert late.status_code == 400
    assert late.text.count("Asks &lt;b&gt;us&lt;/b&gt; in April") == 1
    assert house.rows(handovers) == [row]
