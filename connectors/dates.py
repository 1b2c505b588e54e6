"""Dates as mails and web servers write them (RFC 5322 3.3, RFC 9110 5.6.7)."""

from datetime import datetime, tzinfo
from email.utils import parsedate_to_datetime


def moment_in(text: str, zone: tzinfo | None = None) -> datetime | None:
    """The moment that a date names, aware; None when it names none, whatever the text.

    zone: of a date without a zone; without one such a date names no moment.
    """
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None:
        return moment.replace(tzinfo=zone) if zone else None
    return moment
