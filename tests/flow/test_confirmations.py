"""Double opt-in: the confirmation mail, its limits, and what pressing the button means."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from bridge.intake.records import GivenConsent
from connectors.contract import Deferred, Receipt
from tests import make
from tests.house import ANNA, House

CONFIRM = "Bitte bestätigen Sie Ihre Adresse"


def subjects(house: House, email: str = ANNA) -> list[str]:
    return [mail.subject for mail in house.mails_to(email)]


def test_who_ticks_the_box_gets_the_confirmation_and_nothing_else(house: House) -> None:
    house.submit()
    assert subjects(house) == [CONFIRM]
    assert house.lead().stage == "prospect"


def test_who_does_not_tick_gets_the_receipt_with_the_download(house: House) -> None:
    house.submit(allows=())
    (receipt,) = house.mails_to(ANNA)
    assert receipt.subject == "Ihr Download: Globe Next im Überblick (PDF)"
    assert "/d/" in receipt.text
    assert "/t/" not in receipt.html + receipt.text, "neither pixel nor tracked links"
    house.tick(days=30)
    assert len(house.sent) == 1


def test_who_ticks_tracking_alone_gets_the_receipt_only(house: House) -> None:
    house.submit(allows=["tracking"])
    assert [mail.subject for mail in house.sent] == ["Ihr Download: Globe Next im Überblick (PDF)"]


def test_a_sales_form_is_answered_at_once_even_if_the_box_is_ticked(house: House) -> None:
    house.submit(form="rueckruf", phone="+49 30 23125 010")
    assert subjects(house) == [CONFIRM, "Angekommen: Rückruf"]


def test_nothing_that_the_sender_typed_stands_in_the_confirmation(house: House) -> None:
    typed = {
        "first_name": "Gewinnen-Sie-jetzt",
        "last_name": "https://spam.example/klick",
        "company": "Billige Pillen",
        "phone": "+49 30 23125 010",
    }
    house.submit(message="Kaufen!", favourite_colour="lila", **typed)
    (mail,) = house.sent
    for value in [*typed.values(), "Kaufen!", "lila"]:
        assert value not in mail.text + mail.html + mail.subject


def test_the_confirmation_has_no_advertising_pixel_or_tracked_link(house: House) -> None:
    house.submit()
    (mail,) = house.sent
    assert "/t/" not in mail.text + mail.html
    assert mail.list_unsubscribe_url is None
    assert mail.auto_submitted == "auto-replied"


def test_the_confirmation_is_in_the_language_of_the_visitor(house: House) -> None:
    english = replace(make.submission(at=house.clock()), context={"language": "en-GB"})
    house.submit(english)
    assert house.sent[0].subject == "Please confirm your address"
    assert house.sent[0].language == "en"


def test_an_address_gets_one_confirmation_in_ten_minutes(house: House) -> None:
    house.submit()
    house.clock.move(minutes=4)
    house.submit(form="webinar")
    house.tick(minutes=5)
    assert subjects(house) == [CONFIRM]
    house.tick(minutes=1)
    assert subjects(house) == [CONFIRM, CONFIRM], "the second was put off, not forgotten"


def test_a_confirmation_that_was_put_off_falls_away_when_nothing_is_left_to_confirm(house: House) -> None:
    house.submit()
    house.submit(form="webinar")
    house.confirm()
    house.tick(minutes=20)
    assert subjects(house).count(CONFIRM) == 1


def test_an_address_gets_three_confirmations_a_day(house: House) -> None:
    for _ in range(5):
        house.submit()
        house.tick(hours=1)
    assert subjects(house).count(CONFIRM) == 3
    house.tick(hours=24)
    house.submit()
    assert subjects(house).count(CONFIRM) == 4


def test_confirmations_keep_their_distance_after_the_mail_server_was_away(house: House) -> None:
    house.reply = Deferred("away")
    for form in ("globe-next-download", "webinar", "sepa-checkliste"):
        house.submit(form=form)
        house.tick(minutes=20)
    house.reply = Receipt("250 ok")
    arrived = []
    for _ in range(40):
        before = len(house.sent)
        house.tick(minutes=1)
        arrived += [house.clock()] * (len(house.sent) - before)
    assert len(arrived) == 3
    assert all(later - earlier >= timedelta(minutes=10) for earlier, later in pairwise(arrived))


def test_confirmations_that_waited_for_days_do_not_come_all_on_one_day(house: House) -> None:
    house.reply = Deferred("away", timedelta(days=1))
    for _ in range(2):
        for _ in range(3):
            house.submit()
            house.clock.move(minutes=20)
        house.tick(days=1)
    house.reply = Receipt("250 ok")
    house.tick(days=1)
    for _ in range(23):
        house.tick(hours=1)
    assert subjects(house).count(CONFIRM) == 3
    for _ in range(24):
        house.tick(hours=1)
    assert subjects(house).count(CONFIRM) == 6


def test_two_workers_at_once_send_one_confirmation(house: House) -> None:
    house.submit()
    house.submit(form="webinar")
    house.clock.move(hours=1)
    waiting = [one.id for one in house.outbox("due", "deferred")]
    assert len(waiting) == 1
    house.submit(form="sepa-checkliste")
    waiting = [one.id for one in house.outbox("due", "deferred")]
    with ThreadPoolExecutor() as pool:
        list(pool.map(house.sender.deliver, waiting))
    assert subjects(house).count(CONFIRM) == 2


def test_an_unconfirmed_address_gets_at_most_six_mails_a_day(house: House) -> None:
    for _ in range(6):
        house.submit()
        house.submit(form="kontakt", message="Kaufen!")
        house.tick(minutes=15)
    assert len(house.mails_to(ANNA)) == 6


def test_a_receipt_to_an_unconfirmed_address_carries_nothing_that_the_sender_typed(house: House) -> None:
    house.submit(form="kontakt", allows=(), message="Kaufen!", company="Billige Pillen")
    (receipt,) = house.mails_to(ANNA)
    assert "Kaufen" not in receipt.text + receipt.html
    assert "Pillen" not in receipt.text + receipt.html


def test_a_receipt_to_a_confirmed_address_says_word_for_word_what_was_asked(house: House) -> None:
    house.subscriber()
    house.submit(form="kontakt", allows=(), message="Bitte heute noch.")
    receipt = house.mails_to(ANNA)[-1]
    assert "Bitte heute noch." in receipt.text


def test_receipts_to_an_unconfirmed_address_have_the_same_limits(house: House) -> None:
    for _ in range(5):
        house.submit(allows=())
        house.clock.move(minutes=11)
    assert len(house.sent) == 3


def test_confirming_twice_is_confirming_once(house: House) -> None:
    house.submit()
    house.confirm()
    picture = house.lead()
    sent = list(house.sent)
    house.clock.move(hours=1)
    house.confirm()
    assert house.lead() == picture
    assert house.sent == sent


def test_confirming_covers_only_what_was_ticked_on_that_form(house: House) -> None:
    house.submit(allows=["email"])
    first = house.sent[-1]
    house.clock.move(minutes=20)
    house.submit(form="webinar", allows=["email", "tracking"])
    house.confirm(first)
    assert house.consents() == {"email": "given", "tracking": "requested"}
    house.confirm(house.sent[1])
    assert house.consents() == {"email": "given", "tracking": "given"}


def test_the_next_form_of_a_confirmed_person_brings_a_receipt_and_no_confirmation(house: House) -> None:
    house.subscriber()
    house.clock.move(days=1)
    house.submit(form="sepa-checkliste")
    assert house.sent[-1].subject == "Ihr Download: SEPA-Checkliste (PDF)"
    assert subjects(house).count(CONFIRM) == 1
    assert house.points()[-1] == ("form-submitted", 2)


def test_a_new_purpose_is_confirmed_and_the_download_comes_at_once(house: House) -> None:
    house.subscriber(allows=["email"])
    house.clock.move(days=1)
    house.submit(form="sepa-checkliste", allows=["email", "tracking"])
    assert subjects(house)[-2:] == [CONFIRM, "Ihr Download: SEPA-Checkliste (PDF)"]
    assert house.consents()["tracking"] == "requested"
    house.confirm()
    assert house.consents()["tracking"] == "given"


def test_consent_to_calls_is_confirmed_like_any_other(house: House) -> None:
    sent = make.submission("rueckruf", phone="+49 30 23125 010", at=house.clock())
    house.submit(replace(sent, consents={**sent.consents, "phone": GivenConsent(True, "Ja, rufen Sie an.")}))
    assert house.lead().permitted["phone"] == "request"
    house.confirm()
    assert house.lead().permitted["phone"] == "consent"


@pytest.mark.parametrize("company", ["", "Beispiel GmbH"])
def test_marketing_qualified_needs_the_company(house: House, company: str) -> None:
    house.subscriber(form="sepa-checkliste", company=company)
    assert house.lead().stage == ("marketing_qualified" if company else "prospect")


def test_the_missing_field_qualifies_when_it_comes(house: House) -> None:
    house.subscriber(form="sepa-checkliste", company="")
    house.clock.move(days=1)
    house.submit()
    assert house.lead().stage == "marketing_qualified"
