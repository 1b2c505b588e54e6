"""A letter on paper, and a call in the calendar."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from icalendar import Calendar

from bridge.delivery.appointments import appointment
from bridge.delivery.paper import Unprintable, as_pdf, as_text, letter_to
from bridge.delivery.previews.people import Sample
from bridge.profiles.overview import Profile360
from bridge.profiles.postal import postal_address
from tests import make

PROGRAM = make.demo_program()
MIRA = next(iter(PROGRAM.people.values()))
HOME = {"street": "Am Markt 3", "postcode": "10115", "city": "Berlin"}


def lead(language: str = "de", **fields: str) -> Profile360:
    known = Sample(replace(PROGRAM, language=language), make.NOON).lead()
    return replace(known, fields={**known.fields, **HOME, **fields}, language=language)


def test_the_address_stands_as_on_an_envelope() -> None:
    assert postal_address(
        {"company": "Beispiel GmbH", "first_name": "Anna", **HOME, "country": "Schweiz"}
    ) == (
        "Beispiel GmbH",
        "Anna",
        "Am Markt 3",
        "10115 Berlin",
        "Schweiz",
    )


@pytest.mark.parametrize("missing", ["street", "city"])
def test_without_street_or_town_there_is_no_address(missing: str) -> None:
    assert postal_address({**HOME, missing: "  "}) == ()


def test_line_breaks_make_no_further_lines_of_an_address() -> None:
    assert "Am Markt 3 Hof links" in postal_address({**HOME, "street": "Am Markt 3\nHof  links"})


def test_a_letter_says_who_writes_to_whom_about_what() -> None:
    text = as_text(letter_to(PROGRAM, MIRA, lead(), make.NOON))
    assert "Anna Berg\nAm Markt 3\n10115 Berlin\n\n12. März 2026\n\nIhr Interesse: SEPA" in text
    assert "Guten Tag Anna Berg," in text
    assert text.startswith("Mira Steinfeld\nExact Globe Next\nSpeicherweg 1\n20457 Hamburg\n+49 40")
    assert "Mit freundlichen Grüßen\n\n\n\nMira Steinfeld\n" in text


def test_a_letter_that_finds_nobody_knows_the_way_back() -> None:
    assert letter_to(PROGRAM, MIRA, lead(), make.NOON).back_to.endswith(" · Speicherweg 1 · 20457 Hamburg")
    nowhere = replace(PROGRAM, desk=replace(PROGRAM.desk, address=()))
    assert letter_to(nowhere, MIRA, lead(), make.NOON).back_to == ""


def test_a_letter_names_what_was_asked_for_and_nothing_that_was_typed() -> None:
    asked = Sample(PROGRAM, make.NOON).submission("sales")
    assert asked
    assert asked.message
    text = as_text(letter_to(PROGRAM, MIRA, replace(lead(), submissions=(asked,)), make.NOON))
    assert f"vielen Dank für Ihre Anfrage vom 12. März 2026: „{asked.title}“." in text
    assert asked.message not in text
    english = as_text(letter_to(PROGRAM, MIRA, replace(lead("en"), submissions=(asked,)), make.NOON))
    title = PROGRAM.forms[asked.form].title["en"]
    assert f"thank you for your request of 12 March 2026: “{title}”." in english, "in the reader's language"


def test_whom_to_call_or_write_to_stands_once_in_a_letter() -> None:
    text = as_text(letter_to(PROGRAM, MIRA, lead(), make.NOON))
    assert text.count(MIRA.email) == 1
    assert text.count(MIRA.phone or MIRA.email) == 1
    assert "Rufen Sie mich gern an" in text
    assert "Rufen" not in as_text(letter_to(PROGRAM, replace(MIRA, phone=None), lead(), make.NOON))


def test_a_letter_speaks_the_language_of_its_reader() -> None:
    text = as_text(letter_to(PROGRAM, MIRA, lead("en"), make.NOON))
    assert "Kind regards" in text
    assert "Grüßen" not in text


def test_a_letter_can_be_printed() -> None:
    pdf = as_pdf(letter_to(PROGRAM, MIRA, lead(company="Öl & Söhne – „Nord“ <b>"), make.NOON), make.NOON)
    assert pdf.startswith(b"%PDF-")
    assert pdf.count(b"/Type /Page\n") == 1


def test_a_name_that_no_font_has_is_not_printed_wrongly() -> None:
    with pytest.raises(Unprintable):
        as_pdf(letter_to(PROGRAM, MIRA, lead(last_name="Wałęsa"), make.NOON), make.NOON)


def test_a_call_stands_in_the_calendar() -> None:
    at = datetime(2026, 3, 20, 9, tzinfo=UTC)
    made = appointment(UUID(int=7), "Anruf: Anna\r\nATTENDEE:mailto:x@example.com", "+49 30 1", at, make.NOON)
    [event] = Calendar.from_ical(made).walk("VEVENT")
    assert (event.decoded("dtstart"), event["summary"]) == (at, "Anruf: Anna ATTENDEE:mailto:x@example.com")
    assert "attendee" not in event
    again = appointment(UUID(int=7), "Anruf", "", at, make.NOON)
    assert Calendar.from_ical(again).walk("VEVENT")[0]["uid"] == event["uid"]
