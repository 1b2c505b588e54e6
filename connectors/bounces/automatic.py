"""Answers that nobody wrote: out of office, we have received your mail, please prove that you are human."""

import re

from connectors.bounces.parts import Mime, field

_HEADERS = ("X-Autoreply", "X-Autorespond", "X-AutoReply-From", "X-Mail-Autoreply", "X-Auto-Reply")
_SUBJECT = re.compile(
    r"^\W*(?:auto(?:mat(?:ic|ed|ische[rs]?))?\W{0,2}(?:re(?:ply|sponse)|antwort)|abwesen|out of (?:the )?office"
    r"|vacation|urlaub|ich bin (?:zur ?zeit )?nicht|réponse automatique|away from|challenge"
    r"|please (?:confirm|verify))",
    re.IGNORECASE,
)


def is_automatic(message: Mime) -> bool:
    """Whether a machine answers in somebody's name (RFC 3834, and what came before it)."""
    replied = field(message, "Auto-Submitted").lower().startswith("auto-replied")
    precedence = field(message, "Precedence").lower() in ("auto_reply", "auto-reply")
    marked = any(message[name] is not None for name in _HEADERS)
    return replied or precedence or marked or bool(_SUBJECT.search(field(message, "Subject")))


def is_receipt(message: Mime) -> bool:
    """Whether it only says that somebody displayed or deleted a mail (RFC 8098)."""
    return str(message.get_param("report-type", "")).lower() == "disposition-notification"
