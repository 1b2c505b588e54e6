"""Many people in one transaction; where that fails, fewer and fewer, so that one person stops no other."""

import logging
from collections.abc import Callable, Sequence
from uuid import UUID

from bridge.flow.sweep import SCORING, bury_profile
from bridge.flow.unit import Opened, Unit
from bridge.store.database import is_unavailable

log = logging.getLogger(__name__)


def by_halves(
    opened: Opened,
    do: Callable[[Unit, Sequence[UUID]], object],
    ids: Sequence[UUID],
    whose: Callable[[Unit, UUID], UUID | None] = lambda unit, one: one,
    step: str = SCORING,
) -> list[UUID]:
    """Do something about all of these in one transaction; when it fails each half by itself, and so on.

    whose: the profile that one of them is about. step: what is done, as dead letters name it. Who fails
    alone becomes a dead letter. Returns those, in order. Raises what the database raises while it is away.
    """
    if not ids:
        return []
    try:
        with opened() as unit:
            do(unit, ids)
    except Exception as error:
        if is_unavailable(error):
            raise
        if len(ids) == 1:
            _bury(opened, ids[0], whose, step, error)
            return [ids[0]]
        middle = len(ids) // 2
        return [
            one for half in (ids[:middle], ids[middle:]) for one in by_halves(opened, do, half, whose, step)
        ]
    return []


def _bury(
    opened: Opened, one: UUID, whose: Callable[[Unit, UUID], UUID | None], step: str, error: Exception
) -> None:
    with opened() as unit:
        profile_id = whose(unit, one)
        facts = {"profile": str(profile_id), "step": step}
        log.error("nothing can be done about a profile", exc_info=error, extra=facts)
        if profile_id is not None:
            bury_profile(unit, profile_id, error, step)
