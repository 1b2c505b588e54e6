"""Whose fault it is that a mail was not taken: one judgement for replies to us and for reports afterwards.

RFC 3463 and the IANA registry for enhanced status codes. Where a status says too little the words decide, and in
doubt the address is not blamed.
"""

import re
from typing import Literal

Blame = Literal["hard", "soft", "ours"]
"""As in `Trouble`: the mailbox is not there; it cannot take mail now; the refusal is about us or what we sent."""

STATUS = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.]*\d)")
"""An enhanced status code somewhere in a text, and no part of a network address."""

_NO_SUCH_ADDRESS = {
    "5.1.1",  # no such mailbox
    "5.1.2",  # no such domain
    "5.1.3",  # an address that cannot be one
    "5.1.6",  # moved, and nobody knows where to
    "5.1.10",  # the domain takes no mail (RFC 7505); at Exchange: recipient not found
}
_CLOSED = "5.2.1"  # the mailbox is closed; some large providers block senders with it
_OURS = {"5.1.7", "5.1.8", "5.1.9", "5.2.3", "5.3.4"}  # our address, our size
_OUR_SUBJECTS = ("5.5.", "5.6.", "5.7.")  # protocol, content, policy
_VAGUE = {"", "5.0.0", "5.1.0", "5.2.0", "5.3.0", "5.5.0"}
_ROUTES = {"5.4.0", "5.4.1", "5.4.4", "5.4.310", "5.4.312"}

_REPLY = re.compile(r"(?:^|[\s:;>\"'])[45]\d\d[ -](?=\S)")
_UNKNOWN_USER = re.compile(
    r"(?:user|recipient|mailbox|account|address(?:ee)?|postfach|empfänger|adresse)\b.{0,60}"
    r"(?:unknown|unavailable|not found|not exist|doesn'?t exist|doesn'?t have|invalid|disabled|inactive"
    r"|deactivated|closed"
    r"|not listed|not a valid|rejected: undeliverable|nicht gefunden|existiert nicht|unbekannt)"
    r"|(?:unknown|no such|invalid|unrouteable|no)\s(?:local\s|virtual\s|valid\s)?"
    r"(?:user|recipient|mailbox|account|address)\b"
    r"|not a valid (?:user|recipient|mailbox|address)|no mailbox here by that name"
    r"|doesn'?t have an? \S+ account|nicht existierend",
    re.IGNORECASE,
)
_UNKNOWN_HOST = re.compile(
    r"(?:host|domain)\b.{0,60}(?:not found|unknown|not exist|doesn'?t exist)|NXDOMAIN"
    r"|(?:unknown|no such|couldn'?t find any) (?:host|domain)|accepts no mail|null ?mx",
    re.IGNORECASE,
)
_POLICY = re.compile(
    r"spam|block|black|listed by|polic|reputation|denied|relay|sender|spf|dkim|dmarc|rbl|virus|unauthenticated"
    r"|content|prohibit|suspicious|resource record|\bdns\b|banned|reject(?:ed)? due to",
    re.IGNORECASE,
)
_ABOUT_US = re.compile(r"sender|\b(?:helo|ehlo)\b|client host|reverse|\byour\b", re.IGNORECASE)
_FULL = re.compile(
    r"(?:mailbox|inbox|storage|account|postfach)\b.{0,40}\b(?:full|voll)\b|over\s?-?quota|quota\b.{0,20}exceeded"
    r"|exceeded (?:its |the |storage |disk )*(?:quota|allocation|allotted)|out of storage|insufficient.{0,20}storage",
    re.IGNORECASE,
)
_TOO_BIG = re.compile(r"too (?:big|large)|message size|size limit", re.IGNORECASE)


def blame(status: str, text: str, code: int | None = None) -> Blame:
    """Who is to blame for a mail that was not taken, and will not be.

    status: enhanced status code, or "". text: what the other side said. code: of the SMTP reply, if there was one.
    """
    if status.startswith("4.") or status == "5.2.2":
        return "soft"
    if status in _NO_SUCH_ADDRESS:
        return "hard"
    if status == _CLOSED:
        return "ours" if _POLICY.search(text) else "hard"
    if status in _OURS or (status.startswith(_OUR_SUBJECTS) and status not in _VAGUE):
        return "ours"
    if status in _VAGUE or status in _ROUTES:
        return _by_words(status, text, code)
    return "soft"


def is_full(text: str, code: int | None = None) -> bool:
    """Whether the words speak of a mailbox without room, and not of a mail that is too big for any."""
    if _TOO_BIG.search(text):
        return False
    return bool(_FULL.search(text)) or (code == 552 and not _POLICY.search(text))


def _by_words(status: str, text: str, code: int | None) -> Blame:
    if is_full(text, code):
        return "soft"
    unknown_host = _UNKNOWN_HOST.search(text) and not _ABOUT_US.search(text)
    if unknown_host or code == 556:  # RFC 7504: the domain takes no mail at all
        return "hard"
    if status in _ROUTES:
        return "soft"
    if _UNKNOWN_USER.search(text) and not _POLICY.search(text):
        return "hard"
    return "ours"


def is_telling(status: str) -> bool:
    """Whether a status says more than that something went wrong."""
    return status not in _VAGUE


def says_why(line: str) -> bool:
    """Whether a line of a report is the one that gives the reason."""
    return any(sign.search(line) for sign in (STATUS, _REPLY, _UNKNOWN_USER, _UNKNOWN_HOST, _FULL))
