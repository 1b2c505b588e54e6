"""Reports that follow no standard: recognised by who writes them and how, judged by their words."""

import logging
import re
from copy import deepcopy

from flufl.bounce import all_failures

from connectors.bounces.findings import Finding, reason
from connectors.bounces.parts import Mime, addresses, field, text_of, words_for_people
from connectors.contract import one_line
from connectors.smtp.verdicts import STATUS, blame

logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)  # what it trips over is handled here

_DAEMON = re.compile(
    r"^(?:mailer-?daemon|mail-?daemon|postmaster|mdaemon|mail-system|bounce)\b", re.IGNORECASE
)
_COPY = re.compile(
    r"^.{0,12}(?:original message|copy of (?:the|your) message|below this line|returned message|headers of the"
    r"|transcript of session follows\s*$|included message|ursprüngliche nachricht).*$|^(?:received|return-path): ",
    re.IGNORECASE | re.MULTILINE,
)
_STILL_TRYING = re.compile(
    r"\bdelay|not yet been delivered|will (?:keep|continue) (?:trying|to try)|still trying|no action is required"
    r"|warning: |zurzeit nicht|weiter versucht|wird weiterhin versucht",
    re.IGNORECASE,
)
_FOR_GOOD = re.compile(r"\b5\d\d[ -](?=\S)|(?<![\d.])5\.\d{1,3}\.\d{1,3}(?![\d.]*\d)")
_LONGEST_LINE, _MOST_LISTED = 300, 10_000
_REPLY_CODE = re.compile(r"\b([45]\d\d)[ -](?=\S)")


def is_from_a_machine(message: Mime) -> bool:
    """Whether a mail system writes, in a way that people do not."""
    who = addresses(field(message, "From"))
    return bool(field(message, "X-Failed-Recipients") or (who and _DAEMON.match(who[0])))


def failures(message: Mime) -> tuple[list[Finding], bool] | None:
    """As of a delivery status notification; None when it is no report."""
    waiting, failed = _listed(message)
    if not (waiting or failed or is_from_a_machine(message)):
        return None
    text = _until_the_copy(words_for_people(message))
    tries_on = waiting or _STILL_TRYING.search(f"{field(message, 'Subject')} {text}")
    if not failed and tries_on and not _FOR_GOOD.search(text):
        return [], True
    named: list[str | None] = [*failed]
    return [_finding(one, text) for one in named or [None]], False


def _listed(message: Mime) -> tuple[list[str], list[str]]:
    """Recipients for whom it is tried again, and those for whom it is not."""
    named = addresses(field(message, "X-Failed-Recipients"))
    try:
        temporary, permanent = all_failures(_shortened(message))
    except Exception:  # the library trips over headers that are empty or in no known encoding
        return [], named
    return _texts(temporary), named or _texts(permanent)


def _shortened(message: Mime) -> Mime:
    """The same with little text in short lines: some patterns of the library take the square of a line's length."""
    short, left = deepcopy(message), _MOST_LISTED
    for part in short.walk():
        if not part.is_multipart():
            lines = text_of(part)[:left].splitlines() if part.get_content_maintype() == "text" else []
            left -= sum(map(len, lines))
            del part["Content-Transfer-Encoding"]
            part.set_payload("\n".join(line[:_LONGEST_LINE] for line in lines))
    return short


def _texts(found: frozenset[bytes]) -> list[str]:
    return sorted(one.decode("utf-8", "replace") if isinstance(one, bytes) else str(one) for one in found)


def _finding(recipient: str | None, text: str) -> Finding:
    said = reason(text, recipient)
    status, code = STATUS.search(said), _REPLY_CODE.search(said)
    trouble = blame(status[0] if status else "", said, int(code[1]) if code else None)
    return Finding(trouble, recipient, status[0] if status else "", one_line(said))


def copy_within(text: str) -> str:
    """What a text for people returns of the mail, "" when it does not."""
    return text[len(_until_the_copy(text)) :]


def _until_the_copy(text: str) -> str:
    """The text before the mail that is returned with it, whose words are our own."""
    found = _COPY.search(text, 1)
    return text[: found.start()] if found else text
