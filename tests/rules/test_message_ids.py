"""The Message-ID of a mail: which delivery it names, and that nobody else can write one."""

import re
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.delivery.message_ids import MessageIds, named_in

OLD, NEW = "the-key-of-last-year-000", "the-key-of-this-year-000"
IDS = MessageIds([NEW])
MAIL = UUID("0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b")
SENDER = "Exact <hello@example.com>"
LETTERS = "abcdefghijklmnopqrstuvwxyz234567"


@given(st.uuids())
def test_it_names_its_delivery_and_proves_it(mail: UUID) -> None:
    message = IDS.write(mail, SENDER)
    assert re.fullmatch(rf"<{mail}\.[a-z2-7]{{16}}@example\.com>", message)
    assert IDS.read(message) == named_in(message) == mail


@pytest.mark.parametrize(
    ("sender", "domain"), [(SENDER, "example.com"), ("a@b.example", "b.example"), ("", "localhost")]
)
def test_it_has_the_senders_domain_and_is_the_same_at_every_attempt(sender: str, domain: str) -> None:
    message = IDS.write(MAIL, sender)
    assert message == IDS.write(MAIL, sender)
    assert message.endswith(f"@{domain}>")
    assert IDS.read(f" {message.strip('<>').upper()}\r\n") == MAIL


def test_a_change_of_keys_forgets_no_mail_that_is_under_way() -> None:
    before = MessageIds([OLD]).write(MAIL, SENDER)
    assert MessageIds([NEW, OLD]).read(before) == MAIL
    assert IDS.read(before) is None


@given(st.uuids())
def test_the_id_of_a_delivery_alone_proves_nothing(mail: UUID) -> None:
    assert IDS.read(f"<{mail}@example.com>") is None
    assert named_in(f"<{mail}@example.com>") == mail


@given(st.integers(0, 15), st.sampled_from(LETTERS))
def test_no_letter_of_its_signature_can_be_changed(place: int, letter: str) -> None:
    left, _, right = IDS.write(MAIL, SENDER).partition(".")
    other = right[:place] + letter + right[place + 1 :]
    assert (IDS.read(f"{left}.{other}") == MAIL) == (other == right)


def test_the_signature_of_one_mail_is_no_other_mails() -> None:
    signature = IDS.write(MAIL, SENDER).partition(".")[2]
    assert IDS.read(f"<{UUID(int=MAIL.int + 1)}.{signature}") is None


@pytest.mark.parametrize(
    "message",
    ["", "<>", "<1@example.com>", f"{MAIL}", f"<{MAIL}0@example.com>", f"<{MAIL}.@example.com>", "<a@b@c>"],
)
def test_other_message_ids_hold_none(message: str) -> None:
    assert IDS.read(message) is None
    assert named_in(message) is None


@given(st.text())
def test_whatever_stands_there_reading_is_quiet(message: str) -> None:
    assert IDS.read(message) is None
