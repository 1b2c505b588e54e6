"""Every consent is kept as proof: the words, their hash, when, where, how, from which address."""

import hashlib

from bridge.profiles.consent import Consent
from bridge.store import consents
from tests import make
from tests.house import ANNA, House


def proof(house: House, purpose: str = "email") -> list[Consent]:
    """A person's answers to one purpose, oldest first."""
    with house.engine.connect() as connection:
        answers = consents.of_profile(connection, house.lead().id)
    return [answer for answer in answers if answer.purpose == purpose]


def test_a_ticked_box_is_a_request_until_it_is_confirmed(house: House) -> None:
    house.submit()
    assert house.consents() == {"email": "requested", "tracking": "requested"}
    house.confirm()
    assert house.consents() == {"email": "given", "tracking": "given"}


def test_a_consent_is_kept_with_its_proof(house: House) -> None:
    sent = house.submit()
    asked_at = house.clock()
    house.clock.move(minutes=5)
    house.confirm()
    asked, given = proof(house)
    assert (asked.state, asked.how, asked.at) == ("requested", "form", asked_at)
    assert (given.state, given.how, given.at) == ("given", "confirmation", house.clock())
    for answer in (asked, given):
        assert answer.text == "Ja zu email"
        assert answer.text_hash == hashlib.sha256(b"Ja zu email").hexdigest()
        assert (answer.ip, answer.user_agent) == ("203.0.113.7", make.A_BROWSER)
        assert answer.submission_id == sent.id
        assert answer.program_version == house.program.version


def test_the_proof_names_the_mail_that_was_confirmed(house: House) -> None:
    house.submit()
    confirmation = house.sent[0]
    house.confirm()
    assert proof(house)[1].message_id == confirmation.message_id


def test_an_unticked_box_is_no_answer(house: House) -> None:
    house.submit(allows=())
    assert house.consents() == {}


def test_withdrawing_adds_to_the_proof_and_removes_nothing(house: House) -> None:
    house.subscriber()
    house.unsubscribe(ANNA)
    assert [(a.state, a.how) for a in proof(house)] == [
        ("requested", "form"),
        ("given", "confirmation"),
        ("withdrawn", "one-click"),
    ]


def test_a_consent_by_preferences_keeps_the_words_of_the_page(house: House) -> None:
    house.subscriber(allows=["email"])
    house.save_preferences(ANNA, allowed={"email": True, "tracking": True})
    (given,) = proof(house, "tracking")
    assert (given.state, given.how) == ("given", "preferences")
    assert given.text == house.program.consents["tracking"]["de"]
