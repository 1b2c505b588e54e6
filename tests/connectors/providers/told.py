"""How tests look at what a provider told."""

from datetime import UTC, datetime

from connectors.contract import Notice
from connectors.providers.hook import Report
from tests.connectors.providers.posted import DELIVERY

MARK = f"leadbridge-{DELIVERY}"
AT = datetime(2026, 11, 20, 16, 33, 54, tzinfo=UTC)
"""When it happened, and the mark of our mail."""


def only(report: Report) -> Notice:
    """The one notice of a report in which nothing else is."""
    assert (len(report.notices), report.ignored, report.unreadable) == (1, 0, ()), report
    return report.notices[0]


def means(report: Report) -> str | None:
    """The trouble of the one event that was told; None when it was ignored."""
    assert not report.unreadable
    assert len(report.notices) + report.ignored == 1
    return report.notices[0].trouble if report.notices else None
