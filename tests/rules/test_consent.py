"""What people allowed, and by which channels sales may speak to them."""

import hashlib
from collections.abc import Mapping
from datetime import timedelta

import pytest

from bridge.profiles.consent import Consent, State, forbids_visit, permitted, standing, text_hash
from tests import make


def _answer(state: State, purpose: str = "email", hour: int = 0) -> Consent:
    at = make.NOON + timedelta(hours=hour)
    return Consent(make.some_id(), make.some_id(), purpose, state, "Ja", "de", at, "form", "/", "v1")


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        (["requested"], "requested"),
        (["requested", "given"], "given"),
        (["requested", "given", "requested"], "given"),
        (["requested", "given", "withdrawn"], "withdrawn"),
        (["requested", "given", "withdrawn", "requested"], "requested"),
        (["requested", "given", "withdrawn", "requested", "given"], "given"),
    ],
)
def test_the_newest_answer_counts_and_a_request_takes_nothing_back(
    answers: list[State], state: State
) -> None:
    consents = [_answer(answer, hour=hour) for hour, answer in enumerate(answers)]
    assert standing(reversed(consents)) == {"email": state}


def test_each_purpose_stands_by_itself() -> None:
    consents = [_answer("given"), _answer("withdrawn", "tracking", 1), _answer("requested", "phone", 2)]
    assert standing(consents) == {"email": "given", "tracking": "withdrawn", "phone": "requested"}


def test_who_answered_nothing_allowed_nothing() -> None:
    assert standing([]) == {}


def test_the_proof_is_the_hash_of_the_words_shown() -> None:
    assert _answer("given").text_hash == text_hash("Ja") == hashlib.sha256(b"Ja").hexdigest()
    assert text_hash("ä") == hashlib.sha256("ä".encode()).hexdigest()


@pytest.mark.parametrize(
    ("states", "asked_for", "phone", "grounds"),
    [
        ({}, False, True, ("none", "none")),
        ({"email": "given"}, False, True, ("consent", "none")),
        ({"email": "requested"}, False, True, ("none", "none")),
        ({"email": "withdrawn", "phone": "given"}, False, True, ("none", "consent")),
        ({"phone": "given"}, False, False, ("none", "none")),
        ({}, True, True, ("request", "request")),
        ({}, True, False, ("request", "none")),
        ({"email": "given", "phone": "given"}, True, True, ("consent", "consent")),
    ],
)
def test_a_channel_is_permitted_by_consent_or_request(
    states: Mapping[str, State], asked_for: bool, phone: bool, grounds: tuple[str, str]
) -> None:
    found = permitted(states, asked_for=asked_for, phone=phone, blocked=False)
    assert (found["email"], found["phone"]) == grounds


def test_who_wants_no_contact_gets_none() -> None:
    found = permitted({"email": "given", "phone": "given"}, asked_for=True, phone=True, blocked=True)
    assert found == {"email": "none", "phone": "none"}


@pytest.mark.parametrize(
    ("answers", "forbidden"),
    [
        ([], []),
        (["requested"], []),
        (["requested", "given"], []),
        (["given", "withdrawn"], [0, 1, 2, 3]),
        (["given", "withdrawn", "requested"], [0, 1, 2]),
        (["given", "withdrawn", "given"], [0, 1, 2]),
        (["withdrawn", "given", "withdrawn"], [0, 1, 2, 3]),
    ],
)
def test_a_visit_is_forbidden_from_before_a_withdrawal_to_the_next_answer(
    answers: list[State], forbidden: list[int]
) -> None:
    """Answers come at full hours, visits half an hour before the first and after each."""
    consents = [_answer(answer, "tracking", hour) for hour, answer in enumerate(answers)]
    consents.append(_answer("withdrawn", "email", 1))
    visits = [make.NOON + timedelta(hours=hour, minutes=-30) for hour in range(4)]
    assert [hour for hour, at in enumerate(visits) if forbids_visit(consents, at)] == forbidden
