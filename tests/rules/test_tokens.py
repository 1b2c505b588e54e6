"""Tokens: one purpose each, an age where that makes sense, and nothing else opens them."""

import hashlib
from base64 import urlsafe_b64encode
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from itsdangerous import Signer

from bridge.delivery.tokens import CLICK, CONFIRM, LEAD, PURPOSES, STAMP, Purpose, Tokens
from bridge.errors import ExpiredToken, InvalidToken
from tests import make

OLD, NEW = "the-key-of-last-year-000", "the-key-of-this-year-000"
TOKENS = Tokens([NEW])
SECOND = timedelta(seconds=1)
AGEING = [purpose for purpose in PURPOSES if purpose.max_age]


def _by_name(purpose: Purpose) -> str:
    return purpose.name


@pytest.mark.parametrize("purpose", PURPOSES, ids=_by_name)
@pytest.mark.parametrize("payload", [b"", b"x", bytes(range(256))])
def test_what_was_signed_comes_back(purpose: Purpose, payload: bytes) -> None:
    assert TOKENS.open(purpose, TOKENS.sign(purpose, payload, make.NOON), make.NOON) == payload


@pytest.mark.parametrize("purpose", PURPOSES, ids=_by_name)
def test_a_token_is_good_for_one_purpose(purpose: Purpose) -> None:
    token = TOKENS.sign(purpose, b"somebody", make.NOON)
    for other in PURPOSES:
        if other != purpose:
            with pytest.raises(InvalidToken):
                TOKENS.open(other, token, make.NOON)


def test_these_tokens_age() -> None:
    ages = {purpose.name: purpose.max_age for purpose in PURPOSES if purpose.max_age}
    days = {
        name: timedelta(days)
        for name, days in (
            ("confirm", 14),
            ("lead", 180),
            ("stamp", 1),
            ("erase", 2),
            ("ask", 30),
            ("reports", 7),
            ("account", 2),
            ("known", 180),
        )
    }
    assert ages == days | {"arrival": timedelta(minutes=10)}


@pytest.mark.parametrize("purpose", AGEING, ids=_by_name)
def test_a_token_is_good_until_its_last_second(purpose: Purpose) -> None:
    age = purpose.max_age or timedelta(0)
    token = TOKENS.sign(purpose, b"somebody", make.NOON)
    assert TOKENS.open(purpose, token, make.NOON + age) == b"somebody"
    with pytest.raises(ExpiredToken):
        TOKENS.open(purpose, token, make.NOON + age + SECOND)


def test_other_tokens_do_not_age() -> None:
    token = TOKENS.sign(CLICK, b"link")
    assert TOKENS.open(CLICK, token, make.NOON + timedelta(days=9999)) == b"link"


@pytest.mark.parametrize("purpose", AGEING, ids=_by_name)
def test_whoever_forgets_the_time_is_told(purpose: Purpose) -> None:
    with pytest.raises(ValueError, match="needs the time"):
        TOKENS.sign(purpose, b"")
    with pytest.raises(ValueError, match="needs the time"):
        TOKENS.open(purpose, TOKENS.sign(purpose, b"", make.NOON))


@pytest.mark.parametrize("purpose", PURPOSES, ids=_by_name)
def test_an_old_key_verifies_until_it_is_removed(purpose: Purpose) -> None:
    token = Tokens([OLD]).sign(purpose, b"somebody", make.NOON)
    assert Tokens([NEW, OLD]).open(purpose, token, make.NOON) == b"somebody"
    with pytest.raises(InvalidToken):
        Tokens([NEW]).open(purpose, token, make.NOON)


def test_the_newest_key_signs() -> None:
    token = Tokens([NEW, OLD]).sign(CLICK, b"link")
    assert Tokens([NEW]).open(CLICK, token) == b"link"


@pytest.mark.parametrize("payload", [b"", b"x", bytes(range(256))])
def test_tokens_in_mails_that_are_out_stay_good(payload: bytes) -> None:
    """Those that are out were made by itsdangerous."""
    signer = Signer(NEW, salt=b"leadbridge.click", key_derivation="hmac", digest_method=hashlib.sha256)
    token = signer.sign(urlsafe_b64encode(payload).rstrip(b"=")).decode()
    assert TOKENS.open(CLICK, token) == payload
    assert TOKENS.sign(CLICK, payload) == token


def test_tokens_are_made_of_letters_that_survive_in_addresses() -> None:
    token = TOKENS.sign(CONFIRM, bytes(range(256)), make.NOON)
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


# Damage

ORIGINALS = {purpose: TOKENS.sign(purpose, b"somebody" * 2, make.NOON) for purpose in PURPOSES}
LETTERS = st.characters(min_codepoint=1, max_codepoint=0x2FF)


@st.composite
def _damaged(draw: st.DrawFn) -> tuple[Purpose, str]:
    """A token of ours with letters replaced, added or lost."""
    purpose = draw(st.sampled_from(PURPOSES))
    token = ORIGINALS[purpose]
    start = draw(st.integers(0, len(token) - 1))
    lost = draw(st.integers(0, 3))
    damaged = token[:start] + draw(st.text(LETTERS, max_size=3)) + token[start + lost :]
    return purpose, damaged[: draw(st.sampled_from([len(damaged), start]))]


def _opens(purpose: Purpose, token: str) -> bool:
    try:
        TOKENS.open(purpose, token, make.NOON)
    except InvalidToken:
        return False
    return True


@settings(max_examples=250, deadline=None)
@given(_damaged())
def test_a_damaged_token_opens_nothing(case: tuple[Purpose, str]) -> None:
    purpose, damaged = case
    assert damaged == ORIGINALS[purpose] or not _opens(purpose, damaged)


@given(st.sampled_from(PURPOSES), st.text(max_size=120))
def test_any_other_text_opens_nothing(purpose: Purpose, text: str) -> None:
    assert not _opens(purpose, text)


@pytest.mark.parametrize("purpose", [CLICK, LEAD, STAMP], ids=_by_name)
def test_no_letter_of_a_token_can_be_exchanged(purpose: Purpose) -> None:
    token = ORIGINALS[purpose]
    for place in range(len(token)):
        for letter in "ABCDwxyz0189-_.=+/ %\n":
            changed = token[:place] + letter + token[place + 1 :]
            assert changed == token or not _opens(purpose, changed), changed


@pytest.mark.parametrize("extra", ["=", "==", "\n", "!", ".", "%3D", "\u00fc", "A"])
def test_nothing_can_be_appended_to_a_token(extra: str) -> None:
    assert not _opens(CLICK, ORIGINALS[CLICK] + extra)
