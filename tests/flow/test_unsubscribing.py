"""Whoever unsubscribes gets no advertising any more, but still what they ask for."""

from bridge.store.tables import enrolments
from connectors.contract import Deferred
from tests.house import ANNA, House


def advertising(house: House) -> list[str]:
    return [mail.subject for mail in house.sent if mail.list_unsubscribe_url]


def test_no_advertising_goes_out_afterwards(house: House) -> None:
    house.subscriber()
    house.unsubscribe(ANNA)
    house.tick(days=60)
    assert advertising(house) == ["Willkommen bei Globe Next"]
    assert house.consents()["email"] == "withdrawn"


def test_not_even_what_waits_in_the_outbox(house: House) -> None:
    house.submit()
    house.reply = Deferred("busy")
    house.confirm()
    assert [row.state for row in house.outbox() if row.template == "mail/nurture"] == ["deferred"]
    house.unsubscribe(ANNA)
    house.reply = House(house.engine).reply
    house.tick(days=1)
    assert advertising(house) == []
    assert [row.error for row in house.outbox("refused")] == ["unsubscribed"]


def test_sequences_end(house: House) -> None:
    house.subscriber()
    house.unsubscribe(ANNA)
    assert [row.state for row in house.rows(enrolments)] == ["ended"]


def test_unsubscribing_twice_is_unsubscribing_once(house: House) -> None:
    house.subscriber()
    house.unsubscribe(ANNA)
    house.unsubscribe(ANNA)
    assert [line.kind for line in house.lead().timeline].count("unsubscribed") == 1
    assert [line.state for line in house.lead().consents].count("withdrawn") == 1


def test_what_a_person_asks_for_still_comes(house: House) -> None:
    house.subscriber()
    house.unsubscribe(ANNA)
    house.submit(form="sepa-checkliste", allows=())
    assert house.sent[-1].subject == "Ihr Download: SEPA-Checkliste (PDF)"


def test_a_sales_form_still_reaches_sales(house: House) -> None:
    house.subscriber()
    house.unsubscribe(ANNA)
    assert house.lead_by_form().subject.startswith("Rückruf gewünscht")


def test_a_ticked_box_alone_does_not_lift_it(house: House) -> None:
    house.subscriber()
    house.unsubscribe(ANNA)
    house.clock.move(days=1)
    house.submit(form="webinar")
    house.tick(days=60)
    assert advertising(house) == ["Willkommen bei Globe Next"]


def test_a_ticked_box_and_its_confirmation_lift_it(house: House) -> None:
    house.subscriber()
    house.unsubscribe(ANNA)
    house.clock.move(days=1)
    house.submit(form="webinar")
    house.confirm()
    assert house.consents()["email"] == "given"
    assert house.lead().suppressed is None


def test_points_and_stage_stay(house: House) -> None:
    house.subscriber()
    before = house.lead()
    house.unsubscribe(ANNA)
    assert (house.lead().score, house.lead().stage) == (before.score, before.stage)


def test_who_comes_back_is_written_to_again(house: House) -> None:
    house.subscriber()
    house.unsubscribe(ANNA)
    house.clock.move(days=30)
    house.submit(form="webinar")
    house.confirm()
    house.tick(days=8)
    assert advertising(house) == ["Willkommen bei Globe Next", "Drei Fragen vor dem Umstieg"]


def test_who_comes_back_gets_the_next_mail_when_it_was_due_and_not_at_once(house: House) -> None:
    house.subscriber()
    before = len(house.sent)
    house.unsubscribe(ANNA)
    house.save_preferences(ANNA, allowed={"email": True, "tracking": True})
    house.tick(minutes=5)
    assert len(house.sent) == before
    house.tick(days=8)
    assert len(house.sent) == before + 1
