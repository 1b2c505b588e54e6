"""What the replies of real servers mean for a mail and its address."""

from datetime import timedelta

import pytest

from connectors.contract import Answer, Deferred, Receipt, Refused
from connectors.smtp.replies import Step, answer_to, read_reply


def verdict(line: str, step: Step = "recipient") -> Answer:
    code, _, text = line.partition(" ")
    return answer_to(read_reply(int(code), text.encode()), step)


def test_a_receipt_quotes_the_reply() -> None:
    assert verdict("250 2.0.0 Ok: queued as 4C2", "text") == Receipt("250 2.0.0 Ok: queued as 4C2")


@pytest.mark.parametrize("step", ["recipient", "text"])
@pytest.mark.parametrize(
    "line",
    [
        "550 5.1.1 <anna@kunde.example>: Recipient address rejected: User unknown",
        "550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found by SMTP address lookup",
        "553 5.1.2 Host unknown",
        "550 5.1.1 the sender is fine, this user is not",
        "550 User unknown",
        "550 No such user here",
        "550 Requested action not taken: mailbox unavailable",
        "550 The email account that you tried to reach does not exist",
        "550 5.0.0 Unrouteable address",
        "556 This domain accepts no mail",
    ],
)
def test_an_address_that_does_not_exist_is_blamed(line: str, step: Step) -> None:
    answer = verdict(line, step)
    assert isinstance(answer, Refused)
    assert answer.bad_address
    assert line.partition(" ")[2].removeprefix("5.1.1 ") in answer.reason


@pytest.mark.parametrize(
    "line",
    [
        "550 5.7.1 Message rejected as spam",
        "554 5.7.1 <anna@kunde.example>: Relay access denied",
        "550 5.7.26 unknown user: this mail is unauthenticated",
        "550 mailbox unavailable: your IP is on a blocklist",
        "554 Transaction failed",
        "550 5.1.8 Sender address rejected",
        "550 Sender unknown: address not found",
        "552 5.3.4 Message size exceeds fixed limit",
        "552 Message too large",
        "501 5.5.4 Syntax error",
    ],
)
def test_a_refusal_that_is_our_fault_blames_no_address(line: str) -> None:
    answer = verdict(line)
    assert isinstance(answer, Refused)
    assert not answer.bad_address


@pytest.mark.parametrize("line", ["550 5.1.1 user unknown", "553 5.1.2 no", "550 User unknown", "556 no"])
def test_a_refused_sender_never_blames_the_recipient(line: str) -> None:
    answer = verdict(line, "sender")
    assert isinstance(answer, Refused)
    assert not answer.bad_address


@pytest.mark.parametrize(
    "line",
    [
        "450 4.2.0 Greylisted",
        "451 4.3.0 Temporary failure",
        "421 4.7.0 Try later",
        "452 4.2.2 Mailbox full",
        "552 5.2.2 Mailbox full",
        "550 5.2.2 Over quota",
        "552 Requested mail action aborted: exceeded storage allocation",
        "550 mailbox is full",
        "554 4.4.1 odd, but it says later",
        "354 what?",
        "-1 HTTP/1.1 400 Bad Request",
    ],
)
def test_a_passing_trouble_is_deferred(line: str) -> None:
    assert isinstance(verdict(line), Deferred)


@pytest.mark.parametrize("line", ["535 5.7.8 bad credentials", "530 5.7.0 Authentication required", "530 no"])
def test_a_missing_login_loses_no_mail_and_says_so(line: str) -> None:
    answer = verdict(line, "sender")
    assert isinstance(answer, Deferred)
    assert "login" in answer.reason


@pytest.mark.parametrize(
    ("line", "pause"),
    [
        ("450 4.2.0 Greylisted, try again in 300 seconds", timedelta(minutes=5)),
        ("451 Greylisting in action, please come back in 5 minutes", timedelta(minutes=5)),
        ("450 4.7.1 wait 1 hour", timedelta(hours=1)),
        ("450 4.2.0 Greylisted", None),
        ("450 in 7 steps", None),
    ],
)
def test_a_pause_that_the_server_names_is_passed_on(line: str, pause: timedelta | None) -> None:
    answer = verdict(line)
    assert isinstance(answer, Deferred)
    assert answer.after == pause


def test_a_reply_of_many_lines_becomes_one_printable_line() -> None:
    reply = read_reply(550, b"5.1.1 No such\r\n5.1.1 person\x1b[31m here \xff")
    assert (reply.status, reply.text) == ("5.1.1", "No such person [31m here �")
