"""RQ jobs: each is one sentence and takes ids. Running one again does no harm."""

from functools import cache
from uuid import UUID

from bridge import wiring
from bridge.flow.by_halves import by_halves
from bridge.flow.score_profiles import score_profiles
from bridge.worker.lanes import Lanes


def score(profile_ids: list[str]) -> None:
    """Score what is due for these profiles, and qualify them."""
    by_halves(wiring.services().unit, score_profiles, [UUID(one) for one in profile_ids])


def deliver(delivery_ids: list[str]) -> None:
    """Give these deliveries to the lanes that send them; it waits for room, not for slow mail servers."""
    lanes().hand_over(UUID(one) for one in delivery_ids)


@cache
def lanes() -> Lanes:
    """The lanes of this process."""
    return Lanes(wiring.services().open_way)
