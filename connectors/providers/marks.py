"""Headers that a provider hands back with every event: by them an event finds its mail."""

import json
from collections.abc import Iterable, Mapping
from uuid import UUID

HEADERS: Mapping[str, tuple[str, str]] = {
    "postmark": ("X-PM-Metadata-leadbridge", "{}"),
    "sendgrid": ("X-SMTPAPI", "unique_args"),
    "brevo": ("X-Mailin-custom", "{}"),
    "smtpeter": ("X-SMTPeter-Tags", "{}"),
}
"""Those that replace our Message-ID, or may; the others tell it. Postmark and SMTPeter take theirs out again."""


def marks(providers: Iterable[str], delivery: UUID) -> dict[str, str]:
    """Header → value for a mail that leaves through one of these providers."""
    mark = f"leadbridge-{delivery}"
    found = (HEADERS[provider] for provider in providers if provider in HEADERS)
    return {name: _smtpapi(mark) if shape == "unique_args" else mark for name, shape in found}


def _smtpapi(mark: str) -> str:
    """https://www.twilio.com/docs/sendgrid/for-developers/sending-email/building-an-x-smtpapi-header"""
    return json.dumps({"unique_args": {"leadbridge": mark}})
