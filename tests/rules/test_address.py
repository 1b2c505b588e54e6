"""E-mail addresses: how a person is known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.profiles.address import (
    InvalidAddress,
    address_hash,
    addresses_in,
    masked,
    mentions,
    parse_address,
)
from bridge.profiles.escapes import ROUNDS, readings


@pytest.mark.parametrize(
    ("typed", "sending", "key"),
    [
        ("anna@example.com", "anna@example.com", "anna@example.com"),
        ("  Anna.Berg@EXAMPLE.com ", "Anna.Berg@example.com", "anna.berg@example.com"),
        ("anna@Müller.example", "anna@xn--mller-kva.example", "anna@xn--mller-kva.example"),
        ("anna@xn--mller-kva.example", "anna@xn--mller-kva.example", "anna@xn--mller-kva.example"),
        ("JÖRG@example.com", "JÖRG@example.com", "jörg@example.com"),
        ("anna+news@example.com", "anna+news@example.com", "anna+news@example.com"),
    ],
)
def test_the_domain_is_written_in_one_way_and_the_name_as_typed(typed: str, sending: str, key: str) -> None:
    address = parse_address(typed)
    assert (address.sending, address.key) == (sending, key)


@pytest.mark.parametrize(
    "text",
    [
        "anna.berg@example.com",
        "Schreiben Sie an Anna.Berg@EXAMPLE.com.",
        '{"email":"anna.berg@example.com"}',
        "<anna.berg@example.com>, ben@example.com",
        "mailto:anna.berg@example.com?subject=x",
        r'{"message":"Hallo\nanna.berg@example.com\nGruß"}',
    ],
)
def test_an_address_is_found_in_a_text(text: str) -> None:
    assert mentions(text, parse_address("Anna.Berg@example.com"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "joanna.berg@example.com",
        "x.anna.berg@example.com",
        "anna.berg@example.company",
        "anna.berg@example.com.example",
        "anna-berg@example.com",
    ],
)
def test_a_longer_address_is_another(text: str) -> None:
    assert not mentions(text, parse_address("Anna.Berg@example.com"))


ESCAPED = [
    "RecordType=Bounce&email=Anna%2eB%2Bnews%40beispiel.example&x=1",
    "text=please+write+to+anna.b%2bnews%40beispiel.example",
    "to=anna.b%252Bnews%2540beispiel.example",
    r'{"email": "anna.b\u002bnews\u0040beispiel.example"}',
    r'{"email": "\u0041nna.b+news@beispiel.example"}',
    r'{"Message": "{\"email\": \"anna.b\\u002Bnews\\u0040beispiel.example\"}"}',
    "payload=%7B%22email%22%3A%22anna.b%5Cu002bnews%5Cu0040beispiel.example%22%7D",
    "Final-Recipient: rfc822; anna.b=2Bnews=40beispiel.exa=\r\nmple",
    r'{"report": "an =\r\nanna.b=2bnews@beis=\r\npiel.example"}',
]
"""An address as programs write it that escape more than they need to."""


@pytest.mark.parametrize("text", ESCAPED)
def test_an_address_is_found_however_it_is_escaped(text: str) -> None:
    address = parse_address("Anna.B+news@beispiel.example")
    assert mentions(text, address)
    assert address.key in addresses_in(text)


@pytest.mark.parametrize(
    "text", ["email=joanna.b%2Bnews%40beispiel.example", "bob+anna.b+news@beispiel.example"]
)
def test_a_longer_address_is_another_also_when_it_is_escaped(text: str) -> None:
    assert not mentions(text, parse_address("anna.b+news@beispiel.example"))


@pytest.mark.parametrize("text", ["\\" * 9999 + "x", "%2525" * 2000, "=40" * 3333, "%40+" * 2500])
def test_a_hostile_text_is_read_a_few_times_at_most(text: str) -> None:
    found = list(readings(text))
    assert len(found) <= 2 + 2 * ROUNDS
    assert max(map(len, found)) <= len(text)


def test_composed_and_decomposed_letters_are_the_same() -> None:
    assert parse_address("jo\u0308rg@example.com").key == parse_address("jörg@example.com").key


@pytest.mark.parametrize(
    ("one", "other"),
    [("straße@example.com", "strasse@example.com"), ("ſally@example.com", "sally@example.com")],
)
def test_different_mailboxes_are_different_people(one: str, other: str) -> None:
    assert parse_address(one).key != parse_address(other).key


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "anna",
        "anna@",
        "@example.com",
        "anna@example",
        "anna@exa mple.com",
        "a@b@example.com",
        "anna@[127.0.0.1]",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(InvalidAddress):
        parse_address(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "anna@example.com\r\nBcc: x@y.example",
        "an\nna@example.com",
        "a\x00@example.com",
        "=?utf-8?q?=0d=0aBcc=3a_x=40y.example?=@example.com",
    ],
)
def test_no_line_of_a_mails_head_can_be_smuggled_in(typed: str) -> None:
    with pytest.raises(InvalidAddress):
        parse_address(typed)


@given(st.text(max_size=80))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    try:
        address = parse_address(text)
    except InvalidAddress:
        return
    assert parse_address(address.sending).key == address.key


def test_a_domain_of_its_own_can_stand_for_a_company() -> None:
    assert parse_address("anna@beispiel.example").company_domain == "beispiel.example"
    assert parse_address("Anna@GMAIL.com").company_domain is None
    assert parse_address("anna@web.de").company_domain is None


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("anna@example.com", "a…a@e…e.com"),
        ("jo@xy.de", "j…@x….de"),
        ("anna@mail.example.co.uk", "a…a@m…o.uk"),
    ],
)
def test_a_masked_address_is_recognised_only_by_its_owner(address: str, shown: str) -> None:
    assert masked(address) == shown


def test_the_hash_of_an_address_depends_on_the_secret() -> None:
    assert address_hash("anna@example.com", b"one") == address_hash("anna@example.com", b"one")
    assert address_hash("anna@example.com", b"one") != address_hash("anna@example.com", b"two")
    assert len(address_hash("anna@example.com", b"one")) == 64
