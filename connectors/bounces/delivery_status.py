"""Delivery status notifications (RFC 3464, RFC 6533): what became of a mail, recipient by recipient."""

import re
from email import message_from_bytes

from connectors.bounces.findings import Finding, reason
from connectors.bounces.parts import Mime, addresses, field, inner, part_of, words_for_people
from connectors.contract import one_line
from connectors.smtp.verdicts import STATUS, blame, is_telling

KINDS = ("message/delivery-status", "message/global-delivery-status")
_REPLY_CODE = re.compile(r"\b([45]\d\d)(?=[ -]|$)")
MOST_RECIPIENTS = 20
"""Each mail of ours has one recipient; whoever reports more knows lists and aliases behind it."""

_EMPTY_LINES = re.compile(rb"\n[ \t]*\n")
_FAILED, _DELAYED = "failed", "delayed"


def failures(message: Mime) -> tuple[list[Finding], bool] | None:
    """Every recipient that got nothing, and whether others only wait; None when it is no such notification.

    Delivered, relayed and expanded are good news, and none of ours.
    """
    part = part_of(message, *KINDS)
    found = _blocks(part)[:MOST_RECIPIENTS] if part is not None else []
    blocks = [block for block in found if _action(block)]
    if not blocks:
        return None
    failed = [_finding(block, message) for block in blocks if _action(block) == _FAILED]
    return failed, any(_action(block) == _DELAYED for block in blocks)


def _blocks(part: Mime) -> list[Mime]:
    """Its groups of fields. The parser knows them by one of their two names only, and sees a message in the other."""
    found = inner(part)
    if len(found) != 1:
        return found
    groups = _EMPTY_LINES.split(found[0].as_bytes().replace(b"\r\n", b"\n"))
    return [message_from_bytes(group) for group in groups if group.strip()]


def _action(block: Mime) -> str:
    """Failed, delayed, or another word; where it is missing the class of the status stands for it."""
    said = field(block, "Action").lower().partition(" ")[0]
    if said or not (block["Final-Recipient"] or block["Original-Recipient"]):
        return said
    return {"5": _FAILED, "4": _DELAYED, "2": "delivered"}.get(field(block, "Status")[:1], "")


def _finding(block: Mime, message: Mime) -> Finding:
    diagnosis = field(block, "Diagnostic-Code")
    said = diagnosis.partition(";")[2] or diagnosis or reason(words_for_people(message))
    found = _REPLY_CODE.search(diagnosis)
    status = _status(field(block, "Status"), diagnosis)
    trouble = blame(status, said, int(found[1]) if found else None)
    return Finding(trouble, _recipient(block), status, one_line(said) or status)


def _status(told: str, diagnosis: str) -> str:
    """What the other side said itself, unless that says nothing; else what its messenger made of it."""
    said = STATUS.search(diagnosis)
    told_status = STATUS.search(told)
    if said and is_telling(said[0]):
        return said[0]
    return told_status[0] if told_status else said[0] if said else ""


def _recipient(block: Mime) -> str | None:
    """Whom it did not reach; names that are no mail addresses, such as those of X.400, say nothing."""
    for name in ("Final-Recipient", "Original-Recipient"):
        kind, _, value = field(block, name).partition(";")
        found = addresses(value)
        if kind.strip().lower() in ("rfc822", "utf-8") and found:
            return found[0]
    return None
