"""What became of mails, as the report says it."""

import csv
import json
from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine

from bridge.clock import utc_now
from bridge.store.mail_report import MailLine, by_template
from bridge.store.tables import mail_counts
from tests.conftest import Servers
from tests.house import ANNA, Clock, House
from tests.presentation.conftest import Say

Report = Callable[..., str]
BERLIN = ZoneInfo("Europe/Berlin")
BEN = "ben@beispiel.example"


@pytest.fixture
def report(say: Say, servers: Servers) -> Report:
    """What `leadbridge report mails …` says."""
    return lambda *words: say("report", "mails", *words, DATABASE_URL=servers.database_url)


def lines(house: House, days: int = 1) -> list[MailLine]:
    """The report of the last days, in UTC."""
    since = house.clock() - timedelta(days=days)
    with house.engine.connect() as connection:
        return by_template(connection, since.date(), since)


def test_without_mails_the_report_says_so(report: Report, engine: Engine) -> None:
    del engine  # it is empty, and that is all
    assert report().startswith("no mail was sent or read since 2")
    assert json.loads(report("--json"))["mails"] == []


def test_the_command_shows_a_line_for_each_mail(report: Report, engine: Engine) -> None:
    house = House(engine, clock=Clock(utc_now() - timedelta(hours=1)))
    welcome = house.subscriber()
    house.save_preferences(ANNA, allowed={"email": True, "tracking": False})
    house.click(welcome, 1)
    period, header, row = report("--days", "2").splitlines()
    assert (
        period
        == f"since {(utc_now() - timedelta(days=1)).astimezone(BERLIN):%Y-%m-%d} (2 days, today included):"
    )
    assert header.split("  ")[0] == "mail"
    assert row.split() == ["welcome", "1", "0", "0", "0", "0", "opens,", "1", "clicks"]
    assert json.loads(report("--json"))["mails"][0]["unnamed_clicks"] == 1


def test_a_spreadsheet_gets_the_same_numbers(report: Report, engine: Engine) -> None:
    House(engine, clock=Clock(utc_now() - timedelta(hours=1))).subscriber()
    with engine.begin() as connection:
        connection.execute(mail_counts.update().values(template="=1+1"))
    header, row = csv.reader(report("--csv").splitlines())
    assert header[:2] == ["mail", "sent"]
    assert row[:2] == ["'=1+1", "1"]


def test_people_machines_and_unnamed_hits_are_told_apart(house: House) -> None:
    annas, bens, carlas = (house.subscriber(one) for one in (ANNA, BEN, "carla@firma.example"))
    house.clock.move(minutes=5)
    for _ in range(2):
        house.open(annas)
        house.click(annas, 1)
        house.clock.move(seconds=30)
    house.click(carlas, 1, agent="python-requests/2.32")
    house.tick(minutes=10)
    house.save_preferences(BEN, allowed={"email": True, "tracking": False})
    house.open(bens)
    house.click(bens, 1)
    house.click(bens, 2)
    assert lines(house) == [MailLine("welcome", 3, 1, 1, 1, 1, 2)]


def test_what_rests_is_nobodys_yet(house: House) -> None:
    welcome = house.subscriber()
    house.clock.move(minutes=5)
    house.click(welcome, 1)
    assert lines(house) == [MailLine("welcome", 1)]


def test_only_the_days_asked_for_are_counted(house: House) -> None:
    house.subscriber()
    house.clock.move(days=5)
    assert lines(house, days=2) == []
    assert lines(house, days=9) == [MailLine("welcome", 1)]


def test_no_more_mails_are_opened_than_were_sent_in_those_days(house: House) -> None:
    welcome = house.subscriber()
    house.clock.move(days=5)
    house.open(welcome)
    house.click(welcome, 1)
    house.tick(minutes=10)
    assert lines(house, days=2) == []
    assert lines(house, days=9) == [MailLine("welcome", 1, 1, 1)]


def test_an_erased_person_leaves_only_the_number(house: House) -> None:
    house.click(house.subscriber(), 1)
    house.tick(minutes=10)
    house.erase(ANNA)
    assert lines(house) == [MailLine("welcome", 1)]
