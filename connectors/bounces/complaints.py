"""Complaints: feedback reports (RFC 5965), and those of a provider that has a shape of its own."""

from connectors.bounces.findings import Finding
from connectors.bounces.parts import Mime, addresses, field, inner, part_of
from connectors.contract import Trouble, one_line

KIND = "message/feedback-report"
TROUBLES: dict[str, Trouble] = {
    "abuse": "complaint",
    "fraud": "complaint",
    "other": "complaint",
    "opt-out": "unsubscribed",
    "virus": "ours",
}
"""Feedback-Type → what it means for us. "not-spam" takes a complaint back, and others are about authentication."""

_OUTLOOK_RECIPIENT = "X-HmXmrOriginalRecipient"


def complaint(message: Mime) -> Finding | None:
    """What a recipient complains about; None when it is no complaint."""
    report = feedback(message)
    if report is None:
        return _outlook_complaint(message)
    trouble = TROUBLES.get(field(report, "Feedback-Type").lower())
    if trouble is None:
        return None
    who = field(report, "Original-Rcpt-To") or field(report, "Removal-Recipient")
    words = f"{field(report, 'Feedback-Type')} reported by {field(report, 'User-Agent') or 'the provider'}"
    return Finding(trouble, next(iter(addresses(who)), None), "", one_line(words))


def feedback(message: Mime) -> Mime | None:
    """The fields of a feedback report; None when the message has none."""
    part = part_of(message, KIND)
    return next(iter(inner(part)), None) if part is not None else None


def _outlook_complaint(message: Mime) -> Finding | None:
    """The programme for senders at Outlook.com forwards the mail itself, and names the recipient in it."""
    part = part_of(message, "message/rfc822")
    original = next(iter(inner(part)), None) if part is not None else None
    if original is None or not original[_OUTLOOK_RECIPIENT]:
        return None
    who = addresses(field(original, _OUTLOOK_RECIPIENT))
    return Finding("complaint", next(iter(who), None), "", "abuse reported by Outlook.com")
