"""What sales takes along from a lead's page, and what it notes, puts off and passes on there."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from icalendar import Calendar

from bridge.program.desk import Absence
from bridge.program.model import SalesLink
from bridge.store import handovers as stored
from bridge.store import profiles
from bridge.store.tables import handovers, link_openings
from tests.edge.signing_in import sign_in
from tests.edge.site import Site, is_locked_down, words
from tests.edge.test_leads import answer, handed_over
from tests.edge.test_pages import link, snapshot
from tests.house import House

PHONE = "+49 30 23125 010"
HOME = {"street": "Am Markt 3", "postcode": "10115", "city": "Berlin"}


@pytest.fixture
def path(site: Site, house: House) -> str:
    """The link in the mail to sales after a request for a call, in a browser that showed its code."""
    house.submit(form="rueckruf", allows=(), phone=PHONE)
    house.clock.move(minutes=10)
    path = link(house.to_sales()[-1], "leads")
    sign_in(site, house, path)
    return path


def lives_at(house: House, **home: str) -> None:
    """Anna's address becomes known."""
    with house.unit() as unit:
        profile = profiles.get(unit.connection, house.lead().id)
        profiles.change(unit.connection, profile.id, fields={**profile.fields, **home})


def test_what_to_do_stands_at_the_top_and_until_when(site: Site, path: str) -> None:
    said = words(site.get(path).text)
    assert "Was zu tun ist Heute anrufen , bis 12. März 2026, 17:00" in said
    assert said.index("Was zu tun ist") < said.index("Was ist daraus geworden")


def test_the_mail_says_it_too(house: House) -> None:
    letter = house.lead_by_form()
    assert "Was zu tun ist: Heute anrufen, bis 12. März 2026, 17:00\n" in letter.text
    assert "Heute anrufen" in letter.html


def test_what_was_to_do_yesterday_is_overdue_and_not_called_today_any_more(
    site: Site, house: House, path: str
) -> None:
    house.clock.move(days=1)
    sign_in(site, house, path)
    page = words(site.get(path).text)
    assert "Was zu tun ist Anrufen , bis 12. März 2026, 17:00 Aufgabe überfällig" in page
    assert "erwartet. Antwort überfällig" in page
    answer(site, path, "accepted")
    assert "Was zu tun ist Anrufen In meinen Kalender" in words(site.get(path).text), "and may be done"


def test_a_letter_comes_as_a_page_or_as_text(site: Site, house: House, path: str) -> None:
    assert site.get(f"{path}/letter").status_code == 404, "nobody knows where she lives"
    assert "/letter" not in site.get(path).text
    lives_at(house, **HOME)
    assert f'href="{path}/letter"' in site.get(path).text
    printed = site.get(f"{path}/letter")
    assert (printed.mimetype, printed.data[:5]) == ("application/pdf", b"%PDF-")
    assert "attachment" in printed.headers["Content-Disposition"]
    text = site.get(f"{path}/letter?as=text")
    assert text.mimetype == "text/plain"
    assert "10115 Berlin" in text.text
    for response in (printed, text):
        assert response.headers["Cache-Control"] == "no-store"


def test_a_name_that_no_font_has_comes_as_text(site: Site, house: House, path: str) -> None:
    lives_at(house, **HOME, last_name="Wałęsa")
    written = site.get(f"{path}/letter")
    assert (written.status_code, written.mimetype) == (200, "text/plain")
    assert "Anna Wałęsa" in written.text


def test_who_wants_no_contact_gets_no_letter(site: Site, house: House, path: str) -> None:
    lives_at(house, **HOME)
    answer(site, path, "rejected", reason="no-contact")
    assert site.get(f"{path}/letter").status_code == 404


@pytest.mark.parametrize(
    ("query", "begins"),
    [
        ("", "2026-03-13T11:30:00+00:00"),  # half an hour before the answer is due
        ("?on=2026-03-20", "2026-03-20T08:00:00+00:00"),
        ("?on=2026-03-12", "2026-03-12T13:00:00+00:00"),  # today: the next full hour
    ],
)
def test_what_is_to_do_goes_into_the_calendar(site: Site, path: str, query: str, begins: str) -> None:
    response = site.get(f"{path}/appointment.ics{query}")
    assert response.mimetype == "text/calendar"
    [event] = Calendar.from_ical(response.data).walk("VEVENT")
    assert event.decoded("dtstart").isoformat() == begins
    assert event["summary"] == "Anrufen: Anna Berg, Beispiel GmbH"
    assert PHONE in str(event["description"])
    assert response.headers["Content-Disposition"] == 'attachment; filename="termin-anna-berg.ics"'


@pytest.mark.parametrize("day", ["2020-03-20", "2026-03-11", "soon", "2099-01-01", "2026-02-30"])
def test_a_day_that_cannot_be_planned_is_refused_and_said(site: Site, path: str, day: str) -> None:
    response = site.get(f"{path}/appointment.ics?on={day}")
    assert (response.status_code, response.mimetype) == (422, "text/html")
    assert is_locked_down(response)
    assert "Bitte nennen Sie" in words(response.text)


def test_what_is_overdue_is_planned_for_the_next_hour_of_work(site: Site, house: House, path: str) -> None:
    house.clock.now = handed_over(house).due_at + timedelta(days=1, hours=6)  # Saturday evening
    sign_in(site, house, path)
    [event] = Calendar.from_ical(site.get(f"{path}/appointment.ics").data).walk("VEVENT")
    assert event.decoded("dtstart").isoformat() == "2026-03-16T08:00:00+00:00"


@pytest.mark.parametrize(("measure", "title"), [("letter", "Brief schreiben"), (None, "Melden")])
def test_an_appointment_is_called_after_the_task(
    site: Site, house: House, path: str, measure: str | None, title: str
) -> None:
    with house.unit() as unit:
        stored.change(unit.connection, handed_over(house).id, measure=measure)
    [event] = Calendar.from_ical(site.get(f"{path}/appointment.ics").data).walk("VEVENT")
    assert event["summary"] == f"{title}: Anna Berg, Beispiel GmbH"


@pytest.mark.parametrize(("by", "leads_to"), [("device", "/leads/"), ("open", "/console/handovers/")])
def test_an_appointment_links_to_a_page_that_a_stranger_cannot_open(
    site: Site, path: str, by: SalesLink, leads_to: str
) -> None:
    world = site.services.world
    site.services.world = replace(world, program=replace(world.program, sales_link=by))
    [event] = Calendar.from_ical(site.get(f"{path}/appointment.ics").data).walk("VEVENT")
    assert leads_to in str(event["url"]), "calendars are shared"
    assert str(event["url"]) in str(event["description"])


@pytest.mark.parametrize("name", ["letter", "appointment.ics"])
def test_a_strange_browser_gets_neither(site: Site, house: House, path: str, name: str) -> None:
    lives_at(house, **HOME)
    site.post(f"{path}/sign-out")
    page = site.get(f"{path}/{name}")
    assert page.mimetype == "text/html"
    assert is_locked_down(page)
    assert "Anna" not in page.text


@pytest.mark.parametrize("name", ["letter", "appointment.ics"])
def test_taking_something_along_is_noted_and_changes_nothing_else(
    site: Site, house: House, path: str, name: str
) -> None:
    lives_at(house, **HOME)
    before, noted = snapshot(house.engine), len(house.rows(link_openings))
    site.get(f"{path}/{name}")
    assert snapshot(house.engine) == before
    assert len(house.rows(link_openings)) == noted + 1


def test_sales_comes_back_on_a_date(site: Site, house: House, path: str) -> None:
    assert "Datum" in answer(site, path, "come_back", 422)
    answer(site, path, "come_back", date="2026-03-20", note="Budgetrunde")
    row = handed_over(house)
    who = house.program.person_name(row.sales_person)
    assert row.note == f"12. März 2026, 13:10 – wieder melden am 20. März 2026 ({who}): Budgetrunde"
    assert f"{row.due_at:%Y-%m-%d}" == "2026-03-20"
    assert "Was zu tun ist Anrufen , bis 20. März 2026, 17:00" in words(site.get(path).text)


def test_a_day_that_was_agreed_is_the_day_of_the_task_however_long_an_answer_may_take(
    site: Site, path: str
) -> None:
    world = site.services.world
    site.services.world = replace(world, program=replace(world.program, response_hours=24))
    answer(site, path, "come_back", date="2026-03-20")
    assert "Was zu tun ist Anrufen , bis 20. März 2026, 17:00" in words(site.get(path).text)
    [event] = Calendar.from_ical(site.get(f"{path}/appointment.ics").data).walk("VEVENT")
    assert event.decoded("dtstart").isoformat() == "2026-03-20T08:00:00+00:00"


def test_a_note_and_an_amount_are_kept(site: Site, house: House, path: str) -> None:
    assert "Notiz oder einen Betrag" in words(answer(site, path, "note", 422))
    for _ in range(2):
        answer(site, path, "note", note="Zwei Standorte <b>", amount="9.000", currency="EUR")
    row = handed_over(house)
    assert row.amount == Decimal(9000)
    who = house.program.person_name(row.sales_person)
    assert row.note == f"12. März 2026, 13:10 – in Aussicht: 9.000,00\xa0€ ({who}): Zwei Standorte <b>", (
        "pressed twice, noted once"
    )
    page = site.get(path).text
    assert "Zwei Standorte &lt;b&gt;" in page
    assert "9.000,00" in page


def test_a_lead_is_passed_on_to_a_colleague(site: Site, house: House, path: str) -> None:
    letter = house.to_sales()[-1]
    mine = handed_over(house).sales_person
    other = next(one for one in house.program.people.values() if one.id != mine)
    answer(site, path, "forwarded", to=other.id, note="Deine Region <i>")
    due = house.clock() + timedelta(days=1)
    house.tick(minutes=1)
    mail = house.to_sales()[-1]
    assert (mail.recipient, mail.subject.partition(":")[0]) == (other.email, "An Sie weitergegeben")
    assert f"{house.program.people[mine].name} hat diesen Lead an Sie weitergegeben:" in mail.text
    assert "Deine Region &lt;i&gt;" in mail.html
    assert letter.recipient != mail.recipient
    row = handed_over(house)
    assert (row.sales_person, row.state, row.team) == (other.id, "open", other.team)
    assert row.route[-1].endswith(f"an {other.name} weitergegeben.")
    assert row.due_at == due


def test_who_is_away_is_seen_before_a_lead_is_passed_on(site: Site, path: str) -> None:
    away = (Absence(date(2026, 3, 2), date(2026, 3, 20)),)
    world = site.services.world
    people = {name: replace(one, away=away) for name, one in world.program.people.items()}
    assert "abwesend" not in site.get(path).text
    site.services.world = replace(world, program=replace(world.program, people=people))
    assert "(abwesend bis 20. März 2026)" in words(site.get(path).text)


def test_passing_on_twice_says_the_same_twice_and_does_it_once(site: Site, house: House, path: str) -> None:
    mine = handed_over(house).sales_person
    other = next(one for one in house.program.people if one != mine)
    first = site.post(f"{path}/outcome", {"outcome": "forwarded", "to": other, "note": "Deine Region"})
    house.tick(minutes=1)
    [noted] = [row.note for row in house.rows(handovers)]
    second = site.post(f"{path}/outcome", {"outcome": "forwarded", "to": other, "note": "Deine Region"})
    assert (second.status_code, second.headers["Location"]) == (303, first.headers["Location"])
    house.tick(minutes=1)
    assert [row.note for row in house.rows(handovers)] == [noted]
    assert house.to_sales()[-1].recipient == house.program.people[other].email
    assert len([one for one in house.to_sales() if one.subject.startswith("An Sie weitergegeben")]) == 1


def test_who_passes_a_lead_on_to_somebody_away_hears_what_follows(
    site: Site, house: House, path: str
) -> None:
    mine = handed_over(house).sales_person
    other = next(one for one in house.program.people.values() if one.id != mine)
    world, away = site.services.world, (Absence(date(2026, 3, 2), date(2026, 3, 20)),)
    people = {**world.program.people, other.id: replace(other, away=away)}
    answer(site, path, "forwarded", to=other.id)
    assert "abwesend" not in words(site.get(f"{path}?done=forwarded").text)
    site.services.world = replace(world, program=replace(world.program, people=people))
    page = words(site.get(f"{path}?done=forwarded").text)
    assert f"{other.name} ist bis 20. März 2026 abwesend" in page
    head = house.program.people.get(house.program.desk.teams[other.team or ""].lead or "")
    told = head.name if head and head.id != other.id else "niemand"
    assert f"Bleibt die Antwort aus, erfährt es {told}." in page
    alone = {other.id: replace(people[other.id], team=None)}
    for operator, told in ((None, "niemand"), ("betrieb@example.com", "wer Leadbridge betreibt")):
        program = replace(world.program, people=people | alone, desk=replace(world.program.desk, teams={}))
        site.services.world = replace(world, program=program, operator=operator)
        page = words(site.get(f"{path}?done=forwarded").text)
        assert f"Bleibt die Antwort aus, erfährt es {told}." in page


def test_who_passed_a_lead_on_sees_it_for_a_day_and_decides_nothing(
    site: Site, house: House, path: str
) -> None:
    mine = handed_over(house).sales_person
    head = house.program.desk.teams["dach"].lead
    if mine == head:
        answer(site, path, "forwarded", to=next(one for one in house.program.people if one != mine))
        return  # the head of a team may always answer
    answer(site, path, "forwarded", to=head or "")
    assert 'name="outcome"' not in site.get(path).text
    answer(site, path, "accepted", 409)


@pytest.mark.parametrize("to", ["", "nobody", "mira"])
def test_a_lead_goes_to_a_colleague_who_is_there(site: Site, house: House, path: str, to: str) -> None:
    to = handed_over(house).sales_person if to == "mira" else to
    before = snapshot(house.engine)
    assert "wer den Lead bekommt" in words(answer(site, path, "forwarded", 422, to=to, note="weg"))
    assert snapshot(house.engine) == before


@pytest.mark.parametrize("wanted", ["won", "come_back", "forwarded", "<script>"])
def test_a_link_in_a_mail_opens_one_form_and_records_nothing(
    site: Site, house: House, path: str, wanted: str
) -> None:
    answer(site, path, "accepted")
    before = snapshot(house.engine)
    page = site.get(f"{path}?answer={wanted}").text
    assert page.count("<details open>") == (0 if wanted == "<script>" else 1)
    assert "<script>" not in page
    assert snapshot(house.engine) == before
