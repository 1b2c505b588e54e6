"""Mails are counted without persons, where nobody may be known by what they do."""

from datetime import date

import pytest

from bridge.store.tables import counted_hits, mail_counts
from tests import make
from tests.flow.conftest import Mailbox, allow
from tests.house import ANNA, House
from tests.statements import statements

TODAY, TOMORROW = date(2026, 3, 12), date(2026, 3, 13)


def counts(house: House) -> dict[tuple[str, date, str, str], int]:
    """Template, day, kind, link → how often."""
    return {tuple(row)[:4]: tuple(row)[4] for row in house.rows(mail_counts)}


def hits(house: House) -> dict[tuple[str, str], int]:
    """Kind and link → how often, of the opens and clicks."""
    return {key[2:]: count for key, count in counts(house).items() if key[2] != "sent"}


def test_every_mail_that_was_sent_is_counted_once(house: House) -> None:
    house.subscriber()
    house.subscriber("ben@beispiel.example", allows=["email"])
    assert counts(house) == {("welcome", TODAY, "sent", ""): 2}
    house.tick(days=8)
    assert counts(house)["first-questions", date(2026, 3, 20), "sent", ""] == 2


def test_a_day_begins_when_it_does_for_the_programme(house: House) -> None:
    house.clock.move(hours=11, minutes=30)  # 23:30 in UTC, 00:30 in Berlin
    house.subscriber()
    assert counts(house) == {("welcome", TOMORROW, "sent", ""): 1}


def test_hits_of_people_who_allow_it_are_events_and_not_counted_besides(anna: Mailbox) -> None:
    anna.take_over(anna.hit("mail.opened"), anna.hit())
    assert hits(anna.house) == {}


def test_hits_of_people_who_do_not_allow_it_any_more_are_counted(anna: Mailbox) -> None:
    allow(anna.house, False)
    anna.take_over(anna.hit("mail.opened"), anna.hit(), anna.hit())
    anna.take_over(anna.hit())
    assert hits(anna.house) == {("opened", ""): 1, ("clicked", "1"): 3}
    assert anna.known() == []


def test_hits_of_people_who_object_are_counted(anna: Mailbox) -> None:
    anna.house.objects()
    anna.take_over(anna.hit())
    assert hits(anna.house) == {("clicked", "1"): 1}


def test_nothing_that_is_counted_leads_to_anybody(anna: Mailbox) -> None:
    allow(anna.house, False)
    record = anna.hit()
    anna.take_over(record)
    lead = anna.house.lead()
    kept = "".join(str(tuple(row)) for table in (mail_counts, counted_hits) for row in anna.house.rows(table))
    assert "welcome" in kept
    mails = [str(mail.delivery) for mail in anna.house.sent]
    for known in (str(lead.id), ANNA, "203.0.113.7", str(record.id), *mails):
        assert known not in kept
    assert "12:" not in kept, "no moment, only days"


def test_the_same_record_again_counts_once(anna: Mailbox) -> None:
    allow(anna.house, False)
    record = anna.hit()
    for _ in range(3):
        anna.take_over(record, record)
    assert hits(anna.house) == {("clicked", "1"): 1}


def test_marks_are_forgotten_after_two_days_and_numbers_stay(anna: Mailbox) -> None:
    allow(anna.house, False)
    anna.take_over(anna.hit(), anna.hit())
    anna.house.retain(days=2)
    assert len(anna.house.rows(counted_hits)) == 2
    anna.house.retain(days=1)
    assert anna.house.rows(counted_hits) == []
    assert hits(anna.house) == {("clicked", "1"): 2}


@pytest.mark.parametrize(
    ("agent", "method", "purpose"),
    [
        (make.A_BROWSER, "HEAD", None),
        (make.A_BROWSER, "GET", "prefetch"),
        (None, "GET", None),
        ("python-requests/2.32", "GET", None),
    ],
)
def test_machines_are_not_counted(anna: Mailbox, agent: str | None, method: str, purpose: str | None) -> None:
    allow(anna.house, False)
    welcome = next(letter for letter in anna.house.mails_to(ANNA) if letter.list_unsubscribe_url)
    anna.house.click(welcome, 1, agent=agent, method=method, purpose=purpose)
    assert hits(anna.house) == {}


def test_a_hit_of_an_erased_person_is_not_counted(anna: Mailbox) -> None:
    record = anna.hit()
    anna.house.erase()
    anna.take_over(record)
    assert hits(anna.house) == {}


def test_three_hundred_hits_take_as_many_statements_as_two(anna: Mailbox) -> None:
    allow(anna.house, False)
    seen = []
    for number in (2, 300):
        with statements(anna.house.engine) as told:
            anna.take_over(*(anna.hit() for _ in range(number)))
        seen.append(len(told))
    assert hits(anna.house) == {("clicked", "1"): 302}
    assert seen[0] == seen[1]


def test_a_mail_that_was_never_sent_is_not_counted(house: House) -> None:
    house.submit()
    house.unsubscribe(ANNA)
    house.tick(days=1)
    assert counts(house) == {}
