"""`[sales] link = "login"`: a profile page opens for whoever is signed in as that sales person, and for admins."""

from dataclasses import replace
from urllib.parse import quote

import pytest

from bridge.store.tables import audit_log, handovers, link_codes, link_openings
from tests.edge.console.conftest import PASSWORD, SignIn
from tests.edge.site import Site, words
from tests.edge.test_pages import link
from tests.house import House


@pytest.fixture
def path(house: House, site: Site) -> str:
    """The link in the mail to Mira, under a programme that wants people of sales signed in."""
    site.services.program = replace(site.services.program, sales_link="login")
    house.submit(form="rueckruf", allows=(), phone="+49 30 23125 010", message="Bitte vor Mittag.")
    return link(house.to_sales()[-1], "leads")


def addressee(house: House) -> str:
    """The id of whom the mail went to."""
    [person] = [
        one.id for one in house.program.people.values() if one.email == house.to_sales()[-1].recipient
    ]
    return person


def test_whoever_is_not_signed_in_signs_in_and_comes_to_the_lead(
    path: str, site: Site, house: House, sign_in: SignIn
) -> None:
    sign_in("sales", person=addressee(house))
    site.client.delete_cookie("__Host-leadbridge")
    answer = site.get(path)
    assert answer.status_code == 303
    asked = answer.headers["Location"]
    assert asked.startswith("/console/sign-in?next=%2Fleads%2F")
    more = site.get(f"{path}?answer=won").headers["Location"]
    assert more.endswith("%3Fanswer%3Dwon"), "what the link was opened for comes through"
    sent = {"email": "kim@example.com", "password": PASSWORD, "next": path}
    assert site.post("/console/sign-in", sent).headers["Location"] == path
    assert "Bitte vor Mittag." in words(site.get(path).text)


@pytest.mark.parametrize("role", ["sales", "admin"])
def test_the_sales_person_and_admins_see_it_and_that_is_noted(
    path: str, house: House, sign_in: SignIn, role: str
) -> None:
    kim = sign_in(role, person=addressee(house) if role == "sales" else None)
    assert "Bitte vor Mittag." in words(kim.get(path).text)
    assert kim.site.post(f"{path}/outcome", {"outcome": "accepted"}).status_code == 303
    noted = [(row.who, row.what, row.kind) for row in house.rows(audit_log)]
    assert sorted(noted) == [
        ("kim@example.com", what, "profile") for what in ("handover.accepted", "person.seen")
    ]


@pytest.mark.parametrize("role", ["sales", "admin"])
def test_the_notes_name_who_answered(path: str, house: House, sign_in: SignIn, role: str) -> None:
    person = addressee(house)
    kim = sign_in(role, person=person if role == "sales" else None)
    assert ("stands beside it" in kim.get(path).text) is (role == "admin"), (
        "who only answers for them is told so"
    )
    sent = {"outcome": "accepted", "note": "Ruft Montag an"}
    done = kim.site.post(f"{path}/outcome", sent).headers["Location"]
    said = words(kim.get(done).text)
    assert ("The lead is yours." in said) is (role == "sales"), said
    [row] = house.rows(handovers)
    name = house.program.person_name(person) if role == "sales" else kim.account.name
    assert row.note.endswith(f"übernommen ({name}): Ruft Montag an")
    assert (row.state, row.sales_person) == ("accepted", person)


@pytest.mark.parametrize("role", ["viewer", "sales", "marketing"])
def test_nobody_else_does_and_nobody_answers_in_their_name(
    path: str, house: House, sign_in: SignIn, role: str
) -> None:
    kim = sign_in(role, person="jonas" if addressee(house) == "mira" else "mira")
    assert kim.get(path).status_code == 403
    assert kim.site.post(f"{path}/outcome", {"outcome": "accepted"}).status_code == 403
    assert house.lead().handovers[0].state == "open"
    assert house.rows(audit_log) == []
    assert {row.what for row in house.rows(link_openings)} == {"stopped"}, "though it was answered 403"


def test_a_note_of_somebody_who_is_not_signed_in_any_more_is_shown_to_be_copied(
    path: str, site: Site, house: House
) -> None:
    page = site.post(f"{path}/outcome", {"outcome": "note", "note": "Ruft <b>nicht</b> zurück"})
    assert page.status_code == 403
    assert "Ruft &lt;b&gt;nicht&lt;/b&gt; zurück" in page.text
    assert f'href="/console/sign-in?next={quote(path, safe="")}"' in page.text
    assert "Anna" not in page.text
    assert house.lead().handovers[0].note is None


def test_no_code_opens_it(path: str, site: Site, house: House) -> None:
    assert site.post(f"{path}/code").status_code == 303
    assert site.post(f"{path}/device", {"code": "123456"}).status_code == 303
    assert house.rows(link_codes) == []
    assert site.get(path).status_code == 303
