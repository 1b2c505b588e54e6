"""A lead that goes to a colleague: what whoever gets it is told, and what nobody says of them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bridge import i18n
from bridge.delivery.letters import Letter
from bridge.errors import ExpiredToken, HandoverClosed
from bridge.flow.sales.ask_sales import send_link_again
from bridge.flow.sending.begun import Begun
from bridge.store import profiles
from bridge.store.tables import handovers, outbox
from connectors.contract import Deferred, Receipt
from tests.house import ANNA, House

JONAS, MIRA = "jonas.achterberg@example.com", "mira.steinfeld@example.com"


def with_mira(house: House) -> Letter:
    """A lead that Mira has; the mail with her link to it."""
    letter = house.lead_by_form()
    if letter.recipient != MIRA:
        house.answer(letter, "forwarded", to="mira")
    return house.mails_to(MIRA)[-1]


def accepted_and_passed_on(house: House, **noted: object) -> Letter:
    """Mira accepted a lead and gave it to Jonas; the mail that he got."""
    letter = with_mira(house)
    house.answer(letter, "accepted")
    if noted:
        house.answer(letter, "come_back", **noted)
    house.clock.move(hours=1)
    house.answer(letter, "forwarded", to="jonas")
    return house.mails_to(JONAS)[-1]


def test_who_got_an_accepted_lead_did_not_accept_it_until_they_react(house: House) -> None:
    letter = accepted_and_passed_on(house)
    line = house.lead().handovers[0]
    assert (line.state, line.sales_person, line.passed_by) == (
        "accepted",
        "Jonas Achterberg",
        "Mira Steinfeld",
    )
    assert line.is_untouched
    house.answer(letter, "note", note="Rufe morgen an")
    assert not house.lead().handovers[0].is_untouched


def test_whose_lead_somebody_else_passes_on_hears_of_it(house: House) -> None:
    letter = with_mira(house)
    house.answer(letter, "accepted")
    house.answer(letter, "forwarded", to="jonas", for_them="Kim Beispiel")
    told = house.mails_to(MIRA)[-1]
    assert told.subject == "Nicht mehr bei Ihnen: Anna Berg, Beispiel GmbH"
    for text in (told.text, told.html):
        assert "Jonas Achterberg hat diesen Lead jetzt." in text
    count = len(house.mails_to(JONAS))
    house.answer(house.mails_to(JONAS)[-1], "forwarded", to="mira")
    assert len(house.mails_to(JONAS)) == count, "who passes on knows it"


def test_what_a_colleague_accepted_can_be_taken_up_once(house: House) -> None:
    letter = accepted_and_passed_on(house)
    for _ in range(2):
        house.answer(letter, "accepted")
    [row] = house.rows(handovers)
    assert (row.state, row.sales_person) == ("accepted", "jonas")
    assert row.touched_at == house.clock()
    assert row.note.count("übernommen (Jonas Achterberg)") == 1
    assert [line.kind for line in house.lead().timeline].count("sales.accepted") == 1


def test_a_date_agreed_with_the_customer_stays_when_the_lead_is_passed_on(house: House) -> None:
    on = (house.clock() + timedelta(days=20)).date()
    letter = accepted_and_passed_on(house, on=on)
    [row] = house.rows(handovers)
    assert (row.agreed_on, row.due_at.date()) == (on, on)
    for text in (letter.text, letter.html):
        assert f"Vereinbart für den {i18n.format_day(on, 'de')}." in text


def test_words_that_come_before_the_mail_left_stand_in_it_and_later_ones_in_another(house: House) -> None:
    letter = with_mira(house)
    house.reply = Deferred("451 try again later")
    for note in (None, "Ruft bis Freitag", "Kennt die Preise"):
        house.clock.move(minutes=1)
        house.answer(letter, "forwarded", to="jonas", note=note)
    house.reply = Receipt("250 ok")
    house.tick(hours=1)
    [told] = house.mails_to(JONAS)
    assert "Ruft bis Freitag" in told.text
    assert "Kennt die Preise" in told.text
    house.answer(letter, "forwarded", to="jonas", note="Doch erst am Montag")
    assert ["Doch erst am Montag" in one.text for one in house.mails_to(JONAS)] == [False, True]


def test_words_that_come_while_the_mail_is_leaving_stand_in_another(house: House) -> None:
    letter = with_mira(house)
    house.reply = Deferred("451 try again later")
    house.answer(letter, "forwarded", to="jonas")
    house.reply = Receipt("250 ok")
    house.clock.move(hours=1)
    [waiting] = [
        row for row in house.rows(outbox) if row.template == "sales/forwarded" and row.state == "deferred"
    ]
    begun = house.sender.begin(waiting.id)
    assert isinstance(begun, Begun)
    house.answer(letter, "forwarded", to="jonas", note="Ruft bis Freitag")
    house.sender.conclude(begun, house.sender.send(begun))
    assert ["Ruft bis Freitag" in one.text for one in house.mails_to(JONAS)] == [True, False]


def test_words_that_follow_reach_the_colleague_in_three_mails_and_more_are_refused(house: House) -> None:
    letter = with_mira(house)
    house.answer(letter, "forwarded", to="jonas")
    for number in range(2):
        house.clock.move(minutes=1)
        house.answer(letter, "forwarded", to="jonas", note=f"Nachtrag {number}")
    for number in range(2, 4):
        house.clock.move(minutes=1)
        with pytest.raises(HandoverClosed):
            house.answer(letter, "forwarded", to="jonas", note=f"Nachtrag {number}")
    house.answer(letter, "forwarded", to="jonas", note="Nachtrag 1")  # pressed once more
    assert len(house.mails_to(JONAS)) == 3
    assert "Nachtrag 2" not in (house.lead().handovers[0].note or "")
    house.answer(house.mails_to(JONAS)[-1], "forwarded", to="mira")
    house.clock.move(minutes=1)
    house.answer(house.mails_to(MIRA)[-1], "forwarded", to="jonas", note="Doch Sie")
    house.answer(house.mails_to(MIRA)[-1], "forwarded", to="jonas", note="Bis Freitag")
    assert len(house.mails_to(JONAS)) == 5, "passed on once more, and told of that"


def test_who_passed_a_lead_on_adds_nothing_once_the_colleague_did_something(house: House) -> None:
    letter = with_mira(house)
    house.answer(letter, "forwarded", to="jonas", note="Ruft bis Freitag")
    house.answer(house.mails_to(JONAS)[-1], "not_reached")
    told = len(house.mails_to(JONAS))
    with pytest.raises(HandoverClosed):
        house.answer(letter, "forwarded", to="jonas", note="Doch erst am Montag")
    house.answer(letter, "forwarded", to="jonas", note="Ruft bis Freitag")  # pressed once more
    assert len(house.mails_to(JONAS)) == told


def test_it_stays_too_when_who_agreed_on_it_is_gone_and_the_link_is_sent_again(house: House) -> None:
    on = (house.clock() + timedelta(days=20)).date()
    house.answer(with_mira(house), "come_back", on=on)
    left = {one: person for one, person in house.program.people.items() if one != "mira"}
    later = House(house.engine, replace(house.program, people=left), house.clock)
    with later.unit() as unit:
        send_link_again(unit, profiles.lock_by_key(unit.connection, ANNA))
    later.run()
    [row] = later.rows(handovers)
    assert (row.sales_person, row.agreed_on, row.due_at.date()) == ("jonas", on, on)
    assert f"Vereinbart für den {i18n.format_day(on, 'de')}." in later.mails_to(JONAS)[-1].text


@pytest.mark.parametrize("days", [5, 40])
def test_a_date_that_is_past_binds_nobody(house: House, days: int) -> None:
    letter = with_mira(house)
    house.answer(letter, "accepted")
    house.answer(letter, "come_back", on=(house.clock() + timedelta(days=1)).date())
    house.clock.move(days=days)
    house.answer(letter, "forwarded", to="jonas")
    [row] = house.rows(handovers)
    assert row.agreed_on is None
    assert row.due_at > house.clock()


def test_a_new_request_ends_what_was_agreed(house: House) -> None:
    letter = with_mira(house)
    house.answer(letter, "come_back", on=(house.clock() + timedelta(days=20)).date())
    house.lead_by_form()
    [row] = house.rows(handovers)
    assert row.agreed_on is None
    assert row.due_at < house.clock() + timedelta(days=7)


def test_who_gets_a_lead_of_a_wrong_territory_reads_who_gave_it_back_and_why(house: House) -> None:
    letter = with_mira(house)
    house.answer(letter, "not_reached", note="Mailbox")
    house.answer(letter, "rejected", reason="wrong-territory", note="Österreich <b>")
    told = house.mails_to(JONAS)[-1]
    assert "Mira Steinfeld hat diesen Lead an Sie weitergegeben:" in told.text
    assert "Falsches Gebiet (Mira Steinfeld): Österreich <b>" in told.text
    assert "Falsches Gebiet (Mira Steinfeld): Österreich &lt;b&gt;" in told.html
    assert "nicht erreicht (Mira Steinfeld): Mailbox" in told.text
    now, before = house.lead().handovers
    assert (now.state, now.passed_by) == ("open", "Mira Steinfeld")
    assert (now.note or "").endswith("Falsches Gebiet (Mira Steinfeld): Österreich <b>")
    assert "Falsches Gebiet" not in (before.note or "")


def test_a_date_agreed_with_the_customer_stays_when_the_territory_was_wrong(house: House) -> None:
    letter, on = with_mira(house), (house.clock() + timedelta(days=20)).date()
    house.answer(letter, "come_back", on=on)
    house.answer(letter, "rejected", reason="wrong-territory")
    assert f"Vereinbart für den {i18n.format_day(on, 'de')}." in house.mails_to(JONAS)[-1].text
    line = house.lead().handovers[0]
    assert line.due_at.date() == on
    assert line.measure is not None
    assert line.measure.until == line.due_at


def test_who_gets_a_lead_back_has_a_link_that_lasts(house: House) -> None:
    mine = with_mira(house)
    house.answer(mine, "forwarded", to="jonas")
    house.clock.move(hours=1)
    house.answer(house.mails_to(JONAS)[-1], "forwarded", to="mira")
    back = house.mails_to(MIRA)[-1]
    house.clock.move(days=20)
    house.answer(back, "note", note="Bleibt bei mir")
    with pytest.raises(ExpiredToken):
        house.answer(mine, "note", note="Mit dem alten Link")
