"""Tell the outside: webhooks into the outbox, for every endpoint that asked for that type."""

from typing import Any
from uuid import UUID

from bridge.flow.unit import Unit
from bridge.ids import new_id
from bridge.store.handovers import HandoverRow
from bridge.store.outbox import Delivery
from bridge.store.profiles import ProfileRow


def announce(unit: Unit, kind: str, profile: ProfileRow, because_of: UUID, **data: Any) -> None:
    """Queue a webhook of that type; see `announcements`."""
    unit.send(announcements(unit, kind, profile, because_of, **data))


def announcements(
    unit: Unit, kind: str, profile: ProfileRow, because_of: UUID, **data: Any
) -> list[Delivery]:
    """Webhooks of that type. because_of: what happened, so that it is announced once.

    data: JSON values besides the profile's id, address, stage and score.
    """
    facts = {"id": str(profile.id), "email": profile.email, "stage": profile.stage, "score": profile.score}
    return _webhooks(unit, kind, facts | data, profile.id, because_of, because_of)


def announce_outcome(
    unit: Unit, profile: ProfileRow, row: HandoverRow, outcome: str, because_of: UUID, **said: Any
) -> None:
    """Tell what became of a hand-over. said: what sales said besides."""
    known = {"sales_person": row.sales_person, "handover": str(row.id)}
    announce(unit, "lead.outcome", profile, because_of, outcome=outcome, **said, **known)


def announce_correction(unit: Unit, profile: ProfileRow, row: HandoverRow, **said: Any) -> None:
    """Tell that an order that was told of has another amount or date. said: both, as they are and as they were.

    It is no outcome: whoever counts orders by those has counted this one.
    """
    known = {"sales_person": row.sales_person, "handover": str(row.id)}
    announce(unit, "lead.order_corrected", profile, new_id(), **said, **known)


def announce_erasure(unit: Unit, profile_id: UUID) -> None:
    """Tell who keeps a copy that somebody is gone; the id is all that is said."""
    unit.send(_webhooks(unit, "lead.erased", {"id": str(profile_id)}, None, profile_id, new_id()))


def _webhooks(
    unit: Unit, kind: str, data: dict[str, Any], profile: UUID | None, key: UUID, trace: UUID
) -> list[Delivery]:
    body = {"type": kind, "timestamp": unit.now.isoformat(), "data": data}
    return [
        unit.delivery(
            "webhook",
            kind,
            "contract",
            f"webhook:{hook.id}:{kind}:{key}",
            profile=profile,
            payload={"endpoint": hook.id, "url": hook.url, "body": body},
            trace=trace,
        )
        for hook in unit.program.webhooks
        if hook.wants(kind)
    ]
