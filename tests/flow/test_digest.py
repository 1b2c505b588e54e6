"""The weekly mail with results: when it leaves, to whom, and what it says."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, delete, insert

from bridge.flow.results.send_digest import send_digest
from bridge.program.desk import Results, Target
from bridge.store.tables import day_figures, outbox
from tests import make
from tests.house import Clock, House

MONDAY_AT_EIGHT = datetime(2026, 3, 9, 7, 0, tzinfo=UTC)
"""In Berlin, in winter."""
KIM, LEA = "kim@example.com", "lea@example.com"


@pytest.fixture
def desk(engine: Engine) -> House:
    """A programme that sends the mail to two people, on the Sunday before. There were visitors in January."""
    targets = (Target("leads", "month", 140), Target("turnover", "year", 50_000))
    program = replace(make.demo_program(), results=Results(targets, (KIM, LEA)))
    house = House(engine, program, Clock(MONDAY_AT_EIGHT - timedelta(hours=9)))
    note(house, date(2026, 1, 7), "visitors", 1)
    return house


def cron(house: House) -> int:
    """What cron does every five minutes, and all that follows."""
    with house.unit() as unit:
        queued = send_digest(unit)
    house.run()
    return queued


def note(house: House, day: date, figure: str, count: int, amount: int = 0, **by: str) -> None:
    """A figure of a day."""
    [(dimension, key)] = by.items() or [("", "")]
    row = {"day": day, "figure": figure, "dimension": dimension, "key": key, "count": count, "amount": amount}
    with house.engine.begin() as connection:
        connection.execute(insert(day_figures), [row])


def test_it_leaves_on_monday_at_eight_and_once(desk: House) -> None:
    assert cron(desk) == 0, "on Sunday night"
    desk.clock.move(hours=9)
    for _ in range(3):
        cron(desk)
        desk.clock.move(minutes=5)
    assert [letter.recipient for letter in desk.sent] == [KIM, LEA]
    desk.clock.move(days=7)
    cron(desk)
    assert len(desk.sent) == 4


def test_before_anything_is_known_there_is_nothing_to_tell(desk: House) -> None:
    with desk.engine.begin() as connection:
        connection.execute(delete(day_figures))
    desk.clock.move(hours=9)
    assert cron(desk) == 0
    note(desk, date(2026, 3, 9), "visitors", 4)
    assert cron(desk) == 0, "they came today, on Monday"
    desk.clock.move(days=7)
    assert cron(desk) == 2, "a week in which somebody came"
    desk.clock.move(days=7)
    assert cron(desk) == 2, "an empty one after it"


def test_eight_o_clock_is_that_of_the_programme_in_summer_too(desk: House) -> None:
    desk.clock.now = datetime(2026, 6, 1, 5, 59, tzinfo=UTC)
    assert cron(desk) == 0
    desk.clock.move(minutes=1)
    assert cron(desk) == 2


def test_a_machine_that_slept_on_monday_sends_it_that_day_and_none_on_tuesday(desk: House) -> None:
    desk.clock.now = datetime(2026, 3, 9, 22, 59, tzinfo=UTC)
    assert cron(desk) == 2
    desk.clock.now = datetime(2026, 3, 16, 23, 0, tzinfo=UTC)
    assert cron(desk) == 0, "it is Tuesday in Berlin"


def test_whoever_was_killed_before_they_were_all_queued_begins_anew(desk: House) -> None:
    desk.clock.move(hours=9)
    with suppress(ZeroDivisionError), desk.unit() as unit:
        send_digest(unit)
        raise ZeroDivisionError
    assert cron(desk) == 2
    assert [letter.recipient for letter in desk.sent] == [KIM, LEA]


def test_it_tells_last_week_beside_the_one_before_and_how_far_targets_are(desk: House) -> None:
    note(desk, date(2026, 3, 2), "leads", 30)
    note(desk, date(2026, 3, 8), "leads", 8)
    note(desk, date(2026, 3, 1), "leads", 5)
    note(desk, date(2026, 3, 9), "leads", 1000)
    note(desk, date(2026, 3, 4), "won", 2, 12_500)
    note(desk, date(2026, 1, 7), "won", 1, 7_500)
    note(desk, date(2026, 3, 4), "won", 2, 12_500, form="kontakt")
    note(desk, date(2026, 3, 4), "rejected", 3, reason="no-budget")
    desk.clock.move(hours=9)
    cron(desk)
    letter = desk.sent[0]
    assert letter.subject == "Ergebnisse KW 10, 2026: neue Leads 38, Aufträge 2"
    for said in (
        "vom 2. März 2026 bis 8. März 2026",
        "* Neue Leads: 38 (zuvor: 5)",
        "* Umsatz: 12.500\xa0€ (zuvor: 0\xa0€)",
        "* Meiste Aufträge: Formular: Kontakt · 2",
        "* Häufigster Rückgabegrund: Kein Budget · 3",
        "* Neue Leads, März 2026: 43 von 140 · 31\xa0%",
        "* Umsatz, 2026: 20.000\xa0€ von 50.000\xa0€ · 40\xa0%",
        "https://leads.example.com/console?of=2026-W10",
    ):
        assert said in letter.text
    assert "Kontakt · 2" in letter.html


def test_of_reasons_that_are_equally_frequent_it_names_none(desk: House) -> None:
    for reason in ("no-budget", "no-need", "other"):
        note(desk, date(2026, 3, 4), "rejected", 1, reason=reason)
    desk.clock.move(hours=9)
    cron(desk)
    assert "* Häufigster Rückgabegrund: 3 Gründe gleich oft, je einmal" in desk.sent[0].text


def test_whoever_is_not_named_any_more_gets_none(desk: House) -> None:
    desk.clock.move(hours=9)
    with desk.unit() as unit:
        send_digest(unit)
    only_kim = House(desk.engine, replace(desk.program, results=Results((), (KIM,))), desk.clock)
    for row in desk.rows(outbox):
        only_kim.sender.deliver(row.id)
    assert [letter.recipient for letter in only_kim.sent] == [KIM]
    [refused] = [row for row in desk.rows(outbox) if row.state == "refused"]
    assert refused.error == "the programme does not send the weekly figures there any more"


def test_a_programme_without_readers_sends_nothing(house: House) -> None:
    house.clock.now = MONDAY_AT_EIGHT
    assert cron(house) == 0
    assert house.rows(outbox) == []
