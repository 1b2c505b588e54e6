"""From the bytes of a message to what it reports."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from connectors.bounces import delivery_status, plain
from connectors.bounces.attribution import By, Evidence, Marks, evidence
from connectors.bounces.automatic import is_automatic, is_receipt
from connectors.bounces.complaints import complaint, feedback
from connectors.bounces.findings import Finding
from connectors.bounces.parts import Mime, field, parsed
from connectors.contract import MOST_WORDS, Notice
from connectors.dates import moment_in

SOURCE = "mailbox"
Kind = Literal["bounce", "complaint", "delay", "automatic", "other"]


NO_EVIDENCE = Evidence()


@dataclass(frozen=True, slots=True)
class Told:
    """What a message says, before anybody looked whether it proves it. at: when it was written, as far as it says."""

    kind: Kind
    findings: tuple[Finding, ...] = ()
    at: datetime | None = None
    evidence: Evidence = NO_EVIDENCE


@dataclass(frozen=True, slots=True)
class Report:
    """What a message is, and what it reports: nothing unless it is a bounce or a complaint.

    delay: it is still tried. automatic: out of office and the like. other: perhaps somebody wrote it by hand.
    """

    kind: Kind
    notices: tuple[Notice, ...] = ()


class UnreadableReport(Exception):
    """A message that is given up: of a thousand nested parts, or one that took too long, or too much."""


def understand(raw: bytes) -> Told:
    """What a message to the address for bounces says; whatever it is, it is one of the kinds.

    Only its first 256 KiB count. Raises UnreadableReport.
    """
    try:
        return _told(parsed(raw))
    except (RecursionError, ValueError, LookupError, AttributeError, TypeError, OverflowError) as error:
        raise UnreadableReport(f"{type(error).__name__}: {error}"[:MOST_WORDS]) from error


def read_report(raw: bytes, marks: Marks, understand: Callable[[bytes], Told] = understand) -> Report:
    """What a message reports, as far as it proves which mails of ours it is about.

    The same bytes give notices with the same keys. understand: where it is read. Raises UnreadableReport.
    """
    told = understand(raw)
    delivery, by = told.evidence.proven(marks) or (None, None)
    if told.kind == "complaint" and by == "mention":
        delivery = None  # whoever complains returns the mail
    mark = hashlib.sha256(raw).hexdigest()[:32]
    believed = (_as_far_as_believed(one, by) for one in told.findings)
    notices = (
        Notice(SOURCE, f"{mark}:{n}", one.trouble, delivery, one.recipient, told.at, one.status, one.words)
        for n, one in enumerate(believed)
    )
    return Report(told.kind, tuple(notices))


def _as_far_as_believed(finding: Finding, by: By | None) -> Finding:
    """A mail's id travels with every answer to it: alone it does not say that a mailbox is not there."""
    if finding.trouble == "hard" and (by == "mention" or (by == "copy" and not finding.recipient)):
        return replace(finding, trouble="soft")
    return finding


def _told(message: Mime) -> Told:
    kind, findings = _findings(message)
    if not findings:
        return Told(kind)
    some = tuple(findings[: delivery_status.MOST_RECIPIENTS])
    return Told(kind, some, moment_in(field(message, "Date")), evidence(message))


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
