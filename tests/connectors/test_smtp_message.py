"""The mail as other programs will read it: written, then parsed back."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from connectors.smtp import OutgoingMail, written
from connectors.smtp.fields import address_field
from connectors.smtp.letter import letter_from
from connectors.smtp.mailbox import mailbox

MAIL = OutgoingMail(
    sender="Müller, Heinz <heinz@firma.example>",
    recipient="anna@kunde.example",
    subject="Grüße, und eine Betreffzeile, die so lang ist, dass sie gefaltet werden muss – wirklich",
    text="Grüße\n.\nFrom here on\n" + "lang " * 300 + "\n",
    html="<p>Grüße</p>",
    message_id="0190-abc@firma.example",
    date=datetime(2026, 11, 3, 9, 30, tzinfo=UTC),
    language="de",
)


def parsed(mail: OutgoingMail) -> EmailMessage:
    return message_from_bytes(written(mail), policy=policy.default)


def test_what_is_written_can_be_read_back() -> None:
    message = parsed(MAIL)
    sender = message["From"].addresses[0]
    assert (sender.display_name, sender.addr_spec) == ("Müller, Heinz", "heinz@firma.example")
    assert message["To"] == "anna@kunde.example"
    assert message["Subject"] == MAIL.subject
    assert message["Message-ID"] == "<0190-abc@firma.example>"
    assert message["Date"].datetime == MAIL.date
    assert message["Content-Language"] == "de"
    assert message.get_content_type() == "multipart/alternative"


def test_both_bodies_arrive_unchanged() -> None:
    message = parsed(MAIL)
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().replace("\r\n", "\n") == MAIL.text
    assert html.get_content().strip() == MAIL.html


def test_the_bytes_are_seven_bit_with_short_lines_that_end_in_crlf() -> None:
    content = written(MAIL)
    assert content.isascii()
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", content)
    assert max(map(len, content.split(b"\r\n"))) <= 78


def test_a_mail_without_html_is_plain_text() -> None:
    assert parsed(replace(MAIL, html=None)).get_content_type() == "text/plain"


def test_one_click_unsubscribing_stands_in_the_headers_unfolded_and_unencoded() -> None:
    url = "https://www.firma.example/unsubscribe/" + "a" * 400
    content = written(replace(MAIL, list_unsubscribe_url=url))
    assert f"\r\nList-Unsubscribe: <{url}>\r\n".encode() in content
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in content


def test_optional_headers_stand_there_only_when_asked_for() -> None:
    names = {"Reply-To", "Auto-Submitted", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post"}
    assert not names & set(parsed(MAIL).keys())
    message = parsed(
        replace(
            MAIL, reply_to="Sales <s@firma.example>", auto_submitted="auto-replied", list_id="n.f.example"
        )
    )
    assert message["Reply-To"] == "Sales <s@firma.example>"
    assert message["Auto-Submitted"] == "auto-replied"
    assert message["List-Id"] == "<n.f.example>"


@pytest.mark.parametrize(
    "broken",
    [
        replace(MAIL, subject="Hello\r\nBcc: all@firma.example"),
        replace(MAIL, subject="Hello\n"),
        replace(MAIL, sender="Heinz\r\nBcc: x@y.example <heinz@firma.example>"),
        replace(MAIL, recipient="anna@kunde.example\r\nBcc: x@y.example"),
        replace(MAIL, recipient="anna@kunde.example, otto@kunde.example"),
        replace(MAIL, recipient="anna"),
        replace(MAIL, reply_to="a@b.example\nX: y"),
        replace(MAIL, recipient="=?utf-8?q?=0d=0aBcc=3a_x=40y.example?=@kunde.example"),
        replace(MAIL, reply_to="=?utf-8?q?=0aX?=@kunde.example"),
        replace(MAIL, message_id="a@b>\r\nX: <y"),
        replace(MAIL, language="de\r\nX: y"),
        replace(MAIL, list_id="n.example\r\nX: y"),
        replace(MAIL, list_unsubscribe_url="mailto:u@firma.example"),
        replace(MAIL, list_unsubscribe_url="https://firma.example/u\r\nX: y"),
        replace(MAIL, list_unsubscribe_url="https://firma.example/" + "a" * 1000),
        replace(MAIL, date=datetime(2026, 11, 3)),  # noqa: DTZ001, the missing zone is the point
        replace(MAIL, text="half a character: \ud800"),
    ],
)
def test_what_cannot_stand_in_a_mail_is_refused(broken: OutgoingMail) -> None:
    with pytest.raises(ValueError, match=r"."):
        written(broken)


@pytest.mark.parametrize(
    ("recipient", "on_the_wire", "international"),
    [
        ("anna@kunde.example", "anna@kunde.example", False),
        ("anna@straße.example", "anna@xn--strae-oqa.example", False),
        ("anna@MÜLLER.example", "anna@xn--mller-kva.example", False),
        ("jörg@kunde.example", "jörg@kunde.example", True),
    ],
)
def test_only_a_local_part_outside_ascii_needs_smtputf8(
    recipient: str, on_the_wire: str, international: bool
) -> None:
    letter = letter_from(replace(MAIL, recipient=recipient))
    assert (letter.recipient, letter.international) == (on_the_wire, international)
    assert f"To: {on_the_wire}\r\n".encode() in letter.content


def test_bounces_go_to_the_envelope_sender() -> None:
    assert letter_from(MAIL).sender == "heinz@firma.example"
    assert letter_from(replace(MAIL, envelope_from="b+1@bounce.example")).sender == "b+1@bounce.example"
    assert letter_from(replace(MAIL, envelope_from="")).sender == ""


def test_marks_for_the_provider_come_through_whole() -> None:
    mark = "leadbridge-0199a5f2-8d3e-7c41-9b1a-2f60c3d4e5f6"
    marks = {"X-PM-Metadata-leadbridge": mark, "X-SMTPAPI": '{"unique_args": {"leadbridge": "' + mark + '"}}'}
    message = parsed(replace(MAIL, marks=marks))
    assert {name: message[name] for name in marks} == marks
    with pytest.raises(ValueError, match="line break"):
        parsed(replace(MAIL, marks={"X-Mark": "a\r\nBcc: hugo@kunde.example"}))


@pytest.mark.parametrize(
    "word", ["=?utf-8?q?=0d=0aBcc:_x@evil.example?=", "=?UTF-8?B?DQpCY2M6IHhAZXZpbC5leGFtcGxl?="]
)
def test_an_encoded_word_that_somebody_typed_stays_a_word(word: str) -> None:
    """The standard library decodes it when a header is set, and older versions write its line breaks out."""
    mail = replace(
        MAIL, subject=f"Anfrage: {word} GmbH", reply_to=f"{word} <a@b.example>", marks={"X-Mark": word}
    )
    content = written(mail)
    assert b"\nBcc" not in content
    message = message_from_bytes(content, policy=policy.default)
    assert message["Bcc"] is None
    assert message["Subject"] == f"Anfrage: {word.replace('=?', '= ?')} GmbH"
    assert not set("\r\n") & set("".join(message.values()))


def test_text_in_other_scripts_travels_in_base64_and_arrives_unchanged() -> None:
    text = "Привет, Анна!\n" + "Как дела? " * 40 + "\n"
    message = parsed(replace(MAIL, text=text, html=None))
    assert message["Content-Transfer-Encoding"] == "base64"
    assert message.get_content().replace("\r\n", "\n") == text
    assert max(map(len, written(replace(MAIL, text=text)).split(b"\r\n"))) <= 78


@pytest.mark.parametrize(
    "text", ["--=_leadbridge--\n\n--=_leadbridge\n", "trailing blanks  \n\t\n.\n..\n", "a\x0cb\u2028c\n"]
)
def test_no_text_is_taken_for_the_end_of_a_part(text: str) -> None:
    message = parsed(replace(MAIL, text=text))
    plain = message.get_body(("plain",))
    assert plain is not None
    assert plain.get_content().replace("\r\n", "\n") == text
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


@pytest.mark.parametrize(
    "text", ["anna@kunde.example", "a.b+c_d-e@sub.kunde.example", "Anna Berg <a@b.example>", "ö@b.example"]
)
def test_an_address_is_written_as_the_standard_library_writes_it(text: str) -> None:
    known = EmailMessage(policy=policy.SMTP.clone(utf8=not text.isascii()))
    known["To"] = mailbox(text)
    assert address_field("To", mailbox(text), utf8=not text.isascii()) == known.as_bytes().removesuffix(
        b"\r\n"
    )
