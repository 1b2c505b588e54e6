"""The mail server: whether it lets us in."""

from collections.abc import Iterator

from bridge.cli.diagnosis.finding import Finding
from bridge.wiring import Services
from connectors.smtp import SmtpMailer


def server(services: Services) -> Iterator[Finding]:
    """Connect and log in, without a mail."""
    server = services.settings.smtp
    complaint = SmtpMailer(server).try_out()
    where = f"{server.host}:{server.port}"
    advice = "correct LEADBRIDGE_SMTP_URL, or ask whoever runs the mail server"
    yield Finding(
        "mail server", complaint is None, complaint or f"{where} lets us in", advice if complaint else ""
    )
