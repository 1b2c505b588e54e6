"""What a server's reply means: SMTP code, enhanced status and text → Receipt, Deferred or Refused.

RFC 5321 for codes; whom a refusal blames is judged in `verdicts`.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from connectors.contract import Answer, Deferred, Receipt, Refused, one_line
from connectors.smtp.verdicts import blame, is_full

Step = Literal["sender", "recipient", "text"]

CLOSING = 421
_LOGIN_CODES = {530, 534, 535, 538}
_LOGIN_STATUSES = {"5.7.8", "5.7.9", "5.7.11"}

_STATUS = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})(?:\s+|$)")
_PAUSE = re.compile(r"\b(?:in|after|for|wait)\s+(\d{1,5})\s*(s|m|h)(?:ec|in|our|\b)", re.IGNORECASE)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours"}


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply: its code (-1 when it was none), its enhanced status ("" when none), its text in one line."""

    code: int
    status: str
    text: str

    @property
    def good(self) -> bool:
        return 200 <= self.code < 300

    def __str__(self) -> str:
        return " ".join(part for part in (str(self.code), self.status, self.text) if part)


def read_reply(code: int, raw: bytes | str) -> Reply:
    """Take apart what smtplib hands out: the lines of a reply without their codes."""
    text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else raw
    found = _STATUS.match(text)
    lines = (_STATUS.sub("", line, count=1) for line in text.splitlines())
    return Reply(code, found[1] if found else "", one_line(" ".join(lines)))


def answer_to(reply: Reply, step: Step) -> Answer:
    """The verdict on a reply to MAIL FROM ("sender"), RCPT TO ("recipient") or DATA and its dot ("text")."""
    if reply.good:
        return Receipt(str(reply))
    if not 500 <= reply.code < 600:
        return _not_now(f"the server postponed the {step}: {reply}", reply, step)
    if _login_missing(reply):
        return Deferred(f"the server wants another login, check user and password: {reply}")
    if _may_pass(reply, step):
        return _not_now(f"the server cannot take the {step} now: {reply}", reply, step)
    trouble = "ours" if step == "sender" else blame(reply.status, reply.text, reply.code)
    return Refused(f"the server refused the {step}: {reply}", trouble, reply.status)


def _not_now(reason: str, reply: Reply, step: Step) -> Deferred:
    """Whether the mailbox is to blame: our own server's troubles, greylisting and limits say nothing about it."""
    mailbox = reply.status[2:4] == "2." or (not reply.status and is_full(reply.text, reply.code))
    trouble: Literal["soft"] | None = "soft" if mailbox and step != "sender" else None
    return Deferred(reason, _pause(reply.text), trouble, reply.status)


def _pause(text: str) -> timedelta | None:
    found = _PAUSE.search(text)
    return timedelta(**{_UNITS[found[2].lower()]: int(found[1])}) if found else None


def _login_missing(reply: Reply) -> bool:
    return reply.code in _LOGIN_CODES or reply.status in _LOGIN_STATUSES


def _may_pass(reply: Reply, step: Step) -> bool:
    """Whether a 5xx is a passing state in disguise: a full mailbox, or a status that says "later"."""
    if reply.status:
        return reply.status.startswith("4.") or reply.status == "5.2.2"
    return step != "sender" and is_full(reply.text, reply.code)
