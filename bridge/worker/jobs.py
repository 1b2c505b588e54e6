"""RQ jobs: each is one sentence and takes ids. Running one again does no harm."""

from uuid import UUID

from bridge import wiring
from bridge.flow.score_profiles import score_profiles


def score(profile_ids: list[str]) -> None:
    """Score what is due for these profiles, and qualify them."""
    with wiring.services().unit() as unit:
        score_profiles(unit, [UUID(one) for one in profile_ids])


def deliver(delivery_ids: list[str]) -> None:
    """Send these deliveries, one after another."""
    sender = wiring.services().sender
    for one in delivery_ids:
        sender.deliver(UUID(one))
