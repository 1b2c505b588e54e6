"""The head of a team takes a lead that a colleague has."""

from dataclasses import replace

import pytest

from bridge.delivery.letters import Letter
from bridge.errors import ExpiredToken, HandoverClosed
from bridge.flow.sales.take_lead import taken_from
from bridge.store import handovers
from connectors.contract import Deferred, Receipt
from tests.house import House

MIRA, JONAS = "mira.steinfeld@example.com", "jonas.achterberg@example.com"


def without_answer(house: House) -> tuple[Letter, Letter]:
    """A lead of which Jonas says nothing: the mail that he got of it, and the one of Mira, who leads his team."""
    letter = house.lead_by_form()
    if letter.recipient != JONAS:
        house.answer(letter, "forwarded", to="jonas")
    theirs = house.mails_to(JONAS)[-1]
    house.tick(days=1)
    house.tick(days=3)
    return theirs, house.mails_to(MIRA)[-1]


def test_who_had_the_lead_can_look_at_it_for_one_more_day(house: House) -> None:
    theirs, head = without_answer(house)
    house.answer(head, "accepted")
    with pytest.raises(HandoverClosed):
        house.answer(theirs, "note", note="Ich war dran")
    house.clock.move(days=1)
    with pytest.raises(ExpiredToken):
        house.answer(theirs, "note", note="Ich war dran")
    house.answer(head, "note", note="Läuft")


def test_who_had_the_lead_is_told_also_when_mails_wait_for_days(house: House) -> None:
    _, head = without_answer(house)
    house.reply = Deferred("mail server is away")
    house.answer(head, "accepted")
    house.tick(days=2)
    house.reply = Receipt("250 ok")
    house.tick(days=1)
    told = house.mails_to(JONAS)[-1]
    assert told.subject.startswith("Übernommen")
    assert "/leads/" not in told.text + told.html


def test_whoever_comes_second_is_not_told_that_they_have_the_lead(house: House) -> None:
    theirs, head = without_answer(house)
    house.answer(head, "accepted")
    house.answer(head, "accepted")
    with pytest.raises(HandoverClosed):
        house.answer(theirs, "accepted")
    assert house.lead().handovers[0].sales_person == "Mira Steinfeld"


def test_nor_is_the_head_of_the_team(house: House) -> None:
    theirs, head = without_answer(house)
    house.answer(theirs, "accepted")
    with pytest.raises(HandoverClosed):
        house.answer(head, "accepted")
    assert house.lead().handovers[0].sales_person == "Jonas Achterberg"


def test_nobody_is_said_to_be_told_who_is_not_in_the_programme_any_more(house: House) -> None:
    without_answer(house)
    with house.engine.connect() as connection:
        [row] = handovers.of_profile(connection, house.lead().id)
    left = {one: person for one, person in house.program.people.items() if one != "jonas"}
    assert taken_from(house.program, row, "mira") == "Jonas Achterberg"
    assert taken_from(replace(house.program, people=left), row, "mira") == ""
