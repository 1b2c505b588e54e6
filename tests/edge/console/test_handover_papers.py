"""What sales takes along from a hand-over on the console: a letter and an appointment."""

from datetime import timedelta
from uuid import UUID

import pytest
from icalendar import Calendar

from bridge.store import profiles
from bridge.store.tables import audit_log, handovers
from tests.edge.console.conftest import SignIn
from tests.edge.site import words
from tests.house import ANNA, House

BOARD = "/console/handovers"


def lives_at(house: House, email: str = ANNA, **more: str) -> None:
    """The address of that person becomes known."""
    home = {"street": "Am Markt 3", "postcode": "10115", "city": "Berlin"}
    with house.unit() as unit:
        profile = profiles.get(unit.connection, house.lead(email).id)
        profiles.change(unit.connection, profile.id, fields={**profile.fields, **home, **more})


@pytest.fixture
def lead_id(house: House) -> UUID:
    """Anna Berg asked to be called; the id of her hand-over."""
    house.lead_by_form()
    house.clock.move(minutes=10)
    [row] = house.rows(handovers)
    return UUID(str(row.id))


def test_letter_and_appointment_stand_under_what_is_to_do_on_both_pages(
    sign_in: SignIn, house: House, lead_id: UUID
) -> None:
    kim = sign_in("sales")
    pages = (f"{BOARD}/{lead_id}", f"/console/profiles/{house.lead().id}")
    for page in pages:
        text = kim.get(page).text
        assert "What to do Call today" in words(text)
        assert f'href="{BOARD}/{lead_id}/appointment.ics"' in text
        assert "/letter" not in text, "nobody knows where she lives"
    assert kim.get(f"{BOARD}/{lead_id}/letter").status_code == 404
    lives_at(house)
    for page in pages:
        assert f'href="{BOARD}/{lead_id}/letter"' in kim.get(page).text
    printed = kim.get(f"{BOARD}/{lead_id}/letter")
    assert (printed.status_code, printed.mimetype, printed.data[:5]) == (200, "application/pdf", b"%PDF-")
    assert "attachment" in printed.headers["Content-Disposition"]
    assert printed.headers["Cache-Control"] == "no-store"


def test_a_letter_is_in_the_name_of_whoever_has_the_lead_or_may_answer_for_them(
    sign_in: SignIn, house: House, lead_id: UUID
) -> None:
    lives_at(house)
    [row] = house.rows(handovers)
    people = house.program.people
    head = house.program.desk.teams[row.team].lead or ""
    stranger = next(one for one in people if one not in {row.sales_person, head})
    signed = {}
    for one in (None, head, stranger):
        kim = sign_in("sales", f"{one}@example.com", person=one)
        signed[one] = kim.get(f"{BOARD}/{lead_id}/letter?as=text").text.split("\n")[0]
    owner = people[row.sales_person].name
    assert signed == {None: owner, head: people[head].name, stranger: owner}


def test_a_call_goes_into_the_calendar_in_the_words_of_whoever_is_signed_in(
    sign_in: SignIn, lead_id: UUID
) -> None:
    kim = sign_in("sales")
    file = kim.get(f"{BOARD}/{lead_id}/appointment.ics?on=2026-03-20")
    assert file.mimetype == "text/calendar"
    [event] = Calendar.from_ical(file.data).walk("VEVENT")
    assert event["summary"] == "Call: Anna Berg, Beispiel GmbH"
    assert "appointment-anna-berg.ics" in file.headers["Content-Disposition"]
    assert event.decoded("dtstart").isoformat() == "2026-03-20T08:00:00+00:00"
    assert str(event["url"]).endswith(f"{BOARD}/{lead_id}")
    assert kim.get(f"{BOARD}/{lead_id}/appointment.ics?on=soon").status_code == 422


@pytest.mark.parametrize("name", ["letter", "appointment.ics"])
def test_taking_something_along_is_noted_as_seeing_the_person(
    sign_in: SignIn, house: House, lead_id: UUID, name: str
) -> None:
    lives_at(house)
    sign_in("sales").get(f"{BOARD}/{lead_id}/{name}")
    noted = [one for one in house.rows(audit_log) if one.kind == "profile"]
    assert [(one.what, one.subject, one.details) for one in noted] == [
        ("person.seen", str(house.lead().id), {"handover": str(lead_id)})
    ]


@pytest.mark.parametrize("name", ["letter", "appointment.ics"])
def test_there_is_nothing_to_take_along_where_nothing_is_to_do(
    sign_in: SignIn, house: House, lead_id: UUID, name: str
) -> None:
    lives_at(house)
    kim = sign_in("sales")
    assert kim.get(f"{BOARD}/{UUID(int=7)}/{name}").status_code == 404
    assert sign_in("viewer", "lea@example.com").get(f"{BOARD}/{lead_id}/{name}").status_code == 403
    kim.post(f"{BOARD}/{lead_id}/outcome", outcome="rejected", reason="no-budget")
    assert "Earlier hand-overs" not in kim.get(f"/console/profiles/{house.lead().id}").text, (
        "it is the only one"
    )
    assert kim.get(f"{BOARD}/{lead_id}/{name}").status_code == 404
    for page in (f"{BOARD}/{lead_id}", f"/console/profiles/{house.lead().id}"):
        assert f"/{name}" not in kim.get(page).text


def test_an_answer_that_is_overdue_is_marked_where_it_is_given(
    sign_in: SignIn, house: House, lead_id: UUID
) -> None:
    [row] = house.rows(handovers)
    pages = (f"{BOARD}/{lead_id}", f"/console/profiles/{house.lead().id}")
    kim = sign_in("sales")
    assert ["overdue" in kim.get(page).text for page in pages] == [False, False]
    house.clock.now = row.due_at + timedelta(minutes=30)
    kim = sign_in("sales", "lea@example.com")
    for page in pages:
        assert kim.get(page).text.count("overdue") == 2
        assert kim.get(page).text.index("Task overdue") < kim.get(page).text.index("Answer overdue")
    kim.post(f"{BOARD}/{lead_id}/outcome", outcome="accepted")
    assert "overdue" not in kim.get(pages[0]).text
