"""What sales said, or did not say, as an event of the person: rules give and take points for it."""

from uuid import UUID

from bridge.flow.unit import Unit
from bridge.ids import derived_id
from bridge.store import events
from bridge.store.events import EventRow
from bridge.store.handovers import HandoverRow


def write_sales_event(unit: Unit, row: HandoverRow, kind: str, subject: str = "", reason: str = "") -> UUID:
    """Write it down, once for each hand-over and kind; its id."""
    event = sales_event(unit, row, kind, subject, reason)
    events.add(unit.connection, [event])
    return event.id


def sales_event(unit: Unit, row: HandoverRow, kind: str, subject: str = "", reason: str = "") -> EventRow:
    """kind: such as "sales.accepted". subject: in the programme's language. reason: an id of the programme."""
    data = {"subject": subject, "reason": reason, "handover": str(row.id)}
    event_id = sales_event_id(row, kind)
    return EventRow(event_id, row.profile_id, kind, unit.now, unit.now, data=data, verdict="human")


def sales_event_id(row: HandoverRow, kind: str) -> UUID:
    """The same whenever that is said of that hand-over."""
    return derived_id(row.id, kind)
