"""From the plain values of a mail to the bytes of RFC 5322: its header fields here, its bodies in `bodies`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import Literal

from connectors.smtp.bodies import body
from connectors.smtp.fields import address_field, folded_field, plain_field
from connectors.smtp.mailbox import mailbox, unencoded

_LONGEST_URL = 900  # a line of a mail ends at 998 (RFC 5322 2.1.1), and this one cannot be folded


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """One mail to one recipient.

    sender and reply_to: `Name <a@b.example>` or a bare address; recipient: a bare address.
    message_id: with or without angle brackets; a retry keeps it. date: aware.
    language: of the text, such as "de" (RFC 3282).
    list_unsubscribe_url: HTTPS in production; answers one-click POSTs (RFC 8058).
    list_id: the list's identifier, such as `news.example.com` (RFC 2919).
    feedback_id: `campaign:customer:type:sender`, by which Gmail counts complaints.
    auto_submitted: RFC 3834; None for what a person caused to be sent.
    envelope_from: where bounces go; "" asks for none, None means the sender's address.
    marks: further headers, for whoever carries the mail.
    """

    sender: str
    recipient: str
    subject: str
    text: str
    message_id: str
    date: datetime
    language: str
    html: str | None = None
    reply_to: str | None = None
    list_unsubscribe_url: str | None = None
    auto_submitted: Literal["auto-generated", "auto-replied"] | None = None
    list_id: str | None = None
    feedback_id: str | None = None
    envelope_from: str | None = None
    marks: Mapping[str, str] = field(default_factory=dict)


def written(mail: OutgoingMail, *, utf8: bool = False) -> bytes:
    """The mail as text/plain, or as multipart/alternative when it has HTML; every body is 7-bit safe.

    utf8: addresses outside ASCII stand there as they are (RFC 6532). Every line ends with CRLF.
    Raises ValueError when an address, a URL or the date is unusable or a header holds a line break.
    """
    return b"".join((*_fields(mail, utf8), body(mail.text, mail.html)))


def _fields(mail: OutgoingMail, utf8: bool) -> Iterator[bytes]:
    yield address_field("From", mailbox(mail.sender), utf8=utf8)
    yield address_field("To", mailbox(mail.recipient), utf8=utf8)
    if mail.reply_to:
        yield address_field("Reply-To", mailbox(mail.reply_to), utf8=utf8)
    yield folded_field("Subject", _one_line(mail.subject), utf8=utf8)
    for name, value in _plain(mail):
        yield plain_field(name, value)
    for name, value in mail.marks.items():
        yield folded_field(name, _one_line(value), utf8=utf8)


def _plain(mail: OutgoingMail) -> Iterator[tuple[str, str]]:
    """Fields that are never folded or encoded: the standard fold turns a long URL into encoded words."""
    yield "Date", format_datetime(_aware(mail.date))
    yield "Message-ID", _bracketed(mail.message_id)
    if mail.auto_submitted:
        yield "Auto-Submitted", mail.auto_submitted
    if mail.feedback_id:
        yield "Feedback-ID", _token(mail.feedback_id)
    if mail.list_id:
        yield "List-Id", _bracketed(mail.list_id)
    if mail.list_unsubscribe_url:
        yield "List-Unsubscribe", _bracketed(_web(mail.list_unsubscribe_url))
        yield "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"
    yield "Content-Language", _token(mail.language)
    yield "MIME-Version", "1.0"


def _one_line(text: str) -> str:
    if len(text.splitlines()) > 1 or text != text.rstrip("\r\n"):
        raise ValueError(f"a line break in the header {text!r}")
    return unencoded(text)


def _token(text: str) -> str:
    if not (text.isascii() and text.isprintable()) or set(text) & set(" <>"):
        raise ValueError(f"{text!r} may not stand in a header: ASCII without spaces or <> is needed")
    return text


def _bracketed(text: str) -> str:
    return f"<{_token(text.removeprefix('<').removesuffix('>'))}>"


def _web(url: str) -> str:
    """RFC 8058 asks for HTTPS; plain HTTP passes, too, so that one machine can be tried out by itself."""
    if not url.lower().startswith(("https://", "http://")) or len(url) > _LONGEST_URL:
        raise ValueError(f"one-click unsubscribing needs a web address of at most {_LONGEST_URL} characters")
    return url


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("the date of a mail needs a time zone")
    return moment
