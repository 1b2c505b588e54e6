"""Sales says nothing: reminded, told to the head of the team, given back; and whoever took a lead is asked, once."""

import json
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from bridge import i18n
from bridge.delivery.letters import Letter
from bridge.flow.sales.await_answers import await_answers
from bridge.ids import new_id
from bridge.program.desk import Desk, Hours, Measure
from bridge.program.expressions import compile_expression
from bridge.program.model import Webhook
from bridge.store import events
from bridge.store.events import EventRow
from bridge.store.tables import dead_letters, handovers
from connectors.contract import Deferred, Receipt
from tests.house import House
from tests.together import at_once

MIRA, JONAS = "mira.steinfeld@example.com", "jonas.achterberg@example.com"
# A house begins on Thursday, 12 March 2026, at 13 o'clock in Berlin.


def subjects(house: House, address: str) -> list[str]:
    """How the subjects of the mails to somebody begin."""
    return [letter.subject.partition(":")[0] for letter in house.mails_to(address)]


def with_jonas(house: House) -> None:
    """A lead that is with Jonas, whose team Mira leads, since the house began."""
    letter = house.lead_by_form()
    if letter.recipient != JONAS:
        house.answer(letter, "forwarded", to="jonas")


def passed_on(house: House, letter: Letter) -> str:
    """Whoever got this mail passes the lead on to the other of the two; the colleague's address."""
    to, address = ("jonas", JONAS) if letter.recipient == MIRA else ("mira", MIRA)
    house.answer(letter, "forwarded", to=to)
    return address


def another(house: House, **changes: Any) -> House:
    """The same with another programme, and an operator."""
    program = replace(house.program, **changes)
    return House(house.engine, program=program, operator="ops@example.com")


def outcomes(house: House) -> list[dict[str, Any]]:
    told = [json.loads(request.body) for request in house.posted]
    return [one["data"] for one in told if one["type"] == "lead.outcome"]


def test_who_does_not_answer_is_reminded_once_after_a_working_day(house: House) -> None:
    with_jonas(house)
    house.tick(hours=23)
    assert "Wartet noch" not in subjects(house, JONAS)
    house.tick(hours=1)
    house.tick(hours=1)
    assert subjects(house, JONAS).count("Wartet noch") == 1


def test_nobody_is_reminded_before_the_time_to_answer_is_over(house: House) -> None:
    house = another(house, response_hours=16)
    house.lead_by_form()
    house.tick(days=1)
    assert "Wartet noch" not in subjects(house, MIRA)
    house.tick(days=3)
    assert "Wartet noch" in subjects(house, MIRA)


def test_no_reminder_on_a_weekend_or_a_holiday(house: House) -> None:
    house = another(house, desk=Desk(hours=Hours(holidays="DE-BY")))
    house.clock.move(days=21)  # Maundy Thursday
    house.lead_by_form()
    for _ in range(4):
        house.tick(days=1)
        assert "Wartet noch" not in subjects(house, MIRA)
    house.tick(days=1)  # Tuesday after Easter
    assert "Wartet noch" in subjects(house, MIRA)


def test_the_head_of_the_team_hears_of_it_after_two_and_can_take_the_lead(house: House) -> None:
    with_jonas(house)
    house.tick(days=1)
    assert "Ohne Antwort" not in subjects(house, MIRA)
    house.tick(days=3)
    assert subjects(house, MIRA)[-1] == "Ohne Antwort"
    letter = house.mails_to(MIRA)[-1]
    assert "Jonas Achterberg hat diesen Lead seit" in letter.text
    assert letter.text.startswith("Guten Tag Mira Steinfeld,")
    house.answer(letter, "accepted")
    assert (house.lead().owner, house.lead().handovers[0].sales_person) == ("Mira Steinfeld",) * 2


def test_whose_lead_is_taken_over_hears_of_it_and_the_reasons_say_so_first(house: House) -> None:
    with_jonas(house)
    house.tick(days=1)
    house.tick(days=3)
    house.answer(house.mails_to(MIRA)[-1], "accepted")
    house.tick(minutes=1)
    letter = house.mails_to(JONAS)[-1]
    assert letter.subject.startswith("Nicht mehr bei Ihnen: Anna Berg")
    for text in (letter.text, letter.html):
        assert "Mira Steinfeld hat diesen Lead jetzt." in text
    [why, *_] = house.lead().handovers[0].route
    assert re.fullmatch(r"Mira Steinfeld hat ihn am \d+\. März 2026 von Jonas Achterberg übernommen\.", why)
    assert subjects(house, MIRA).count("Nicht mehr bei Ihnen") == 0, "who accepts needs no mail about it"


def test_without_a_head_the_operator_is_told_once_a_day(house: House) -> None:
    house = another(house, desk=Desk())
    house.lead_by_form()
    house.lead_by_form("ben@beispiel.example")
    house.tick(days=1)
    house.tick(days=3)
    assert subjects(house, "ops@example.com") == ["Ein Lead wartet, und der Vertrieb antwortet nicht"]
    assert "anna" not in house.mails_to("ops@example.com")[0].text.lower()


def test_after_ten_working_days_the_lead_is_back_with_marketing(house: House) -> None:
    house.click_two(house.subscriber())
    letter = house.to_sales()[-1]
    if letter.recipient != JONAS:
        house.answer(letter, "forwarded", to="jonas")
    for _ in range(14):
        assert house.lead().stage == "sales_qualified"
        house.tick(days=1)
    house.tick(days=1)
    lead = house.lead()
    assert (lead.stage, lead.handovers[0].state) == ("marketing_qualified", "expired")
    assert lead.fit == 50, "nobody said anything about whether this person fits"
    assert ("sales-expired", -6) in house.points()
    assert "sales.expired" in {line.kind for line in lead.timeline}
    assert subjects(house, JONAS)[-1] == subjects(house, MIRA)[-1] == "Zurück ans Marketing"
    assert house.moves()[-1] == ("sales_qualified", "marketing_qualified")


def test_who_loses_a_lead_hears_of_it_also_when_mails_wait_for_days(house: House) -> None:
    with_jonas(house)
    for _ in range(13):
        house.tick(days=1)
    assert house.lead().handovers[0].state == "open"
    house.reply = Deferred("busy")
    house.tick(days=1)
    assert house.lead().handovers[0].state == "expired"
    house.tick(days=2)
    house.reply = Receipt("250 ok")
    house.tick(days=1)
    for address in (JONAS, MIRA):
        last = house.mails_to(address)[-1]
        assert last.subject.startswith("Zurück ans Marketing")
        assert "Anna Berg" in last.text
        assert "/leads/" not in last.text + last.html, "nothing opens any more"


def test_nurturing_goes_on_at_once(house: House) -> None:
    house.lead_by_points()
    count = len(house.mails_to("anna@beispiel.example"))
    for _ in range(15):
        house.tick(days=1)
    assert house.lead().stage == "marketing_qualified"
    house.tick(days=1)
    assert len(house.mails_to("anna@beispiel.example")) > count


def test_other_systems_hear_that_it_expired(house: House) -> None:
    hook = Webhook("crm", "https://crm.example.com/hook", ("s3cret",), ("lead.outcome",))
    house = another(house, webhooks=(hook,))
    house.lead_by_form()
    for _ in range(15):
        house.tick(days=1)
    told = outcomes(house)[-1]
    assert told["outcome"] == "expired"
    assert told["stage"] == "prospect"


@pytest.mark.parametrize("answer", ["accepted", "not_reached", "note", "come_back"])
def test_whoever_reacts_in_any_way_is_left_alone(house: House, answer: str) -> None:
    house.answer(house.lead_by_form(), answer, note="Mailbox", on=date(2026, 3, 20))
    count = len(house.to_sales())
    for _ in range(20):
        house.tick(days=1)
    assert len(house.to_sales()) == count
    assert house.lead().handovers[0].state in {"open", "accepted"}


def test_a_new_request_lets_everything_begin_anew(house: House) -> None:
    house.lead_by_form()
    house.tick(days=1)
    house.tick(days=3)
    house.submit(form="kontakt", allows=(), message="Und nun?")
    for _ in range(11):
        house.tick(days=1)
    assert house.lead().handovers[0].state == "open", "the request is younger than ten working days"
    assert subjects(house, house.to_sales()[-1].recipient).count("Wartet noch") == 2


@pytest.mark.parametrize("reaches", [True, False])
def test_whoever_a_lead_is_passed_on_to_is_reminded_in_turn(house: House, reaches: bool) -> None:
    letter = house.lead_by_form()
    if not reaches:
        house.answer(letter, "not_reached")
    colleague = passed_on(house, letter)
    house.tick(days=1)
    assert (subjects(house, colleague)[-1], subjects(house, letter.recipient)[-1]) == (
        "Wartet noch",
        subjects(house, letter.recipient)[0],
    )


def test_who_gets_a_lead_late_has_a_working_day_of_their_own(house: House) -> None:
    house = another(house, response_hours=1)
    letter = house.lead_by_form()
    house.clock.move(hours=23)
    colleague = passed_on(house, letter)
    house.tick(hours=2)
    assert "Wartet noch" not in subjects(house, colleague)
    house.tick(days=3)
    assert subjects(house, colleague).count("Wartet noch") == 1
    assert "wartet seit 13. März 2026, 12:00" in house.mails_to(colleague)[-1].text


def test_a_request_after_an_answer_waits_for_an_answer_again(house: House) -> None:
    letter = house.lead_by_form()
    house.answer(letter, "not_reached")
    house.clock.move(hours=1)
    house.submit(form="kontakt", allows=(), message="Und nun?")
    house.tick(days=1)
    assert subjects(house, letter.recipient)[-1] == "Wartet noch"


def test_whoever_gets_an_accepted_lead_is_reminded_but_never_loses_it(house: House) -> None:
    with_jonas(house)
    house.answer(house.mails_to(JONAS)[-1], "accepted")
    house.answer(house.mails_to(JONAS)[-1], "forwarded", to="mira")
    house.answer(house.mails_to(MIRA)[-1], "forwarded", to="jonas")
    for _ in range(30):
        house.tick(days=1)
    assert subjects(house, JONAS).count("Wartet noch") == subjects(house, MIRA).count("Ohne Antwort") == 1
    reminder = next(one for one in house.mails_to(JONAS) if one.subject.startswith("Wartet noch"))
    escalation = next(one for one in house.mails_to(MIRA) if one.subject.startswith("Ohne Antwort"))
    for text in (reminder.text, reminder.html):
        assert "Lead übernehmen oder mit einem Grund" in " ".join(text.split())
    for text in (escalation.text, escalation.html):
        assert "oder übernehmen Sie ihn selbst." in " ".join(text.split())
        assert "zurück ans Marketing" not in text, "which it does not"
    assert house.lead().handovers[0].state == "accepted"


def test_the_head_who_takes_up_what_a_colleague_accepted_has_it_since_then(house: House) -> None:
    with_jonas(house)
    house.answer(house.mails_to(JONAS)[-1], "accepted")
    house.answer(house.mails_to(JONAS)[-1], "forwarded", to="mira")
    house.answer(house.mails_to(MIRA)[-1], "forwarded", to="jonas")
    for _ in range(6):
        house.tick(days=1)
    house.answer(house.mails_to(MIRA)[-1], "accepted")
    taken_up = house.clock()
    assert house.lead().handovers[0].since == taken_up
    house.tick(days=60)
    for _ in range(3):
        house.tick(days=1)
    asked = house.mails_to(MIRA)[-1].text
    assert "?answer=won#outcome" in asked
    assert f"seit {i18n.format_exact(taken_up, 'de', house.program.timezone)}" in " ".join(asked.split())


def test_who_accepted_a_lead_is_not_reminded_of_its_next_request(house: House) -> None:
    letter = house.lead_by_form()
    house.answer(letter, "accepted")
    house.clock.move(hours=1)
    house.submit(form="kontakt", allows=(), message="Und nun?")
    for _ in range(5):
        house.tick(days=1)
    assert "Wartet noch" not in subjects(house, letter.recipient)


def test_a_reminder_that_waits_does_not_reach_who_passed_the_lead_on(house: House) -> None:
    letter = house.lead_by_form()
    house.reply = Deferred("busy")
    house.tick(days=1)
    house.clock.move(minutes=1)
    passed_on(house, letter)
    house.reply = Receipt("250 ok")
    house.tick(hours=2)
    assert "Wartet noch" not in subjects(house, letter.recipient)


def test_who_was_away_for_a_month_is_reminded_before_the_lead_is_gone(house: House) -> None:
    house.lead_by_form()
    house.tick(days=32)
    assert house.lead().handovers[0].state == "open"
    assert subjects(house, house.to_sales()[-1].recipient)[-1] == "Wartet noch"


def test_an_answer_overtakes_a_reminder_that_waits(house: House) -> None:
    letter = house.lead_by_form()
    house.reply = Deferred("busy")
    house.tick(days=1)
    house.answer(letter, "accepted")
    house.reply = Receipt("250 ok")
    house.tick(hours=2)
    assert "Wartet noch" not in subjects(house, letter.recipient)


def test_who_took_a_lead_and_was_silent_for_sixty_days_is_asked_once(house: House) -> None:
    letter = house.lead_by_form()
    house.answer(letter, "accepted")
    house.tick(days=59)
    assert "Wie steht es" not in subjects(house, letter.recipient)
    house.tick(days=5)
    house.tick(days=60)
    assert subjects(house, letter.recipient).count("Wie steht es") == 1
    asked = house.mails_to(letter.recipient)[-1]
    assert "?answer=won#outcome" in asked.text


def test_a_new_request_lets_us_ask_again_some_day(house: House) -> None:
    letter = house.lead_by_form()
    house.answer(letter, "accepted")
    house.tick(days=64)
    house.submit(form="kontakt", allows=(), message="Und nun?")
    house.tick(days=50)
    assert subjects(house, letter.recipient).count("Wie steht es") == 1
    house.tick(days=20)
    assert subjects(house, letter.recipient).count("Wie steht es") == 2


def test_a_note_or_a_date_puts_the_question_off(house: House) -> None:
    letter = house.lead_by_form()
    house.answer(letter, "accepted")
    house.tick(days=50)
    house.answer(letter, "note", note="Angebot liegt vor", amount=Decimal(9000), currency="EUR")
    house.tick(days=50)
    assert "Wie steht es" not in subjects(house, letter.recipient)
    assert house.lead().handovers[0].amount == Decimal(9000)


def test_two_crons_at_once_remind_once(house: House) -> None:
    for name in ("anna", "ben", "cara"):
        house.lead_by_form(f"{name}@beispiel.example")
    house.clock.move(days=1)
    at_once(3, lambda: list(await_answers(house.unit, at_a_time=1)))
    house.run()
    assert sum(letter.subject.startswith("Wartet noch") for letter in house.to_sales()) == 3


def test_who_is_killed_before_the_end_has_done_nothing(house: House) -> None:
    house.lead_by_form()
    house.clock.move(days=1)

    class Killed(Exception):
        pass

    def broken() -> None:
        with house.unit() as unit:
            for _ in await_answers(lambda: _Open(unit)):
                raise Killed

    with pytest.raises(Killed):
        broken()
    assert [row.reminded_at for row in house.rows(handovers)] == [None]
    house.tick(minutes=1)
    assert subjects(house, house.to_sales()[-1].recipient).count("Wartet noch") == 1


def test_one_person_who_cannot_be_scored_stops_nobody_elses_steps(house: House) -> None:
    house.lead_by_form("anna@beispiel.example")
    house.lead_by_form("ben@beispiel.example")
    for _ in range(13):
        house.tick(days=1)
    house.lead_by_form("cara@beispiel.example")
    house.clock.move(days=1)
    _tear(house, "anna@beispiel.example")
    for _ in await_answers(house.unit):
        pass
    states = {name: house.lead(f"{name}@beispiel.example").handovers[0].state for name in ("anna", "ben")}
    assert states == {"anna": "open", "ben": "expired"}
    assert [row.source for row in house.rows(dead_letters)] == ["step give_back"]
    reminded = [row.reminded_at for row in house.rows(handovers)]
    assert house.clock() in reminded, "Cara's lead"


def test_many_who_cannot_be_scored_are_passed_over_and_not_found_again_and_again(house: House) -> None:
    for name in ("anna", "ben", "cara"):
        house.lead_by_form(f"{name}@beispiel.example")
    for _ in range(13):
        house.tick(days=1)
    house.clock.move(days=1)
    for name in ("anna", "ben"):
        _tear(house, f"{name}@beispiel.example")
    for _ in await_answers(house.unit, at_a_time=1):
        pass
    assert house.lead("cara@beispiel.example").handovers[0].state == "expired"


def _tear(house: House, email: str) -> None:
    """From now on somebody cannot be scored."""
    data = {"channel": "sales", "submission": "no id"}
    with house.unit() as unit:
        person = house.lead(email).id
        torn = EventRow(new_id(), person, "form.submitted", unit.now, unit.now, data=data)
        events.add(unit.connection, [torn])


class _Open:
    """A unit that somebody else opened."""

    def __init__(self, unit: Any) -> None:
        self.unit = unit

    def __enter__(self) -> Any:
        return self.unit

    def __exit__(self, *_: object) -> None:
        return None


def test_a_measure_knows_country_and_territory(house: House) -> None:
    alps = Measure(
        "visit", {"de": "Besuchen"}, "call_this_week", compile_expression("lead.territory == 'alpen'")
    )
    house = another(house, desk=replace(house.program.desk, measures=(alps,)))
    assert "Was zu tun ist: Heute anrufen" in house.lead_by_form().text
    house.submit(form="rueckruf", email="urs@firma.example", phone="+41 44 268 66 66", allows=())
    assert "Was zu tun ist: Besuchen, bis 13. März 2026, 17:00" in house.to_sales()[-1].text
