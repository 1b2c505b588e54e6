"""From the plain values of a mail to the message of RFC 5322."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email import policy
from email.headerregistry import HeaderRegistry
from email.message import EmailMessage
from typing import Any, Literal

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


class _Verbatim:
    """A header that is never folded or encoded: the standard fold turns a long URL into encoded words."""

    max_count = 1

    @classmethod
    def parse(cls, value: str, kwds: dict[str, Any]) -> None:
        kwds["parse_tree"] = kwds["decoded"] = str(value)

    def fold(self, *, policy: policy.Policy) -> str:
        name: str = self.name  # type: ignore[attr-defined]  # the registry mixes in BaseHeader
        return f"{name}: {self}{policy.linesep}"


_HEADERS = HeaderRegistry()
for _name in ("message-id", "feedback-id", "list-id", "list-unsubscribe", "list-unsubscribe-post"):
    _HEADERS.map_to_type(_name, _Verbatim)  # type: ignore[arg-type]  # typeshed wants BaseHeader's attributes

POLICY = policy.SMTP.clone(cte_type="7bit", header_factory=_HEADERS)


def to_email_message(mail: OutgoingMail) -> EmailMessage:
    """The mail as text/plain, or as multipart/alternative when it has HTML; every body is 7-bit safe.

    Raises ValueError when an address, a URL or the date is unusable or a header holds a line break.
    """
    message = EmailMessage(policy=POLICY)
    for name, value in _headers(mail).items():
        message[name] = value
    message.set_content(mail.text)
    if mail.html is not None:
        message.add_alternative(mail.html, subtype="html")
    message["Content-Language"] = _token(mail.language)  # last: setting content moves such fields to a part
    if any(set("\r\n") & set(str(value)) for value in message.values()):
        raise ValueError("a line break in a header, once it was decoded")
    return message


def _headers(mail: OutgoingMail) -> dict[str, Any]:
    headers: dict[str, Any] = {
        "From": mailbox(mail.sender),
        "To": mailbox(mail.recipient),
        "Reply-To": mailbox(mail.reply_to) if mail.reply_to else None,
        "Subject": _one_line(mail.subject),
        "Date": _aware(mail.date),
        "Message-ID": _bracketed(mail.message_id),
        "Auto-Submitted": mail.auto_submitted,
        "Feedback-ID": _token(mail.feedback_id) if mail.feedback_id else None,
        "List-Id": _bracketed(mail.list_id) if mail.list_id else None,
        **{name: _one_line(value) for name, value in mail.marks.items()},
    }
    if mail.list_unsubscribe_url:
        headers["List-Unsubscribe"] = _bracketed(_web(mail.list_unsubscribe_url))
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return {name: value for name, value in headers.items() if value is not None}


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
