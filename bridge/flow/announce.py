"""Tell the outside: webhooks into the outbox, for every endpoint that asked for that type."""

from typing import Any
from uuid import UUID

from bridge.flow.unit import Unit
from bridge.store.profiles import ProfileRow


def announce(unit: Unit, kind: str, profile: ProfileRow, because_of: UUID, **data: Any) -> None:
    """Queue a webhook of that type. because_of: what happened, so that it is announced once.

    data: JSON values besides the profile's id, address, stage and score.
    """
    for number, hook in enumerate(unit.program.webhooks):
        if kind in hook.events:
            body = {
                "type": kind,
                "timestamp": unit.now.isoformat(),
                "data": {
                    "id": str(profile.id),
                    "email": profile.email,
                    "stage": profile.stage,
                    "score": profile.score,
                    **data,
                },
            }
            unit.send(
                "webhook",
                kind,
                "contract",
                f"webhook:{number}:{kind}:{because_of}",
                profile=profile.id,
                payload={"url": hook.url, "body": body},
                trace=because_of,
            )
