"""What people allowed, and by which channels sales may speak to them."""

import hashlib
from collections.abc import Mapping
from datetime import timedelta

import pytest

from bridge.profiles.consent import (
    CLOCKS_DIFFER,
    SCORING,
    Consent,
    State,
    allows_watching,
    forbids_visit,
    moment_of,
    permitted,
    standing,
    text_hash,
)
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


@pytest.mark.parametrize(
    ("answers", "allowed"),
    [
        ([], []),
        (["requested"], []),
        (["requested", "given"], [0, 1, 2, 3]),
        (["given", "requested"], [0, 1, 2, 3]),
        (["given", "withdrawn"], []),
        (["given", "withdrawn", "requested"], []),
        (["given", "withdrawn", "given"], [3]),
        (["given", "withdrawn", "given", "given"], [3]),
        (["given", "withdrawn", "given", "withdrawn"], []),
        (["withdrawn", "given"], [2, 3]),
    ],
)
def test_watching_is_allowed_in_the_span_of_consent_that_still_lasts(
    answers: list[State], allowed: list[int]
) -> None:
    """Answers come at full hours, hits half an hour before the first and after each."""
    consents = [_answer(answer, "tracking", hour) for hour, answer in enumerate(answers)]
    consents.append(_answer("withdrawn", "email", 1))
    hits = [make.NOON + timedelta(hours=hour, minutes=-30) for hour in range(4)]
    assert [hour for hour, at in enumerate(hits) if allows_watching(reversed(consents), at)] == allowed


def test_a_consent_given_again_begins_later_than_any_clock_may_differ() -> None:
    states: list[State] = ["given", "withdrawn", "given"]
    consents = [_answer(state, "tracking", hour) for hour, state in enumerate(states)]
    again = consents[-1].at
    assert not allows_watching(consents, again + CLOCKS_DIFFER - timedelta(microseconds=1))
    assert allows_watching(consents, again + CLOCKS_DIFFER)


def test_an_objection_ends_watching_and_taking_it_back_begins_anew() -> None:
    consents = [_answer("given", "tracking", 0), _answer("withdrawn", SCORING, 1)]
    hits = [make.NOON + timedelta(hours=hour, minutes=30) for hour in range(4)]
    assert not any(allows_watching(consents, at) for at in hits)
    consents.append(_answer("given", SCORING, 2))
    assert [allows_watching(consents, at) for at in hits] == [False, False, True, True]


@pytest.mark.parametrize(
    ("known", "state", "later"),
    [
        ([], "given", False),
        (["requested"], "given", False),
        (["requested", "given"], "given", False),
        (["requested"], "withdrawn", True),
        (["requested", "given"], "withdrawn", True),
        (["given", "withdrawn"], "given", True),
    ],
)
def test_an_answer_is_never_older_than_the_one_that_it_changes(
    known: list[State], state: State, later: bool
) -> None:
    """The known answers come from a machine whose clock is ahead of ours."""
    ahead = [_answer(one, "tracking", 1 + hour) for hour, one in enumerate(known)]
    at = moment_of(state, "tracking", [*ahead, _answer("withdrawn", "email", 9)], make.NOON)
    assert at == (ahead[-1].at + timedelta(microseconds=1) if later else make.NOON)
