"""Advertising leaves neither at night nor too often a day; what somebody waits for leaves at once."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import Engine

from bridge.program.mailing import Mailing, QuietHours
from connectors.contract import Deferred, Receipt
from tests.house import ANNA, House

BUSY, OK = Deferred("451 busy"), Receipt("250 ok")


def a_house(engine: Engine, mailing: Mailing, at: datetime) -> House:
    """A house whose programme has these rules for mails. at: an hour less than in Berlin in winter."""
    house = House(engine)
    house = House(engine, replace(house.program, mailing=mailing))
    house.clock.now = at
    return house


@pytest.fixture
def late(engine: Engine, house: House) -> House:
    """Ten o'clock in the evening, with quiet hours from nine to seven."""
    quiet = Mailing(QuietHours(time(21), time(7)))
    return a_house(engine, quiet, datetime(2026, 3, 12, 21, 0, tzinfo=UTC))


def subjects(house: House) -> list[str]:
    """What was sent, oldest first."""
    return [mail.subject for mail in house.sent]


def test_who_confirms_at_night_gets_the_welcome_at_once(late: House) -> None:
    late.submit()
    late.confirm()
    assert subjects(late) == ["Bitte bestätigen Sie Ihre Adresse", "Willkommen bei Globe Next"]


def test_a_later_step_waits_for_the_morning_and_says_why(late: House) -> None:
    late.subscriber()
    late.tick(days=7)
    (waits,) = late.outbox("due")
    assert (waits.template, waits.error) == ("mail/nurture", "waits for the end of the quiet hours")
    assert waits.due_at == datetime(2026, 3, 20, 6, 0, tzinfo=UTC)
    late.clock.now = waits.due_at
    late.tick()
    assert len(late.mails_to(ANNA)) == 3


def test_a_welcome_that_the_server_did_not_take_in_time_waits_for_the_morning(late: House) -> None:
    late.submit()
    late.reply = BUSY
    late.confirm()
    late.tick(minutes=20)
    (waits,) = late.outbox("due")
    assert waits.error == "waits for the end of the quiet hours"


def test_confirmations_receipts_and_sales_do_not_wait_for_the_morning(late: House) -> None:
    late.submit()
    late.lead_by_form("ben@beispiel.example")
    assert late.outbox("due") == []


def test_a_consent_withdrawn_at_night_stops_what_waited_for_the_morning(late: House) -> None:
    late.subscriber()
    late.tick(days=7)
    late.unsubscribe(ANNA)
    late.tick(days=1)
    assert len(late.mails_to(ANNA)) == 2
    assert "refused" in {row.state for row in late.outbox()}


def test_more_than_the_days_mails_wait_for_tomorrow_and_none_is_dropped(engine: Engine, house: House) -> None:
    strict = a_house(engine, Mailing(None, 1), datetime(2026, 3, 12, 9, 0, tzinfo=UTC))
    strict.subscriber()
    before = len(strict.mails_to(ANNA))
    strict.submit(form="sepa-checkliste")
    strict.tick(days=3)
    while waiting := [row for row in strict.outbox("due") if row.template == "mail/nurture"]:
        assert waiting[0].error == "waits for tomorrow, enough mails went to this person today"
        assert waiting[0].due_at == strict.clock().replace(hour=23, minute=0, second=0, microsecond=0)
        strict.clock.now = waiting[0].due_at + timedelta(hours=9)
        strict.tick()
    assert len(strict.mails_to(ANNA)) > before
    assert strict.outbox("refused", "dead") == []
