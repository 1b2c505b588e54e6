"""What was counted and turns out to be a machine's is taken back, and sales is told."""

from dataclasses import replace

import pytest

from bridge.errors import HandoverClosed
from bridge.profiles.overview import HandoverLine
from bridge.program.model import Program
from bridge.store.tables import events
from connectors.contract import Deferred, Receipt
from tests.house import ANNA, House


def handover(house: House) -> HandoverLine:
    """Anna's newest hand-over."""
    return house.lead().handovers[0]


def a_late_burst(house: House) -> None:
    """Fifty seconds after a click that counts already, the rest of a slow burst comes."""
    welcome = house.subscriber()
    house.click(welcome, 1)
    house.tick(seconds=45)
    for number in (2, 3, 4):
        house.click(welcome, number)
        house.clock.move(seconds=4)
    house.tick(minutes=5)


def test_a_burst_that_starts_later_takes_the_first_click_with_it(house: House) -> None:
    a_late_burst(house)
    assert house.lead().score == 1
    assert {line.verdict for line in house.lead().timeline if line.kind == "link.clicked"} == {"scanner"}


def test_what_is_taken_back_stays_in_the_ledger(house: House) -> None:
    a_late_burst(house)
    clicked = [line for line in house.lead().ledger if line.rule == "link-clicked" and line.topic is None]
    assert [(line.points, line.undone) for line in reversed(clicked)] == [(2, True), (-2, True)]
    assert clicked[0].reason == (
        "zurückgenommen, weil eine Maschine geklickt hat: "
        "Klick auf „SEPA-Checkliste lesen“ in „Willkommen bei Globe Next“"
    )


def test_topics_are_corrected_as_well(house: House) -> None:
    a_late_burst(house)
    assert {row.topic: row.score for row in house.lead().topics}["sepa"] == 0


def test_what_was_taken_back_once_is_not_taken_back_again(house: House) -> None:
    a_late_burst(house)
    before = house.points()
    house.click(house.mails_to(ANNA)[-1], 1)
    house.tick(minutes=5)
    assert house.points() == before


def late_machine(house: House) -> None:
    """Sales has got Anna because of two clicks; then the same browser asks for everything by HEAD."""
    house.lead_by_points()
    welcome = house.mails_to(ANNA)[-1]
    house.clock.move(minutes=2)
    for number in (1, 2, 3, 4):
        house.click(welcome, number, method="HEAD")
    house.tick(minutes=5)


def test_a_hand_over_that_rested_on_a_machine_is_withdrawn(house: House) -> None:
    late_machine(house)
    assert handover(house).state == "withdrawn"
    assert house.lead().stage == "marketing_qualified"
    assert house.lead().score == 1
    assert house.moves()[-2:] == [
        ("marketing_qualified", "sales_qualified"),
        ("sales_qualified", "marketing_qualified"),
    ]


def test_sales_is_told_that_it_need_not_call(house: House) -> None:
    late_machine(house)
    assert [letter.subject for letter in house.to_sales()] == [
        "Vertriebsreif: Anna Berg, Beispiel GmbH (Finanzbuchhaltung)",
        "Zurückgezogen: Anna Berg, Beispiel GmbH (Finanzbuchhaltung)",
    ]
    told = house.to_sales()[-1]
    assert "nicht von einem Menschen" in told.text
    for one in ("Anna Berg", "Beispiel GmbH"):
        assert one in told.text
    for one in ("erlaubt", "Telefon", ANNA):
        assert one not in told.text + told.html, "nobody is to be called"


def test_an_accepted_lead_stays_with_who_accepted_it(house: House) -> None:
    house.answer(house.lead_by_points(), "accepted")
    house.clock.move(minutes=2)
    welcome = house.mails_to(ANNA)[-1]
    for number in (1, 2, 3, 4):
        house.click(welcome, number, method="HEAD")
    house.tick(minutes=5)
    assert handover(house).state == "accepted"
    assert house.lead().stage == "accepted"
    assert "bleibt bei Ihnen" in house.to_sales()[-1].text
    assert len(house.to_sales()) == 2


def test_who_got_an_accepted_lead_is_not_said_to_have_accepted_it(house: House) -> None:
    letter = house.lead_by_points()
    house.answer(letter, "accepted")
    house.clock.move(minutes=2)
    house.answer(letter, "forwarded", to="jonas" if letter.recipient.startswith("mira") else "mira")
    welcome = house.mails_to(ANNA)[-1]
    for number in (1, 2, 3, 4):
        house.click(welcome, number, method="HEAD")
    house.tick(minutes=5)
    told = house.to_sales()[-1]
    assert told.recipient != letter.recipient
    for text in (told.text, told.html):
        assert "Sie haben diesen Lead seit 12. März 2026" in text
        assert "bleibt bei Ihnen" in text


def test_who_asked_to_be_called_is_called(house: House) -> None:
    house.lead_by_points()
    house.submit(form="rueckruf", allows=(), phone="+49 30 23125 010")
    house.clock.move(minutes=2)
    for number in (1, 2, 3, 4):
        house.click(house.mails_to(ANNA)[1], number, method="HEAD")
    house.tick(minutes=5)
    assert handover(house).state == "open"


def test_a_mail_to_sales_that_has_not_left_is_not_sent_at_all(house: House) -> None:
    welcome = house.subscriber()
    house.reply = Deferred("mail server is away")
    house.click_two(welcome)
    assert handover(house).state == "open"
    for number in (1, 2, 3, 4):
        house.click(welcome, number, method="HEAD")
    house.tick(minutes=5)
    house.reply = Receipt("250 ok")
    house.tick(hours=6)
    assert handover(house).state == "withdrawn"
    assert house.to_sales() == []


def test_sales_hears_of_a_withdrawal_also_when_mails_wait_for_days(house: House) -> None:
    house.lead_by_points()
    welcome = house.mails_to(ANNA)[-1]
    house.reply = Deferred("mail server is away")
    for number in (1, 2, 3, 4):
        house.click(welcome, number, method="HEAD")
    house.tick(minutes=5)
    assert handover(house).state == "withdrawn"
    house.tick(days=2)
    house.reply = Receipt("250 ok")
    house.tick(days=1)
    last = house.to_sales()[-1]
    assert "nicht von einem Menschen" in last.text
    assert "/leads/" not in last.text + last.html
    assert "Der Link" not in last.text + last.html


def test_a_colleague_who_got_the_lead_before_the_first_mail_left_is_told(house: House) -> None:
    welcome = house.subscriber()
    house.reply = Deferred("mail server is away")
    house.click_two(welcome)
    house.reply = Receipt("250 ok")
    house.clock.move(minutes=2)
    first = next(one for one in reversed(house.tried) if "/leads/" in one.text)
    house.answer(first, "forwarded", to="jonas" if first.recipient.startswith("mira") else "mira")
    for number in (1, 2, 3, 4):
        house.click(welcome, number, method="HEAD")
    house.tick(minutes=5)
    assert handover(house).state == "withdrawn"
    told = house.to_sales()
    assert [one.subject.partition(":")[0] for one in told] == ["An Sie weitergegeben", "Zurückgezogen"]
    assert told[0].recipient == told[1].recipient != first.recipient


def test_a_person_may_become_ready_for_sales_after_a_withdrawal(house: House) -> None:
    late_machine(house)
    house.tick(hours=2)
    house.click_two(house.mails_to(ANNA)[-1])
    assert [row.state for row in house.lead().handovers] == ["open", "withdrawn"]


def test_who_accepted_nothing_can_answer_a_withdrawn_hand_over_no_more(house: House) -> None:
    late_machine(house)
    with pytest.raises(HandoverClosed):
        house.answer(house.to_sales()[0], "accepted")


def test_verdicts_of_long_ago_stay(house: House) -> None:
    welcome = house.subscriber()
    house.click(welcome, 1)
    house.tick(days=3)
    for number in (1, 2, 3, 4):
        house.click(welcome, number, method="HEAD")
    house.tick(minutes=5)
    assert house.lead().score == 3
    assert [
        row.verdict
        for row in sorted(house.rows(events), key=lambda row: row.at)
        if row.kind == "link.clicked"
    ] == [
        "human",
        *["scanner"] * 4,
    ]


def test_after_a_rejection_a_correction_takes_no_real_points(house: House) -> None:
    house.answer(house.lead_by_points(), "rejected", reason="only-informing")
    assert house.lead().score == 6
    house.clock.move(minutes=2)
    for number in (1, 2, 3, 4):
        house.click(house.mails_to(ANNA)[-1], number, method="HEAD")
    house.tick(minutes=5)
    assert house.lead().score == 1, "the form and the mail: as if nobody had clicked, and nothing to reject"


def test_a_hand_over_that_rested_on_forms_is_not_withdrawn(house: House) -> None:
    for form in ("webinar", "sepa-checkliste", "globe-next-download"):
        house.submit(form=form)
    house.confirm()
    easy = House(house.engine, program=with_threshold(house, 5), clock=house.clock)
    easy.submit(form="globe-next-download", key="once more")
    easy.tick(minutes=1)
    assert handover(easy).state == "open"
    welcome = next(letter for letter in house.mails_to(ANNA) if letter.list_unsubscribe_url)
    easy.click(welcome, 1)
    easy.tick(minutes=3)
    for number in (2, 3, 4):
        easy.click(welcome, number, method="HEAD")
    easy.tick(minutes=5)
    assert ("link-clicked", -2) in easy.points()
    assert handover(easy).state == "open"


def test_a_correction_reaches_who_objects(house: House) -> None:
    welcome = house.subscriber()
    house.click(welcome, 1)
    house.tick(seconds=45)
    for number in (2, 3, 4):
        house.click(welcome, number)
        house.clock.move(seconds=4)
    house.objects()
    house.tick(minutes=5)
    house.takes_objection_back()
    house.tick(minutes=5)
    [verdict] = {line.verdict for line in house.lead().timeline if line.kind == "link.clicked"}
    assert (("link-clicked", -2) in house.points()) == (verdict == "scanner"), "points and verdicts agree"


def with_threshold(house: House, threshold: int) -> Program:
    """The programme with a lower threshold."""
    return replace(house.program, stages=replace(house.program.stages, threshold=threshold))
