"""What became of a mail after it left, as somebody reports it: it bounced, or its recipient complained."""

from datetime import datetime

from bridge.flow.unit import Unit
from connectors.contract import Notice


def take_notice(unit: Unit, notice: Notice, received_at: datetime) -> None:
    """Write down what is reported, and draw the consequences; the same report again changes nothing."""
