"""Somebody wants to be erased: a mail asks whether it was really them."""

from typing import Literal
from uuid import UUID

from bridge.flow.sending.pace import is_too_often
from bridge.flow.unit import Unit
from bridge.store import profiles, suppressions
from bridge.store.suppressions import HARD

MAIL = "mail/erase"


def request_erasure(unit: Unit, profile_id: UUID) -> Literal["asked", "lately", "unreachable"]:
    """Send the mail with the link that erases: one per ten minutes, three a day.

    "lately": one was sent a short while ago. "unreachable": this address is not mailed any more, whatever it is
    about. Raises UnknownProfile.
    """
    profile = profiles.lock_one(unit.connection, profile_id)
    if profile.excluded or suppressions.reason_for(unit.connection, profile.email_key) in HARD:
        return "unreachable"
    if is_too_often(unit, profile_id, MAIL):
        return "lately"
    key = f"{MAIL}:{profile_id}:{unit.now.isoformat()}"
    unit.send([unit.delivery("mail", MAIL, "request", key, profile=profile_id)])
    return "asked"
