"""People on the console: found, looked at, excluded; and their companies."""

import re
from datetime import date, timedelta
from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from bridge.ids import new_id
from bridge.store.events import EventRow
from bridge.store.events import add as add_events
from bridge.store.tables import audit_log, handovers
from tests.edge.console.conftest import Colleague, SignIn
from tests.edge.site import Outline, words
from tests.house import ANNA, House

BEN = "ben@muster.example"
NOTE = "\N{MUSICAL SYMBOL EIGHTH NOTE}"  # one sign, which takes three when it is compared
BUYS = {"form": "webinar", "role": "Einkauf"}


@pytest.fixture
def kim(sign_in: SignIn, house: House) -> Colleague:
    """Kim of marketing is signed in; Anna is handed over, Ben sent a form."""
    house.lead_by_points()
    house.submit(email=BEN, first_name="Ben", last_name="Müller-Lüdenscheidt", company="Muster AG", **BUYS)
    return sign_in("marketing")


def listed(kim: Colleague, query: str = "") -> list[str]:
    """The addresses in the list."""
    page = kim.get(f"/console/profiles{query}")
    assert page.status_code == 200
    return [one for one in (ANNA, BEN) if one in page.text]


def id_of(house: House, email: str = ANNA) -> UUID:
    return house.lead(email).id


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [ANNA, BEN]),
        ("?q=muller", [BEN]),
        ("?q=Mueller", [BEN]),
        ("?q=M%C3%9CLLER", [BEN]),
        ("?q=Lüd+ben", [BEN]),
        ("?q=müller-lüdenscheidt", [BEN]),
        ("?q=anna@beispiel.example", [ANNA]),
        ("?q=@muster.example", [BEN]),
        ("?q=ben+beispiel", []),
        ("?q=einkauf", [BEN]),
        ("?stage=sales_qualified", [ANNA]),
        ("?state=unconfirmed", [BEN]),
        ("?state=excluded", []),
        ("?state=held", []),
        ("?source=google+/+cpc", [ANNA, BEN]),
        ("?source=partner", []),
        ("?source=direct", []),
        (f"?q={200 * NOTE}&source={200 * NOTE}", []),
        ("?interest=sepa", [ANNA]),
        ("?interest=sepa&topic=sepa", []),
        ("?interest=no+such+topic", [ANNA, BEN]),
        ("?order=alive", [ANNA, BEN]),
        ("?order=alive&q=ben", [BEN]),
        ("?order=alive&stage=won", []),
        ("?from=8", [ANNA]),
        ("?to=7", [BEN]),
        ("?order=score&q=e", []),
        ("?stage=such+there+is+none", [ANNA, BEN]),
        ("?from=many&after=nowhere~at~all", [ANNA, BEN]),
    ],
)
def test_people_are_found_by_what_is_known_of_them(kim: Colleague, query: str, found: list[str]) -> None:
    assert listed(kim, query) == found


def test_a_list_says_how_many_there_are_and_whoever_looks_is_written_down(
    kim: Colleague, house: House
) -> None:
    page = kim.get("/console/profiles?q=ben")
    assert "1 person" in words(page.text)
    noted = [row for row in house.rows(audit_log) if row.what == "people.listed"]
    assert [(row.who, row.details) for row in noted] == [("kim@example.com", {"shown": 1, "asked": ["q"]})]


def test_who_waits_for_somebodys_answer_is_theirs_in_the_list_and_told_apart(
    kim: Colleague, house: House
) -> None:
    person = house.lead().handovers[0].sales_person
    whose = next(id for id, one in house.program.people.items() if one.name == person)
    other = {"mira": "jonas", "jonas": "mira"}[whose]
    assert f"{person} (not accepted yet)" in words(kim.get("/console/profiles").text)
    for order in ("newest", "score", "alive"):
        assert listed(kim, f"?order={order}&owner={whose}") == [ANNA]
        assert listed(kim, f"?order={order}&owner={whose}&q=anna&stage=sales_qualified") == [ANNA]
        assert listed(kim, f"?order={order}&owner={whose}&q=ben") == []
        assert listed(kim, f"?order={order}&owner={whose}&stage=won") == []
        assert listed(kim, f"?order={order}&owner={other}") == []
    house.answer(house.to_sales()[-1], "accepted")
    assert listed(kim, f"?owner={whose}") == [ANNA]
    assert "not accepted yet" not in words(kim.get("/console/profiles").text)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?owner=zzz", "“zzz” is nothing to choose, and was left out: Looked after by."),
        ("?stage=zzz", "“zzz” is nothing to choose, and was left out: Stage."),
        ("?state=zzz", "“zzz” is nothing to choose, and was left out: Particulars."),
        ("?order=zzz", "“zzz” is nothing to choose, and was left out: Sorted."),
        ("?from=abc", "“abc” is no whole number, and was left out: Points from."),
        (
            "?q=%25",
            "“%” has neither letters nor digits, and was left out: Name, address, company, role or telephone number.",
        ),
        ("?source=*", "“*” has neither letters nor digits, and was left out: Channel or campaign."),
    ],
)
def test_what_means_nothing_is_left_out_and_the_page_says_so(kim: Colleague, query: str, said: str) -> None:
    assert listed(kim, query) == [ANNA, BEN]
    assert said in words(kim.get(f"/console/profiles{query}").text)


@pytest.mark.parametrize("query", ["q=_", "q=@", "q=.", "q=@%5C", "q=@+ben", "source=@"])
def test_signs_alone_are_nothing_to_look_for(kim: Colleague, query: str) -> None:
    page = kim.get(f"/console/profiles?{query}")
    assert page.status_code == 200 and BEN in page.text


def test_points_that_nobody_can_have_are_told(kim: Colleague) -> None:
    assert listed(kim, "?from=10&to=5") == []
    said = "“Points from” is more than “Points to”: nobody has such points."
    assert said in words(kim.get("/console/profiles?from=10&to=5").text)
    assert said not in words(kim.get("/console/profiles?from=5&to=5").text)


def test_whoever_came_by_no_channel_is_found_as_the_results_call_them(kim: Colleague, house: House) -> None:
    house.submit(email="carl@muster.example", context={"utm": {}})
    house.submit(email="dora@muster.example", context={"utm": {"source": "directmail"}})
    for source in ("direct", "directly, or unknown"):
        page = kim.get("/console/profiles", query_string={"source": source})
        assert "carl@muster.example" in page.text
        assert not {one for one in (ANNA, BEN, "dora@muster.example") if one in page.text}


def test_what_was_asked_for_stands_in_the_form_again_and_can_do_no_harm(kim: Colleague) -> None:
    page = kim.get("/console/profiles?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E'%5C%3A*&source='%20%7C%20x:*")
    assert page.status_code == 200
    assert Outline(page.text).value("q") == "\"><script>alert(1)</script>'\\:*"
    assert "Nobody is like that" in page.text


def test_nobody_is_told_apart_from_nobody_yet(sign_in: SignIn) -> None:
    kim = sign_in("sales")
    assert "Nobody is known yet" in kim.get("/console/profiles").text
    german = kim.get("/console/profiles", headers={"Accept-Language": "de"}).text
    assert "Noch ist niemand bekannt" in german


def test_pages_follow_each_other_and_leave_nobody_out(sign_in: SignIn, house: House) -> None:
    for number in range(60):
        house.submit(email=f"person{number}@muster.example")
        house.clock.move(seconds=1)
    kim = sign_in("sales")
    for order in ("newest", "score", "alive"):
        first = kim.get(f"/console/profiles?q=muster&order={order}").text
        assert "60 people" in words(first)
        [after] = [one["href"] for one in Outline(first).all("a") if one.get("rel") == "next"]
        seen = [
            re.findall(r"person\d+@", kim.get(url).text)
            for url in (f"/console/profiles?q=muster&order={order}", after)
        ]
        assert [len(one) for one in seen] == [50, 10]
        assert len({*seen[0], *seen[1]}) == 60
        assert seen[0][0] == "person59@"


def test_whoever_did_something_last_stands_first(sign_in: SignIn, house: House) -> None:
    letter = house.subscriber()
    house.clock.move(hours=1)
    house.submit(email=BEN)
    kim = sign_in("sales")

    def order() -> list[str]:
        page = kim.get("/console/profiles?order=alive").text
        return sorted((ANNA, BEN), key=page.index)

    assert order() == [BEN, ANNA]
    house.clock.move(hours=1)
    house.click(letter, 1, method="HEAD")
    house.tick(hours=1)
    assert order() == [BEN, ANNA], "a machine's click is no sign of life"
    house.click_two(letter)
    assert order() == [ANNA, BEN]


def test_all_that_happened_is_read_page_by_page(sign_in: SignIn, house: House) -> None:
    house.subscriber()
    person = id_of(house)
    with house.unit() as unit:
        visited = [
            EventRow(
                new_id(),
                person,
                "page.visited",
                at,
                at,
                data={"subject": f"Page {number:03}"},
                verdict="human",
            )
            for number in range(180)
            for at in [house.clock() - timedelta(minutes=number)]
        ]
        add_events(unit.connection, visited)
    mira = sign_in("sales")
    first = mira.get(f"/console/profiles/{person}").text
    [url] = [one["href"] for one in Outline(first).all("a") if one["href"].endswith("/events")]
    seen: list[str] = []
    while url:
        page = mira.get(url).text
        seen += re.findall(r"Page \d{3}", page)
        url = next((one["href"] for one in Outline(page).all("a") if one.get("rel") == "next"), "")
    assert seen == [f"Page {number:03}" for number in range(180)]
    assert mira.get(f"/console/profiles/{UUID(int=7)}/events").status_code == 404


def test_the_story_of_a_lead_is_told_in_the_readers_language(sign_in: SignIn, house: House) -> None:
    house.answer(house.lead_by_form(), "come_back", on=date(2026, 3, 16))
    who, kim = house.lead().handovers[0].sales_person, sign_in("marketing")
    for page in (f"/console/profiles/{id_of(house)}", f"/console/profiles/{id_of(house)}/events"):
        english, german = kim.get(page).text, kim.get(page, headers={"Accept-Language": "de"}).text
        assert f"To come back on 16 March 2026 ({who})" in words(english)
        assert f"Handed over to {who}" in words(english)
        assert f"Wieder am 16. März 2026 ({who})" in words(german)


def test_a_person_has_a_page_and_whoever_opens_it_is_written_down(kim: Colleague, house: House) -> None:
    page = kim.get(f"/console/profiles/{id_of(house)}")
    assert page.status_code == 200
    assert "Anna Berg" in page.text
    noted = [row for row in house.rows(audit_log) if row.what == "person.seen"]
    assert [(row.kind, row.subject) for row in noted] == [("profile", str(id_of(house)))]


def answer_url(page: TestResponse) -> str:
    """Where the forms of a person's page send what sales answers."""
    [url] = {one["action"] for one in Outline(page.text).all("form") if one["action"].endswith("/outcome")}
    return url


def test_a_page_that_refuses_an_answer_is_written_down_as_well(kim: Colleague, house: House) -> None:
    [row] = house.rows(handovers)
    answer = kim.post(f"/console/profiles/{id_of(house)}/handovers/{row.id}/outcome", outcome="won")
    assert answer.status_code == 409
    assert [row.what for row in house.rows(audit_log) if row.subject == str(id_of(house))] == ["person.seen"]


def test_whom_nobody_knows_has_no_page(kim: Colleague) -> None:
    assert kim.get(f"/console/profiles/{UUID(int=7)}").status_code == 404
    for domain in ("nobody.example", "%00", "be%00ispiel"):
        assert kim.get(f"/console/companies/{domain}").status_code == 404


@pytest.mark.parametrize(
    "path", ["/console/profiles", "/console/profiles/{id}", "/console/companies/beispiel.example"]
)
def test_whoever_may_read_results_only_sees_nobody(sign_in: SignIn, house: House, path: str) -> None:
    house.subscriber()
    assert sign_in("viewer").get(path.format(id=id_of(house))).status_code == 403


def test_marketing_excludes_somebody_and_takes_it_back(kim: Colleague, house: House) -> None:
    url = f"/console/profiles/{id_of(house, BEN)}"
    answer = kim.post(f"{url}/exclusion")
    assert answer.headers["Location"] == f"{url}?done=excluded"
    assert house.lead(BEN).excluded
    assert listed(kim, "?state=excluded") == [BEN]
    kim.post(f"{url}/exclusion", lift="1")
    assert not house.lead(BEN).excluded
    done = [row.what for row in house.rows(audit_log) if row.subject and row.what != "person.seen"]
    assert done == ["person.excluded", "person.included"]


def test_sales_excludes_nobody(sign_in: SignIn, house: House) -> None:
    house.subscriber()
    mira = sign_in("sales")
    url = f"/console/profiles/{id_of(house)}"
    assert mira.post(f"{url}/exclusion").status_code == 403
    assert "Exclude this person" not in mira.get(url).text


def test_a_company_shows_its_people_their_roles_and_what_sales_made_of_them(
    kim: Colleague, house: House
) -> None:
    house.submit(
        form="webinar",
        email="carl@beispiel.example",
        first_name="Carl",
        last_name="Cordes",
        role="Geschäftsführung",
    )
    text = words(kim.get("/console/companies/beispiel.example").text)
    for part in ("Beispiel GmbH", "Carl Cordes", "Anna Berg", "Geschäftsführung", "Waiting for an answer"):
        assert part in text
    assert "Müller" not in text


def test_sales_answers_on_the_page_and_the_log_says_who(kim: Colleague, house: House) -> None:
    url = f"/console/profiles/{id_of(house)}"
    assert "Accept for " in kim.get(url).text
    answer = kim.post(answer_url(kim.get(url)), outcome="accepted")
    assert answer.headers["Location"] == f"{url}?done=accepted"
    assert house.lead().stage == "accepted"
    [noted] = [row for row in house.rows(audit_log) if row.what == "handover.accepted"]
    assert (noted.who, noted.subject) == ("kim@example.com", str(id_of(house)))


def test_an_answer_that_lacks_something_is_asked_for_again_with_what_was_typed(
    kim: Colleague, house: House
) -> None:
    url = f"/console/profiles/{id_of(house)}"
    answer = kim.post(answer_url(kim.get(url)), outcome="rejected", note="Not in this decade")
    assert answer.status_code == 422
    assert "Not in this decade" in answer.text
    assert house.lead().stage == "sales_qualified"


def test_a_hand_over_is_answered_on_the_page_of_its_person_only(kim: Colleague, house: House) -> None:
    [row] = house.rows(handovers)
    url = f"/console/profiles/{id_of(house, BEN)}/handovers/{row.id}/outcome"
    assert kim.post(url, outcome="accepted").status_code == 404
    assert house.lead().stage == "sales_qualified"


def test_whoever_presses_twice_sends_a_lead_on_once(kim: Colleague, house: House) -> None:
    url = f"/console/profiles/{id_of(house)}"
    pressed = answer_url(kim.get(url))
    twice = [kim.post(pressed, outcome="rejected", reason="wrong-territory", note="Berlin") for _ in range(2)]
    assert [one.headers["Location"] for one in twice] == [f"{url}?done=rerouted"] * 2
    rows = sorted(house.rows(handovers), key=lambda row: row.crossing)
    assert [row.state for row in rows] == ["rejected", "open"]
    assert rows[0].sales_person != rows[1].sales_person


def test_a_page_of_yesterday_answers_for_no_hand_over_of_today(kim: Colleague, house: House) -> None:
    url = f"/console/profiles/{id_of(house)}"
    old = answer_url(kim.get(url))
    house.answer(house.to_sales()[-1], "rejected", reason="wrong-territory", note="Berlin")
    assert kim.post(old, outcome="accepted").status_code == 409
    assert sorted(row.state for row in house.rows(handovers)) == ["open", "rejected"]


def test_an_answer_that_was_pressed_twice_is_recorded_and_not_refused(kim: Colleague, house: House) -> None:
    pressed = answer_url(kim.get(f"/console/profiles/{id_of(house)}"))
    twice = [kim.post(pressed, outcome="rejected", reason="no-budget") for _ in range(2)]
    assert [one.status_code for one in twice] == [303, 303]
    assert [row.reason for row in house.rows(handovers)] == ["no-budget"]


def test_what_somebody_also_gave_is_taken_over_by_the_box_on_the_page(kim: Colleague, house: House) -> None:
    house.submit(email=ANNA, company="Berg und Söhne")
    url = f"/console/profiles/{id_of(house)}"
    [box] = [one for one in Outline(kim.get(url).text).all("input") if one.get("type") == "checkbox"]
    assert box["name"] == "field"
    kim.post(f"{url}/fields", field=box["value"])
    assert house.lead().company == "Berg und Söhne"


def test_whose_lead_it_is_finds_the_way_to_their_own_page(sign_in: SignIn, house: House) -> None:
    house.lead_by_form()
    person = house.lead().id
    seen = {
        who: sign_in("sales", f"{who}@example.com", who).get(f"/console/profiles/{person}").text
        for who in ("mira", "jonas")
    }
    assert sorted("/leads/" in text for text in seen.values()) == [False, True]
