"""RQ jobs: each is one sentence and takes ids. Running one again does no harm."""

import logging
from collections.abc import Callable
from functools import cache
from uuid import UUID

from bridge import wiring
from bridge.flow.score_profiles import score_profiles
from bridge.flow.sweep import bury_profile
from bridge.store.database import is_unavailable
from bridge.worker.lanes import Lanes

log = logging.getLogger(__name__)


def score(profile_ids: list[str]) -> None:
    """Score what is due for these profiles, and qualify them."""
    _together_or_by_halves(_score, [UUID(one) for one in profile_ids])


def deliver(delivery_ids: list[str]) -> None:
    """Give these deliveries to the lanes that send them; it waits for room, not for slow mail servers."""
    lanes().hand_over(UUID(one) for one in delivery_ids)


@cache
def lanes() -> Lanes:
    """The lanes of this process."""
    return Lanes(wiring.services().open_way)


def _score(profile_ids: list[UUID]) -> None:
    with wiring.services().unit() as unit:
        score_profiles(unit, profile_ids)


def _together_or_by_halves(do: Callable[[list[UUID]], None], ids: list[UUID]) -> None:
    """A batch in one transaction; when it fails each half by itself, and so on, so that one stops no other."""
    try:
        do(ids)
    except Exception as error:
        if is_unavailable(error):
            raise
        if len(ids) > 1:
            for half in (ids[: len(ids) // 2], ids[len(ids) // 2 :]):
                _together_or_by_halves(do, half)
            return
        log.exception("a profile cannot be scored", extra={"profile": str(ids[0])})
        with wiring.services().unit() as unit:
            bury_profile(unit, ids[0], error)
