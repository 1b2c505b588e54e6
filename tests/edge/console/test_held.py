"""What is held: leads and forms, the rule that holds them, and what somebody decides."""

import re
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from bridge.flow.accounts.console_accounts import Role
from bridge.flow.sales import decide_held
from bridge.program.desk import Brake, Filter, Postcodes, Territory
from bridge.store.held_leads import LAPSED, decide
from bridge.store.tables import audit_log, held_leads, submissions
from tests import make
from tests.edge.console.conftest import SignIn
from tests.edge.site import Outline, asks_first, words
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
    shown = kim.get(f"{HELD}/forms").text
    drop, release = (asks_first(shown, f"{HELD}/forms/{form}/{deed}") for deed in ("drop", "release"))
    assert (drop, release) == (True, False)
    assert house.to_sales() == []

    answer = kim.post(f"{HELD}/forms/{form}/release")
    assert "The form is let through." in kim.get(answer.headers["Location"]).text
    assert [row.state for row in house.rows(submissions)] == ["accepted"]
    again = kim.post(f"{HELD}/forms/{form}/drop")
    assert "Somebody let this form through already." in kim.get(again.headers["Location"]).text
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


def held_lead(house: House, email: str = ANNA) -> UUID:
    """A lead that a filter holds; returns under which id."""
    house.click_two(house.subscriber(email))
    [row] = [one for one in house.rows(held_leads) if one.profile_id == house.lead(email).id]
    return UUID(str(row.id))


@pytest.fixture
def strict(house: House) -> House:
    """A house with a filter for everybody in one company."""
    ours = Filter("own", {"en": "Our own people"}, domains=("beispiel.example",))
    desk = replace(house.program.desk, filters=(ours,))
    house.program = replace(house.program, desk=desk)
    house.__post_init__()
    return house


def test_it_is_said_what_is_unknown_of_somebody_whom_no_territory_has(sign_in: SignIn, house: House) -> None:
    south = Territory("south", {"en": "South"}, countries=("DE",), postcodes=(Postcodes("8", "9"),))
    outside = Filter("outside", {"en": "No territory"}, outside=True)
    desk = replace(house.program.desk, territories={"south": south}, filters=(outside,))
    house.program = replace(house.program, desk=desk)
    house.__post_init__()
    held_lead(house)
    kim = sign_in("marketing")
    kim.site.services.world = replace(kim.site.services.world, program=house.program)
    assert "Unknown: country, postcode." in words(kim.get(HELD).text)
    assert "No territory. It waits for a decision. Unknown: country, postcode." in words(
        kim.get(f"/console/profiles/{house.lead().id}").text
    )


@pytest.mark.parametrize(
    ("decision", "said", "state", "too_late"),
    [
        (
            "released",
            "Sales has the lead now.",
            "sales_qualified",
            "released this lead for sales already: 12 March",
        ),
        (
            "returned",
            "The lead goes back to marketing.",
            "marketing_qualified",
            "gave this lead back to marketing already: 12 March",
        ),
        (
            "excluded",
            "This person is excluded.",
            "marketing_qualified",
            "excluded this person already: 12 March",
        ),
    ],
)
def test_a_person_decides_what_becomes_of_a_held_lead(
    sign_in: SignIn, strict: House, decision: str, said: str, state: str, too_late: str
) -> None:
    lead = held_lead(strict)
    kim = sign_in("marketing")
    kim.site.services.world = replace(kim.site.services.world, program=strict.program)
    page = words(kim.get(HELD).text)
    assert "Anna Berg , Beispiel GmbH" in page
    assert "Our own people 1 1 0 0 0 0 0" in page
    answer = kim.post(f"{HELD}/{lead}", decision=decision, note="she asked me")
    assert said in kim.get(answer.headers["Location"]).text
    strict.run()
    assert strict.lead().stage == state
    [row] = strict.rows(held_leads)
    assert (row.decision, row.decided_by, row.note) == (decision, "kim@example.com", "she asked me")
    again = kim.post(f"{HELD}/{lead}", decision="released", note="<i>she</i> asked me")
    assert again.status_code == 409
    assert f"Kim Beispiel {too_late}" in again.text
    assert "Your note was not kept; here it is, so that you can copy it:" in again.text
    assert "&lt;i&gt;she&lt;/i&gt; asked me" in again.text
    assert [one["href"] for one in Outline(again.text).all("a") if "aria-current" in one] == [HELD, HELD]
    person = str(strict.lead().id)
    assert [one.what for one in strict.rows(audit_log) if one.subject == person] == [f"lead.{decision}"]


def test_what_was_handed_over_by_itself_is_told_from_what_is_no_lead_any_more(
    sign_in: SignIn, strict: House
) -> None:
    held_lead(strict)
    strict.lead_by_form()
    for name in ("ben", "carla"):
        lead = held_lead(strict, f"{name}@beispiel.example")
        with strict.unit() as unit:
            decide(unit.connection, [lead], LAPSED, unit.now)
    kim = sign_in("marketing")
    kim.site.services.world = replace(kim.site.services.world, program=strict.program)
    assert "Our own people 3 0 0 0 0 1 2" in words(kim.get(HELD).text)


@pytest.fixture
def full(strict: House) -> House:
    """The same, and everybody in sales has had the only lead of today."""
    people = {key: replace(one, brake=Brake(a_day=1)) for key, one in strict.program.people.items()}
    strict.program = replace(strict.program, people=people)
    strict.__post_init__()
    for number in range(len(people)):
        strict.click_two(strict.subscriber(f"first@firma{number}.example"))
    return strict


def test_who_waits_for_room_stands_apart_and_need_not_be_released(sign_in: SignIn, full: House) -> None:
    lead = held_lead(full)
    kim = sign_in("marketing")
    kim.site.services.world = replace(kim.site.services.world, program=full.program)
    assert "Waiting for room in sales" not in words(kim.get(HELD).text)
    answer = kim.post(f"{HELD}/{lead}", decision="released")
    page = kim.get(answer.headers["Location"]).text
    assert "The lead is released. It waits until somebody in sales has room." in words(page)
    assert "as soon as somebody in sales has room, they are handed over by themselves" in words(page)
    assert "Waiting for a decision" not in words(page)
    assert re.findall(r'name="decision" value="(\w+)"', page) == ["returned", "excluded"]
    [waits] = [row for row in full.rows(held_leads) if row.decided_at is None]
    kim.post(f"{HELD}/{waits.id}", decision="returned")
    assert "Waiting for room in sales" not in words(kim.get(HELD).text)


def test_who_waits_for_room_cannot_be_released_by_a_form_of_one_s_own(sign_in: SignIn, full: House) -> None:
    lead = held_lead(full)
    kim = sign_in("marketing")
    kim.site.services.world = replace(kim.site.services.world, program=full.program)
    kim.post(f"{HELD}/{lead}", decision="released")
    [waits] = [row for row in full.rows(held_leads) if row.decided_at is None]
    before, logged = full.rows(held_leads), len(full.rows(audit_log))
    answer = kim.post(f"{HELD}/{waits.id}", decision="released")
    assert full.rows(held_leads) == before
    assert [row.what for row in full.rows(audit_log)][logged:] == ["held_leads.listed"]
    said = words(answer.text)
    assert "This lead waits for room in sales. Nobody need release it." in said


def a_hundred(house: House) -> None:
    """Sixty leads that a filter holds, and sixty that wait for room, in turns."""
    statement = """
        with people as (insert into profiles (id, email, email_key, fields, created_at)
            select gen_random_uuid(), 'p' || n, 'p' || n,
                jsonb_build_object('last_name', 'Lead-' || lpad(n::text, 3, '0')), :now
            from generate_series(0, 119) n returning id, fields)
        insert into held_leads (id, profile_id, why, rule, cause, because_of, score, at)
        select gen_random_uuid(), id, case n % 2 when 0 then 'filter' else 'capacity' end,
            case n % 2 when 0 then 'own' end, 'points', gen_random_uuid(), 2, :now - (200 - n) * interval '1 minute'
        from people, lateral (select right(fields ->> 'last_name', 3)::integer as n) number
    """
    with house.engine.begin() as connection:
        connection.execute(text(statement), {"now": house.clock()})


def test_what_is_held_is_read_page_by_page_under_a_heading_of_its_own(sign_in: SignIn, house: House) -> None:
    a_hundred(house)
    kim = sign_in("marketing")
    page = kim.get(HELD).text
    decide, room = page.index("Waiting for a decision"), page.index("Waiting for room in sales")
    by_filter, for_room = (
        [f"Lead-{number:03}" for number in range(0, 120, 2)],
        [f"Lead-{number:03}" for number in range(1, 120, 2)],
    )
    assert shown(page[decide:room]) == by_filter[:50]
    assert shown(page[room:]) == for_room[:50]
    further = [re.sub("&amp;", "&", url) for url in re.findall(r'rel="next" href="([^"]+)"', page)]
    for url, heading, other, rest in (
        (further[0], "Waiting for a decision", "Waiting for room in sales", by_filter[50:]),
        (further[1], "Waiting for room in sales", "Waiting for a decision", for_room[50:]),
    ):
        page = kim.get(url).text
        assert (heading in page, other in page) == (True, False)
        assert shown(page) == rest
        assert f'rel="prev" href="{HELD}"' in page
        assert 'rel="next"' not in page
    with house.engine.begin() as connection:
        connection.execute(text("delete from held_leads where why = 'capacity'"))
    assert kim.get(further[1]).headers["Location"] == HELD
    assert shown(kim.get(f"{HELD}?why=elsewhere&after=never").text) == by_filter[:50]


def shown(page: str) -> list[str]:
    """The names of those leads, as they stand one below the other."""
    return re.findall(r"<strong>(Lead-\d+)</strong>", page)


@pytest.mark.parametrize(("role", "links"), [("marketing", 1), ("sales", 0)])
def test_the_person_s_page_says_that_the_lead_is_held_and_why(
    sign_in: SignIn, full: House, role: Role, links: int
) -> None:
    lead = held_lead(full)
    kim = sign_in(role)
    kim.site.services.world = replace(kim.site.services.world, program=full.program)
    url = f"/console/profiles/{full.lead().id}"
    page = kim.get(url).text
    assert "This lead is held before sales: Our own people. It waits for a decision." in words(page)
    assert page.count(">To what is held</a>") == links
    with full.unit() as unit:
        decide_held.release(unit, lead, "somebody")
    page = kim.get(url).text
    assert "This lead waits for room in sales and is then handed over by itself." in words(page)
    assert page.count(">To what is held</a>") == links
    full.tick(days=1)
    assert "for room in sales" not in words(kim.get(url).text)


def test_no_other_decision_is_known(sign_in: SignIn, strict: House) -> None:
    lead = held_lead(strict)
    assert sign_in("marketing").post(f"{HELD}/{lead}", decision="forgotten").status_code == 400
    assert [row.decision for row in strict.rows(held_leads)] == [None]


def test_who_is_in_sales_decides_nothing_here(sign_in: SignIn, house: House) -> None:
    form = held_form(house)
    sales = sign_in("sales")
    assert sales.get(HELD).status_code == 403
    assert sales.post(f"{HELD}/forms/{form}/release").status_code == 403
    assert [row.state for row in house.rows(submissions)] == ["held"]


def test_every_page_shows_who_may_decide_how_much_waits(sign_in: SignIn, strict: House) -> None:
    held_lead(strict)
    held_form(strict, "b@firma.example")
    held_form(strict, "c@firma.example")
    for role, shown in (("marketing", True), ("sales", False), ("viewer", False)):
        page = words(sign_in(role, f"{role}@example.com").get("/console/programme").text)
        assert ("Held 3 waiting for a decision" in page) == shown
    kim = sign_in("marketing")
    for [form] in [(row.id,) for row in strict.rows(submissions) if row.state == "held"]:
        kim.post(f"{HELD}/forms/{form}/drop")
    assert "Held 1 waiting for a decision" in words(kim.get("/console").text)
    [lead] = strict.rows(held_leads)
    kim.post(f"{HELD}/{lead.id}", decision="returned")
    assert "waiting for a decision" not in words(kim.get("/console").text)


def test_who_waits_for_room_is_no_decision_to_make(sign_in: SignIn, full: House) -> None:
    lead = held_lead(full)
    with full.unit() as unit:
        decide_held.release(unit, lead, "somebody")
    kim = sign_in("marketing")
    assert "waiting for a decision" not in words(kim.get("/console").text)
    assert "Leads 0 Forms 0" in words(kim.get("/console/held").text)


def test_from_a_hundred_on_nobody_counts(sign_in: SignIn, house: House) -> None:
    a_hundred(house)
    kim = sign_in("marketing")
    assert "Held 60 waiting for a decision" in words(kim.get("/console").text)
    with house.engine.begin() as connection:
        connection.execute(text("update held_leads set why = 'filter'"))
    assert "Held 99+ waiting for a decision" in words(kim.get("/console").text)


def many_held_forms(house: House) -> None:
    """Sixty call-backs and sixty forms for marketing, in turns."""
    statement = """
        insert into submissions (id, form, source, key, content_hash, state, held_because, received_at, at, fields,
            consents, context)
        select gen_random_uuid(), case n % 2 when 0 then 'webinar' else 'rueckruf' end, 'browser', n::text, n::text,
            'held', 'honeypot', :now - (200 - n) * interval '1 minute', :now,
            jsonb_build_object('message', 'Form-' || lpad(n::text, 3, '0')), '{}', '{}'
        from generate_series(0, 119) n
    """
    with house.engine.begin() as connection:
        connection.execute(text(statement), {"now": house.clock()})


def test_forms_for_sales_stand_first_among_those_that_are_held(sign_in: SignIn, house: House) -> None:
    many_held_forms(house)
    kim = sign_in("marketing")
    page = kim.get(f"{HELD}/forms").text
    found = re.findall(r"Form-(\d+)", page)
    assert found == [f"{n:03}" for n in range(1, 100, 2)] + [f"{n:03}" for n in range(0, 100, 2)]
    assert page.count('<span class="badge hot">For sales</span>') == 50
    assert page.index("Perhaps somebody waits for sales") < page.index("Other forms")
    further = [re.sub("&amp;", "&", url) for url in re.findall(r'rel="next" href="([^"]+)"', page)]
    for url, rest in zip(further, (range(101, 120, 2), range(100, 120, 2)), strict=True):
        assert re.findall(r"Form-(\d+)", kim.get(url).text) == [f"{n:03}" for n in rest]


@pytest.mark.parametrize(("which", "gone"), [(0, "rueckruf"), (1, "webinar")])
def test_a_page_of_held_forms_that_is_empty_by_now_leads_to_the_beginning(
    sign_in: SignIn, house: House, which: int, gone: str
) -> None:
    many_held_forms(house)
    kim = sign_in("marketing")
    url = re.findall(r'rel="next" href="([^"]+)"', kim.get(f"{HELD}/forms").text)[which].replace("&amp;", "&")
    with house.engine.begin() as connection:
        connection.execute(text("delete from submissions where form = :gone"), {"gone": gone})
    answer = kim.get(url)
    assert (answer.status_code, answer.headers.get("Location")) == (302, f"{HELD}/forms")
    assert "Nothing is held." not in kim.get(f"{HELD}/forms").text
    with house.engine.begin() as connection:
        connection.execute(text("delete from submissions"))
    assert "Nothing is held." in kim.get(f"{HELD}/forms").text
