"""What a server's reply means: SMTP code, enhanced status and text → Receipt, Deferred or Refused.

RFC 5321 for codes, RFC 3463 and the IANA registry for enhanced status codes. Where servers say too
little, the text decides, and in doubt the address is not blamed.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from connectors.contract import Answer, Deferred, Receipt, Refused

Step = Literal["sender", "recipient", "text"]

CLOSING = 421
_LOGIN_CODES = {530, 534, 535, 538}
_LOGIN_STATUSES = {"5.7.8", "5.7.9", "5.7.11"}
_NO_SUCH_ADDRESS = {"5.1.1", "5.1.2", "5.1.10"}
_VAGUE = {"", "5.0.0", "5.1.0"}
_REASON_LENGTH = 300

_STATUS = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})(?:\s+|$)")
_UNKNOWN_USER = re.compile(
    r"(?:user|recipient|mailbox|account|address(?:ee)?)\b.{0,60}"
    r"(?:unknown|unavailable|not found|not exist|doesn't exist|invalid|rejected: undeliverable)"
    r"|(?:unknown|no such|invalid|unrouteable)\s(?:local\s)?(?:user|recipient|mailbox|account|address)",
    re.IGNORECASE,
)
_POLICY = re.compile(
    r"spam|block|black|listed|polic|reputation|denied|relay|sender|spf|dkim|dmarc|rbl|virus", re.IGNORECASE
)
_FULL = re.compile(
    r"(?:mailbox|inbox|storage|account)\b.{0,40}\bfull\b|over\s?quota|quota exceeded", re.IGNORECASE
)
_TOO_BIG = re.compile(r"too (?:big|large)|message size|size limit", re.IGNORECASE)
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
    printable = "".join(char if char.isprintable() else " " for char in " ".join(lines))
    return Reply(code, found[1] if found else "", " ".join(printable.split())[:_REASON_LENGTH])


def answer_to(reply: Reply, step: Step) -> Answer:
    """The verdict on a reply to MAIL FROM ("sender"), RCPT TO ("recipient") or DATA and its dot ("text")."""
    if reply.good:
        return Receipt(str(reply))
    if not 500 <= reply.code < 600:
        return Deferred(f"the server postponed the {step}: {reply}", _pause(reply.text))
    if _login_missing(reply):
        return Deferred(f"the server wants another login, check user and password: {reply}")
    if _may_pass(reply, step):
        return Deferred(f"the server cannot take the {step} now: {reply}")
    return Refused(f"the server refused the {step}: {reply}", bad_address=_blames_address(reply, step))


def _pause(text: str) -> timedelta | None:
    found = _PAUSE.search(text)
    return timedelta(**{_UNITS[found[2].lower()]: int(found[1])}) if found else None


def _login_missing(reply: Reply) -> bool:
    return reply.code in _LOGIN_CODES or reply.status in _LOGIN_STATUSES


def _may_pass(reply: Reply, step: Step) -> bool:
    """Whether a 5xx is a passing state in disguise: a full mailbox, or a status that says "later"."""
    if reply.status:
        return reply.status.startswith("4.") or reply.status == "5.2.2"
    if step == "sender" or _TOO_BIG.search(reply.text):
        return False
    return reply.code == 552 or bool(_FULL.search(reply.text))


def _blames_address(reply: Reply, step: Step) -> bool:
    """Whether the recipient's mailbox does not exist; a refused sender never says that."""
    if step == "sender":
        return False
    if reply.status not in _VAGUE:
        return reply.status in _NO_SUCH_ADDRESS
    if reply.code == 556:  # the domain takes no mail at all (RFC 7504)
        return True
    unknown = _UNKNOWN_USER.search(reply.text) and not _POLICY.search(reply.text)
    return reply.code in (550, 551, 553, 554) and bool(unknown)
