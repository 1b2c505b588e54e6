"""What sales gets: all that is needed to act, in one screen."""

import re
from dataclasses import replace

from tests.house import ANNA, House


def test_the_subject_says_who_wants_what(house: House) -> None:
    house.subscriber(form="sepa-checkliste")
    assert house.lead_by_form().subject == "Rückruf gewünscht: Anna Berg, Beispiel GmbH (SEPA)"


def test_the_subject_names_no_topic_that_nobody_asked_about(house: House) -> None:
    assert house.lead_by_form().subject == "Rückruf gewünscht: Anna Berg, Beispiel GmbH"


def test_the_subject_of_a_lead_by_points(house: House) -> None:
    subject = house.lead_by_points().subject
    assert subject.startswith("Vertriebsreif: Anna Berg, Beispiel GmbH")


def test_a_name_with_line_breaks_stays_in_one_line(house: House) -> None:
    letter = house.lead_by_form(first_name="Anna\nBcc: alle@example.com")
    assert "\n" not in letter.subject


def test_what_was_asked_stands_there_word_for_word(house: House) -> None:
    letter = house.lead_by_form(message="Bitte heute noch:\nunser Lager <spinnt> & brennt.")
    assert "> Bitte heute noch:\n> unser Lager <spinnt> & brennt." in letter.text
    assert "&lt;spinnt&gt; &amp; brennt." in letter.html
    assert "Direkt angefragt." in letter.text


def test_the_telephone_is_a_link(house: House) -> None:
    letter = house.lead_by_form()
    assert 'href="tel:+493023125010"' in letter.html
    assert "+49 30 23125 010" in letter.text


def test_it_says_which_channels_are_permitted_and_on_what_ground(house: House) -> None:
    by_request = house.lead_by_form()
    assert "+49 30 23125 010 (erlaubt durch eigene Anfrage)" in by_request.text
    by_points = house.lead_by_points("ben@beispiel.example")
    assert "ben@beispiel.example (erlaubt durch Einwilligung)" in by_points.text


def test_it_names_the_three_strongest_reasons_and_the_rest_of_the_score(house: House) -> None:
    letter = house.lead_by_points()
    reasons = re.findall(r"– \+(\d+)  (.*)", letter.text)
    assert [points for points, _ in reasons] == ["7", "2", "2", "1"]
    assert reasons[0][1] == "mehrere Links in „Willkommen bei Globe Next“ geklickt"
    assert reasons[3][1] == "2 weitere Einträge"
    assert "2 weitere Einträge" in letter.html
    assert "12 Punkte, Schwelle 12" in letter.text
    assert house.lead().further == (1, 2)


def test_who_asked_directly_has_no_score_to_add_up(house: House) -> None:
    assert not re.search("weitere[rn]? Eintr", house.lead_by_form().text)


def test_it_names_role_company_and_colleagues(house: House) -> None:
    chef = {"first_name": "Bernd", "last_name": "Kern", "role": "Leiter IT"}
    house.submit(form="webinar", email="chef@beispiel.example", **chef)
    house.submit(form="webinar", role="Einkauf")
    letter = house.lead_by_form()
    assert "Anna Berg, Einkauf, Beispiel GmbH" in letter.text
    assert "Bernd Kern, Leiter IT" in letter.text


def test_people_with_a_private_address_are_no_colleagues(house: House) -> None:
    house.submit(email="chef@gmx.de", first_name="Bernd", last_name="Kern")
    letter = house.lead_by_form("anna@gmx.de")
    assert "Bernd Kern" not in letter.text


def test_it_says_since_when_where_from_and_until_when(house: House) -> None:
    text = house.lead_by_form().text
    assert "Bekannt seit: 12. März 2026, 13:00" in text
    assert "google / cpc" in text
    assert "Bitte antworten Sie bis 13. März 2026, 13:00." in text


def test_it_has_one_button_that_leads_to_the_profile(house: House) -> None:
    letter = house.lead_by_form()
    assert len(set(re.findall(r"https://leads\.example\.com/[^\s\"<>]+", letter.html))) == 1
    assert "/leads/" in letter.text


def test_it_carries_no_pixel_and_no_unsubscribe_link(house: House) -> None:
    letter = house.lead_by_form()
    assert "/t/" not in letter.html
    assert letter.list_unsubscribe_url is None


def test_an_answer_goes_to_the_lead_only_if_the_programme_says_so(house: House) -> None:
    assert house.lead_by_form().reply_to is None
    open_house = House(house.engine, replace(house.program, reply_to_lead=True))
    assert open_house.lead_by_form("ben@beispiel.example").reply_to == "ben@beispiel.example"


def test_a_new_request_tells_what_is_new(house: House) -> None:
    house.lead_by_form()
    house.submit(form="bestellung", allows=(), product="Globe Next Start", quantity="3")
    letter = house.to_sales()[-1]
    assert letter.subject.startswith("Bestellung: Anna Berg")
    assert "Produkt: Globe Next Start" in letter.text
    assert house.token(letter, "leads")


def test_the_profile_shows_everything_on_one_page(house: House) -> None:
    house.lead_by_points()
    lead = house.lead()
    assert (lead.name, lead.company, lead.source) == ("Anna Berg", "Beispiel GmbH", "google / cpc")
    assert [mail.subject for mail in lead.mails] == ["Willkommen bei Globe Next", "Bestätigungsmail"]
    assert {line.kind for line in lead.timeline} == {
        "form.submitted",
        "address.confirmed",
        "mail.sent",
        "link.clicked",
        "lead.handed_over",
    }
    assert len(lead.consents) == 4
    assert [row.state for row in lead.handovers] == ["open"]
    assert house.mails_to(ANNA)
