"""From the bytes of a message to what it reports."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.utils import parsedate_to_datetime
from typing import Literal

from connectors.bounces import delivery_status, plain
from connectors.bounces.attribution import Marks, delivery_of
from connectors.bounces.automatic import is_automatic, is_receipt
from connectors.bounces.complaints import complaint, feedback
from connectors.bounces.findings import MOST_WORDS, Finding
from connectors.bounces.parts import Mime, field
from connectors.contract import Notice

SOURCE = "mailbox"
Kind = Literal["bounce", "complaint", "delay", "automatic", "other"]


@dataclass(frozen=True, slots=True)
class Report:
    """What a message is, and what it reports: nothing unless it is a bounce or a complaint.

    delay: it is still tried. automatic: out of office and the like. other: perhaps somebody wrote it by hand.
    """

    kind: Kind
    notices: tuple[Notice, ...] = ()


class UnreadableReport(Exception):
    """A message that the parser of the standard library gives up on, such as one of a thousand nested parts."""


def read_report(raw: bytes, marks: Marks) -> Report:
    """Read a message that came to the address for bounces; whatever it is, it is one of the kinds.

    The same bytes give notices with the same keys. Raises UnreadableReport.
    """
    try:
        return _read(raw, marks)
    except (RecursionError, ValueError, LookupError, AttributeError, TypeError) as error:
        raise UnreadableReport(f"{type(error).__name__}: {error}"[:MOST_WORDS]) from error


def _read(raw: bytes, marks: Marks) -> Report:
    message: Mime = message_from_bytes(raw)
    kind, findings = _findings(message)
    if not findings:
        return Report(kind)
    delivery, at, mark = delivery_of(message, marks), _moment(message), hashlib.sha256(raw).hexdigest()[:32]
    notices = (
        Notice(SOURCE, f"{mark}:{n}", one.trouble, delivery, one.recipient, at, one.status, one.words)
        for n, one in enumerate(findings[: delivery_status.MOST_RECIPIENTS])
    )
    return Report(kind, tuple(notices))


def _findings(message: Mime) -> tuple[Kind, list[Finding]]:
    complained = complaint(message)
    if complained:
        return "complaint", [complained]
    if feedback(message) is not None:
        return "other", []
    told = delivery_status.failures(message)
    if told is None and (is_receipt(message) or _nobody_reports(message)):
        return "automatic", []
    told = told or plain.failures(message)
    if told is None:
        return "other", []
    failed, waits = told
    return ("bounce", failed) if failed else ("delay" if waits else "automatic", [])


def _nobody_reports(message: Mime) -> bool:
    return is_automatic(message) and not plain.is_from_a_machine(message)


def _moment(message: Mime) -> datetime | None:
    """When the report was written; None when it does not say so in a way that can be compared."""
    try:
        moment = parsedate_to_datetime(field(message, "Date"))
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else None
