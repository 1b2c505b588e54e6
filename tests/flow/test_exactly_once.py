"""Every job any number of times, by any number of workers: the same ledger, one hand-over, one mail."""

from collections.abc import Callable
from uuid import UUID

import pytest

from bridge.errors import HandoverClosed
from bridge.flow.accept_submission import accept_submission
from bridge.flow.confirm_address import confirm_address
from bridge.flow.record_hits import record_hits
from bridge.flow.sales.record_outcome import record_outcome
from bridge.flow.score_profiles import score_profiles
from bridge.flow.sweep import sweep
from bridge.ids import new_id
from bridge.intake.records import Hit, Record, Request
from bridge.qualification.outcomes import Answer
from bridge.store.tables import events, handovers, ledger, mails, outbox, profiles, submissions
from tests import make
from tests.house import House
from tests.together import at_once

TIMES = 10


def score(house: House, ids: list[UUID]) -> Callable[[], None]:
    """The job that scores these profiles."""

    def job() -> None:
        with house.unit() as unit:
            score_profiles(unit, ids)

    return job


def ready(house: House, people: int) -> list[UUID]:
    """People with two clicks each that have settled, not scored yet."""
    for number in range(people):
        welcome = house.subscriber(f"person{number}@firma{number}.example")
        house.click(welcome, 1)
        house.clock.move(seconds=30)
        house.click(welcome, 2)
    house.clock.move(minutes=5)
    return [row.id for row in house.rows(profiles)]


def picture(house: House) -> object:
    """Everything that jobs write, in a form that can be compared."""
    tables = (events, ledger, handovers, outbox, mails)
    return [sorted(map(str, house.rows(table))) for table in tables], len(house.sent)


@pytest.mark.promise("R7", "ten workers score the same people")
def test_ten_workers_that_score_the_same_people_write_one_ledger(house: House) -> None:
    ids = ready(house, 5)
    at_once(TIMES, score(house, ids))
    house.run()
    for row in house.rows(profiles):
        assert (row.score, row.stage) == (12, "sales_qualified")
        of_person = [entry for entry in house.rows(ledger) if entry.profile_id == row.id]
        assert sum(entry.points for entry in of_person if entry.topic == "") == 12
    assert len(house.rows(handovers)) == 5
    assert len(house.to_sales()) == 5


@pytest.mark.promise("R10", "jobs that take people in different order")
def test_workers_that_take_people_in_different_order_do_not_block_each_other(house: House) -> None:
    ids = ready(house, 4)
    orders = iter([ids, ids[::-1]] * 5)
    at_once(TIMES, lambda: score(house, next(orders))())
    assert len(house.rows(handovers)) == 4


def test_scoring_again_changes_nothing(house: House) -> None:
    ids = ready(house, 2)
    score(house, ids)()
    house.run()
    before = picture(house)
    for _ in range(4):
        score(house, ids)()
        house.run()
    assert picture(house) == before


@pytest.mark.promise("R9", "taken over fifty times")
def test_fifty_submissions_with_the_same_key_are_one(house: House) -> None:
    sent = make.submission("rueckruf", phone="+49 30 23125 010", key="msg_1")

    def arrive() -> None:
        for _ in range(5):
            with house.unit() as unit:
                accept_submission(unit, sent, house.clock())

    at_once(TIMES, arrive)
    house.run()
    assert len(house.rows(submissions)) == len(house.rows(handovers)) == 1
    assert sorted(row.kind for row in house.rows(events)) == ["form.submitted", "lead.handed_over"]
    assert len(house.to_sales()) == 1


def test_many_forms_of_one_new_person_at_once_make_one_profile(house: House) -> None:
    def arrive() -> None:
        with house.unit() as unit:
            accept_submission(unit, make.submission(), house.clock())

    at_once(TIMES, arrive)
    house.run()
    assert len(house.rows(profiles)) == 1
    assert len(house.rows(submissions)) == TIMES
    subjects = [mail.subject for mail in house.sent]
    assert subjects.count("Bitte bestätigen Sie Ihre Adresse") == 1
    assert len(subjects) <= 4, "and the few receipts that are allowed"


@pytest.mark.promise("R10", "two sales forms of a new person at once")
def test_two_sales_forms_at_once_make_one_hand_over(house: House) -> None:
    def arrive() -> None:
        sent = make.submission("kontakt", allows=(), message="Frage")
        with house.unit() as unit:
            accept_submission(unit, sent, house.clock())

    at_once(TIMES, arrive)
    (person,) = [row.id for row in house.rows(profiles)]
    at_once(TIMES, score(house, [person]))
    house.run()
    assert len(house.rows(handovers)) == 1
    assert len(house.to_sales()) == TIMES, "every request is told"


@pytest.mark.promise("R7", "ten workers send the same mail")
def test_ten_workers_send_a_mail_once(house: House) -> None:
    with house.unit() as unit:
        accept_submission(unit, make.submission(), house.clock())
    (row,) = house.rows(outbox)
    at_once(TIMES, lambda: house.sender.deliver(row.id))
    assert len(house.sent) == 1


def test_pressing_the_button_many_times_at_once_is_pressing_once(house: House) -> None:
    sent = house.submit()

    def press() -> None:
        with house.unit() as unit:
            confirm_address(unit, sent.id, Request())

    at_once(TIMES, press)
    house.run()
    assert len(house.lead().consents) == 4
    assert [mail.subject for mail in house.sent].count("Willkommen bei Globe Next") == 1


def test_the_same_hit_read_many_times_counts_once(house: House) -> None:
    welcome = house.subscriber()
    mail_id = next(row.id for row in house.rows(mails))
    hit = Hit("link.clicked", mail_id, None, Request(None, make.A_BROWSER), 2, "https://www.example.com/sepa")
    record = Record(new_id(), house.clock(), hit)

    def read() -> None:
        with house.unit() as unit:
            record_hits(unit, [(record, hit)] * 2)

    at_once(TIMES, read)
    house.tick(minutes=5)
    assert welcome.html
    assert house.points().count(("link-clicked", 2)) == 1


@pytest.mark.parametrize("second", ["accepted", "rejected"])
def test_of_two_answers_at_once_one_counts(house: House, second: str) -> None:
    house.lead_by_points()
    (row,) = house.rows(handovers)
    answers = iter([Answer("rejected", reason="no-need"), Answer(second, reason="no-budget")] * 5)
    refused: list[Exception] = []

    def answer() -> None:
        try:
            with house.unit() as unit:
                record_outcome(unit, row.id, next(answers))
        except HandoverClosed as error:
            refused.append(error)

    at_once(TIMES, answer)
    house.run()
    (now,) = house.rows(handovers)
    assert now.state in {"accepted", "rejected"}
    assert house.points().count(("sales-rejected", -6)) == (1 if now.state == "rejected" else 0)
    assert len(house.moves()) == len(set(house.moves())), "no move twice"


@pytest.mark.promise("R7", "ten sweeps at once")
def test_ten_sweeps_at_once_do_the_work_once(house: House) -> None:
    ready(house, 3)

    def work() -> None:
        mine = House(house.engine, clock=house.clock)
        sweep(mine.engine, mine.wake, mine.clock())
        mine.run()
        house.sent.extend(mine.sent)

    at_once(TIMES, work)
    house.tick(minutes=1)
    assert len(house.rows(handovers)) == 3
    assert len(house.to_sales()) == 3
