"""The mail server: whether it lets us in, and how the line to it is protected."""

from collections.abc import Iterator
from datetime import datetime

from bridge.cli.diagnosis.finding import Finding
from bridge.cli.sending import is_local
from bridge.wiring import Services
from connectors.smtp.inspection import Inspection, inspect

FEW_DAYS = 14


def server(services: Services) -> Iterator[Finding]:
    """Connect and log in, without a mail."""
    smtp = services.settings.smtp
    where, seen = f"{smtp.host}:{smtp.port}", inspect(smtp)
    if seen.complaint:
        advice = "correct LEADBRIDGE_SMTP_URL, or ask whoever runs the mail server"
        yield Finding("mail server", False, seen.complaint, advice)
        return
    yield Finding("mail server", True, f"{where} lets us in")
    yield line(seen, is_local(smtp.host), services.clock())


def line(seen: Inspection, local: bool, now: datetime) -> Finding:
    """How the line is protected. local: the server stands on this machine."""
    if seen.protocol is None:
        return _in_the_clear(seen, local)
    if seen.expires is None:
        return Finding("line to it", True, seen.protocol)
    days = (seen.expires - now).days
    found = f"{seen.protocol}, its certificate ends in {days} days"
    advice = "have it renewed: with an expired one every mail waits" if days < FEW_DAYS else ""
    return Finding("line to it", days >= FEW_DAYS, found, advice)


def _in_the_clear(seen: Inspection, local: bool) -> Finding:
    if local:
        return Finding("line to it", True, "in the clear, on this machine")
    if seen.offers_tls:
        advice = "remove starttls=never from LEADBRIDGE_SMTP_URL"
        return Finding("line to it", False, "in the clear, although TLS is on offer", advice)
    advice = "have the server offer STARTTLS, or use smtps://"
    return Finding("line to it", False, "in the clear: the server offers no TLS", advice)
