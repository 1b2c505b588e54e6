"""Whoever signs up for an event learns at once when and where it is, whatever else they allow."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from bridge.delivery.letters import Letter
from tests import make
from tests.house import ANNA, House

ROOM = "https://www.example.com/webinar/raum"
GERMAN = "Wann: Mittwoch, 25. März 2026, 10:00 Uhr\nWo: Online\n"
RECEIPT = "Ihre Anmeldung: Webinar: Auswertungen ohne Umwege"


@pytest.fixture
def hosts(engine: Engine) -> House:
    """A house that gives a webinar every two weeks, next on 25 March."""
    whole = make.whole_demo_program()
    return House(engine, replace(whole, mailing=replace(whole.mailing, quiet=None)))


def receipt(house: House, **facts: Any) -> Letter:
    house.submit(form="webinar", **facts)
    return next(mail for mail in house.mails_to(ANNA) if "/confirm/" not in mail.text)


def test_who_allows_no_mail_is_told_date_place_and_way_in(hosts: House) -> None:
    letter = receipt(hosts, allows=())
    assert letter.subject in (RECEIPT, "Webinar: Auswertungen ohne Umwege")
    assert GERMAN in letter.text
    assert ROOM in letter.text
    assert f'href="{ROOM}"' in letter.html
    assert "Mittwoch, 25. März 2026, 10:00 Uhr" in letter.html
    assert letter.list_unsubscribe_url is None, "it is no advertising"
    assert [mail.subject for mail in hosts.mails_to(ANNA)] == [letter.subject], "and nothing else"


def test_who_allows_mail_need_not_confirm_before_they_know_the_date(hosts: House) -> None:
    letter = receipt(hosts)
    assert GERMAN in letter.text
    assert any("/confirm/" in mail.text for mail in hosts.mails_to(ANNA))


def test_it_speaks_english_too(hosts: House) -> None:
    letter = receipt(hosts, allows=(), context={"language": "en"})
    assert "When: Wednesday, 25 March 2026, 10:00\nWhere: Online\n" in letter.text
    assert "we have noted your registration" in letter.html


def test_nothing_that_was_typed_stands_in_it_before_the_address_is_confirmed(hosts: House) -> None:
    letter = receipt(hosts, allows=(), role="Gratis-Gewinn")
    assert "Gratis-Gewinn" not in letter.text + letter.html + letter.subject


def test_of_an_event_that_is_over_it_says_so_and_names_no_way_in(hosts: House) -> None:
    series = replace(hosts.program.sequences["webinar"], every=None, date=datetime(2026, 3, 1, 9, tzinfo=UTC))
    late = House(hosts.engine, replace(hosts.program, sequences={"webinar": series}), hosts.clock)
    letter = receipt(late, allows=())
    assert "Diese Veranstaltung hat begonnen oder ist vorbei." in letter.text
    assert ROOM not in letter.text + letter.html


def test_the_date_is_the_one_of_when_they_signed_up(hosts: House) -> None:
    form = make.submission(form="webinar", allows=())
    hosts.submit(replace(form, at=hosts.clock() - timedelta(days=5)))
    (letter,) = hosts.mails_to(ANNA)
    assert "11. März 2026" in letter.text
    assert "hat begonnen oder ist vorbei" in letter.text
