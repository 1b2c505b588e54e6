"""Anybody can write to the address for bounces: whatever arrives is read, and stops nothing."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.bounces import Report, UnreadableReport, read_report
from tests.connectors.bounces.test_corpus import CORPUS, DELIVERY, MARKS, MESSAGE_ID, PROOFS, raw

FILES = sorted(CORPUS.glob("*.eml"))
MANY = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


@MANY
@given(st.binary(max_size=2000))
def test_any_bytes_are_some_kind_of_message(content: bytes) -> None:
    assert isinstance(read_report(content, MARKS), Report)


@MANY
@given(st.sampled_from(FILES), st.data())
def test_a_damaged_report_is_read_all_the_same(file: Path, data: st.DataObject) -> None:
    whole = file.read_bytes()
    start = data.draw(st.integers(0, len(whole)))
    length = data.draw(st.integers(0, 400))
    damaged = whole[:start] + data.draw(st.binary(max_size=40)) + whole[start + length :]
    report = read_report(damaged, MARKS)
    assert all(notice.words.isprintable() and len(notice.words) <= 300 for notice in report.notices)


def nested(depth: int) -> bytes:
    """A message in a message in a message …"""
    parts = (b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(depth))
    return b"From: mailer-daemon@beispiel.example\n" + b"".join(parts)


def test_a_message_of_messages_is_read() -> None:
    assert isinstance(read_report(nested(50), MARKS), Report)


def test_a_message_that_no_parser_can_read_is_called_so() -> None:
    with pytest.raises(UnreadableReport):
        read_report(nested(2000), MARKS)


def test_a_report_of_thousands_is_cut_short() -> None:
    block = b"\nFinal-Recipient: rfc822; x@beispiel.example\nAction: failed\nStatus: 5.1.1\n"
    head, _, tail = raw("postfix-unknown-user").partition(b"Final-Recipient")
    flood = (
        head
        + b"X-Ignored"
        + tail.replace(b"\n\n--=_b\nContent-Type: message/rfc822", block * 2000 + b"\n--=_b\n")
    )
    assert len(read_report(flood, MARKS).notices) <= 20


def test_the_same_bytes_give_the_same_keys() -> None:
    one, two = (read_report(raw("postfix-unknown-user"), MARKS) for _ in range(2))
    other = read_report(raw("gmail-not-found"), MARKS)
    assert one == two
    assert {notice.key for notice in one.notices}.isdisjoint(notice.key for notice in other.notices)


def mentioning(where: bytes, text: bytes = b"<anna.berg@beispiel.example>: 550 5.1.1 user unknown") -> bytes:
    return b"From: postmaster@beispiel.example\n" + where + b"\n\n" + text + b"\n"


def test_an_id_that_is_only_mentioned_says_of_no_mailbox_that_it_is_not_there() -> None:
    """It stands in every answer to the mail, and in every mail that quotes it."""
    for field in (b"In-Reply-To", b"References", b"X-Original-Message-ID"):
        (notice,) = read_report(mentioning(field + b": " + MESSAGE_ID.encode()), MARKS).notices
        assert (notice.delivery, notice.trouble) == (DELIVERY, "soft")


def test_a_copy_that_comes_back_for_nobody_in_particular_is_no_hard_bounce() -> None:
    copy = (
        b"550 5.1.1 user unknown\n\n--- Below this line is a copy of the message.\nMessage-ID: "
        + MESSAGE_ID.encode()
    )
    (notice,) = read_report(mentioning(b"Subject: x", copy), MARKS).notices
    assert (notice.delivery, notice.recipient, notice.trouble) == (DELIVERY, None, "soft")


def test_a_complaint_that_only_mentions_an_id_is_about_no_mail() -> None:
    text = raw("arf-opt-out").replace(MESSAGE_ID.encode(), b"<none@example.com>")
    told = b"In-Reply-To: " + MESSAGE_ID.encode() + b"\n" + text
    assert {one.delivery for one in read_report(told, PROOFS["message id"]).notices} == {None}
