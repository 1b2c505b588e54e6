"""Every consent is kept as proof: the words, their hash, when, where, how, from which address, and how long."""

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from dateutil.relativedelta import relativedelta

from bridge.intake.records import GivenConsent
from bridge.profiles.proofs import Proof
from bridge.store import consent_proofs, consents
from bridge.store.tables import consent_proofs as kept
from tests import make
from tests.house import ANNA, PUBLIC, House

AT_HOME = {"ip": "198.51.100.20", "user_agent": "Her browser", "page_url": "https://www.example.com/sepa"}
THREE_YEARS = relativedelta(years=3)


def proof(house: House, purpose: str = "email") -> list[Proof]:
    """The steps of the newest record of a purpose."""
    return [*next(record for record in house.records() if record.first.purpose == purpose).steps]


def ends(house: House, purpose: str = "email") -> set[datetime | None]:
    """Until when the proofs of a purpose are kept."""
    return {row.keep_until for row in house.rows(kept) if row.purpose == purpose}


def test_a_ticked_box_is_a_request_until_it_is_confirmed(house: House) -> None:
    house.submit()
    assert house.consents() == {"email": "requested", "tracking": "requested"}
    house.confirm()
    assert house.consents() == {"email": "given", "tracking": "given"}


def test_a_consent_is_kept_with_its_proof(house: House) -> None:
    sent = house.submit(context=AT_HOME)
    asked_at = house.clock()
    house.clock.move(minutes=5)
    house.confirm()
    asked, given = proof(house)
    assert (asked.state, asked.how, asked.at) == ("requested", "website", asked_at)
    assert (given.state, given.how, given.at) == ("given", "confirmation", house.clock())
    assert (asked.ip, asked.user_agent) == ("198.51.100.20", "Her browser")
    assert (given.ip, given.user_agent) == ("203.0.113.7", make.A_BROWSER)
    for answer in (asked, given):
        assert answer.text == "Ja zu email"
        assert answer.text_hash == hashlib.sha256(b"Ja zu email").hexdigest()
        assert (answer.form, answer.place) == ("globe-next-download", "https://www.example.com/sepa")
        assert answer.submission_id == sent.id
        assert answer.program_version == house.program.version


def test_a_form_that_a_browser_posted_is_proved_by_that_browser(house: House) -> None:
    house.submit(replace(make.submission(), source="browser"))
    (asked,) = proof(house)
    assert (asked.how, asked.ip, asked.user_agent) == ("form", "203.0.113.7", make.A_BROWSER)


def test_the_address_of_a_website_that_passes_forms_on_is_nobodys_address(house: House) -> None:
    house.submit()
    (asked,) = proof(house)
    assert (asked.ip, asked.user_agent) == (None, None)


def test_the_language_is_that_of_the_words(house: House) -> None:
    german = house.program.consents["email"]["de"]
    sent = make.submission(context={"language": "en"})
    house.submit(replace(sent, consents={"email": GivenConsent(True, german)}))
    assert proof(house)[0].language == "de"


def test_the_proof_names_the_mail_that_was_confirmed(house: House) -> None:
    house.submit()
    confirmation = house.sent[0]
    house.confirm()
    assert proof(house)[1].message_id == confirmation.message_id


def test_an_unticked_box_is_no_answer(house: House) -> None:
    house.submit(allows=())
    assert house.consents() == {}
    assert house.records() == ()


def test_withdrawing_adds_to_the_proof_and_removes_nothing(house: House) -> None:
    house.subscriber()
    house.unsubscribe(ANNA)
    assert [(step.state, step.how) for step in proof(house)] == [
        ("requested", "website"),
        ("given", "confirmation"),
        ("withdrawn", "one-click"),
    ]
    assert proof(house)[2].place == f"{PUBLIC}/unsubscribe"


def test_a_consent_by_preferences_keeps_the_words_of_the_page(house: House) -> None:
    house.subscriber(allows=["email"])
    house.save_preferences(ANNA, allowed={"email": True, "tracking": True})
    (given,) = proof(house, "tracking")
    assert (given.state, given.how, given.place) == ("given", "preferences", f"{PUBLIC}/preferences")
    assert given.text == house.program.consents["tracking"]["de"]


def test_who_tells_sales_to_leave_them_alone_withdraws_everything(house: House) -> None:
    house.subscriber()
    house.answer(house.lead_by_form(), "rejected", reason="no-contact")
    assert house.consents() == {"email": "withdrawn", "tracking": "withdrawn"}
    assert [step.how for step in proof(house)] == ["website", "confirmation", "sales"]


def test_the_proof_of_a_standing_consent_has_no_end(house: House) -> None:
    house.subscriber()
    assert ends(house) == {None}


def test_a_request_is_kept_as_long_as_it_can_be_confirmed(house: House) -> None:
    house.submit()
    assert ends(house) == {house.clock() + timedelta(days=20)}


def test_an_old_form_that_comes_late_can_be_confirmed_as_long_as_any_other(house: House) -> None:
    house.submit(make.submission(at=house.clock() - timedelta(days=29)))
    assert ends(house) == {house.clock() + timedelta(days=20)}


def test_the_proof_of_an_ended_consent_is_kept_for_three_years(house: House) -> None:
    house.subscriber()
    house.unsubscribe(ANNA)
    assert ends(house) == {house.clock() + THREE_YEARS}
    assert ends(house, "tracking") == {None}


def test_a_new_consent_changes_nothing_about_the_end_of_the_old_one(house: House) -> None:
    house.subscriber()
    house.unsubscribe(ANNA)
    ended = house.clock() + THREE_YEARS
    house.save_preferences(ANNA, allowed={"email": True})
    assert ends(house) == {ended, None}


def test_a_withdrawn_request_is_no_consent_to_prove_for_years(house: House) -> None:
    house.submit()
    house.unsubscribe(ANNA)
    assert max(filter(None, ends(house))) < house.clock() + timedelta(days=21)


def test_the_same_withdrawal_twice_does_not_end_what_was_given_since(house: House) -> None:
    house.subscriber()
    house.unsubscribe(ANNA)
    withdrawal = proof(house)[-1]
    house.save_preferences(ANNA, allowed={"email": True})
    before = ends(house)
    with house.unit() as unit:
        known = consents.of_profile(unit.connection, house.lead().id)
        consents.add(unit.connection, [answer for answer in known if answer.id == withdrawal.id])
    assert ends(house) == before


@pytest.mark.parametrize("confirmed", [True, False])
def test_only_consents_outlive_their_person(house: House, confirmed: bool) -> None:
    house.submit()
    if confirmed:
        house.confirm()
    with house.unit() as unit:
        consent_proofs.outlive(unit.connection, ANNA, unit.now)
    assert len(house.records()) == (2 if confirmed else 0)
    assert ends(house) == ({house.clock() + THREE_YEARS} if confirmed else set())
