"""The head of a team takes a lead that a colleague has."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bridge.delivery.letters import Letter
from bridge.errors import ExpiredToken, HandoverClosed
from bridge.flow.sales.record_outcome import record_outcome
from bridge.flow.sales.take_lead import taken_from
from bridge.program.desk import Team
from bridge.qualification.outcomes import Answer
from bridge.store import handovers, tables
from connectors.contract import Deferred, Receipt
from tests.house import House

MIRA, JONAS = "mira.steinfeld@example.com", "jonas.achterberg@example.com"
KAI = "kai@example.com"


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
    assert told.subject.startswith("Nicht mehr bei Ihnen")
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


def to_another_team(house: House) -> House:
    """Kai is of sales as well, and of a team that Mira does not head."""
    others = Team("others", {"de": "Andere", "en": "Others"})
    kai = replace(house.program.people["jonas"], id="kai", name="Kai Fremd", email=KAI, team=others.id)
    desk = replace(house.program.desk, teams={**house.program.desk.teams, others.id: others})
    people = {**house.program.people, kai.id: kai}
    return House(house.engine, replace(house.program, people=people, desk=desk), house.clock)


def takes(house: House, _: Letter) -> None:
    """Kai takes the lead on the console."""
    [row] = house.rows(tables.handovers)
    with house.unit() as unit:
        record_outcome(unit, row.id, Answer("accepted", by="kai", takes_it=True))
    house.run()


def gets(house: House, theirs: Letter) -> None:
    """Jonas passes the lead on to Kai."""
    house.answer(theirs, "forwarded", to="kai")


@pytest.mark.parametrize("how", [takes, gets])
def test_the_head_of_a_team_that_lost_a_lead_can_look_at_it_for_one_more_day(
    house: House, how: Callable[[House, Letter], None]
) -> None:
    house = to_another_team(house)
    theirs, head = without_answer(house)
    how(house, theirs)
    with pytest.raises(HandoverClosed):
        house.answer(head, "note", note="Was ist damit?")
    house.clock.move(days=1)
    for letter in (theirs, head):
        with pytest.raises(ExpiredToken):
            house.answer(letter, "note", note="Was ist damit?")
    if how is gets:
        house.answer(house.mails_to(KAI)[-1], "accepted")


def test_the_head_of_a_team_keeps_the_link_to_a_lead_that_stays_with_it(house: House) -> None:
    theirs, head = without_answer(house)
    house.answer(theirs, "forwarded", to="mira")
    house.clock.move(days=2)
    house.answer(head, "accepted")
