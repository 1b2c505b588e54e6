"""Somebody wants to be erased: a mail asks whether it was really them."""

from datetime import timedelta
from typing import Literal
from uuid import UUID

from bridge.flow.unit import Unit
from bridge.store import lately, profiles, suppressions
from bridge.store.suppressions import HARD

MAIL = "mail/erase"
PAUSE_BETWEEN = timedelta(minutes=10)
PER_DAY = 3


def request_erasure(unit: Unit, profile_id: UUID) -> Literal["asked", "lately", "unreachable"]:
    """Send the mail with the link that erases: one per ten minutes, three a day.

    "lately": one was sent a short while ago. "unreachable": this address is not mailed any more, whatever it is
    about. Raises UnknownProfile.
    """
    profile = profiles.lock_one(unit.connection, profile_id)
    if profile.excluded or suppressions.reason_for(unit.connection, profile.email_key) in HARD:
        return "unreachable"
    since = unit.now - timedelta(days=1)
    times = lately.due_times(unit.connection, [profile_id], [MAIL], since).get((profile_id, MAIL), [])
    if len(times) >= PER_DAY or any(unit.now < time + PAUSE_BETWEEN for time in times):
        return "lately"
    key = f"{MAIL}:{profile_id}:{unit.now.isoformat()}"
    unit.send([unit.delivery("mail", MAIL, "request", key, profile=profile_id)])
    return "asked"
