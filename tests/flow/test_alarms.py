"""What needs a hand is said in the log, and by mail to whoever operates the bridge."""

import logging

import pytest
from sqlalchemy import Engine

from bridge.flow.alarm import alarm
from tests.house import House

OPERATOR = "operator@example.com"
FACTS = {"status": "5.7.1", "domain": "beispiel.example", "answer": "550 5.7.1 blocked"}


def sound(house: House, key: str = "mail_refused:5.7.1:2026-11-21") -> None:
    with house.unit() as unit:
        alarm(unit, "operator/mail_refused", key, **FACTS)
    house.run()


def test_the_operator_is_told_once(engine: Engine) -> None:
    house = House(engine, operator=OPERATOR)
    sound(house)
    sound(house)
    (letter,) = house.mails_to(OPERATOR)
    assert letter.subject == "E-Mails werden abgelehnt: 5.7.1"
    assert "550 5.7.1 blocked" in letter.text
    assert letter.auto_submitted == "auto-generated"


def test_without_an_operator_the_log_alone_says_it(house: House, caplog: pytest.LogCaptureFixture) -> None:
    sound(house)
    assert house.outbox() == []
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
