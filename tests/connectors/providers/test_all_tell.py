"""What is the same whoever tells: marks, times, words, addresses."""

import pytest

from connectors.providers.marks import marks
from tests.connectors.providers.posted import DELIVERY, NOW
from tests.connectors.providers.test_postmark_tells import postmark
from tests.connectors.providers.told import MARK, only


def test_marks_are_for_those_that_hand_them_back() -> None:
    assert marks(["postmark", "ses", "mailgun"], DELIVERY) == {"X-PM-Metadata-leadbridge": MARK}
    assert marks(["sendgrid"], DELIVERY) == {"X-SMTPAPI": '{"unique_args": {"leadbridge": "' + MARK + '"}}'}
    assert marks(["brevo", "smtpeter"], DELIVERY) == {"X-Mailin-custom": MARK, "X-SMTPeter-Tags": MARK}
    assert marks([], DELIVERY) == {}


@pytest.mark.parametrize(
    "told", ["2126-11-20T16:33:54Z", "1970-01-01T00:00:00Z", "yesterday", "", "2026-11-20"]
)
def test_a_time_that_cannot_be_is_none(told: str) -> None:
    assert only(postmark(BouncedAt=told)).at is None


def test_words_are_one_line_without_control_characters() -> None:
    words = only(postmark(Details="smtp;550\r\n\x1b[31m5.1.1\x00 " + "x" * 900)).words
    assert words.isprintable()
    assert len(words) == 300


@pytest.mark.parametrize(
    "address", ["nobody", "", "a" * 400 + "@beispiel.example", "anna\n@beispiel.example"]
)
def test_what_is_no_address_is_none(address: str) -> None:
    told = postmark(Email=address)
    assert told.unreadable if not address else only(told).recipient is None


def test_now_is_what_the_others_are_measured_by() -> None:
    assert only(postmark(BouncedAt=NOW.isoformat())).at == NOW
