"""Somebody's link to a download has expired: a new one goes to the address of the profile, and nowhere else."""

from uuid import UUID

from bridge.errors import UnknownProfile
from bridge.flow.sending.pace import is_too_often
from bridge.flow.unit import Unit
from bridge.program.model import Form
from bridge.store import profiles, suppressions
from bridge.store.suppressions import HARD

MAIL = "mail/download"


def request_download(unit: Unit, profile_id: UUID, form: Form) -> bool:
    """Send a new link: one per ten minutes and three a day, whichever files they are to.

    False when none is sent; whoever asked must not learn it, since the link may have come to anybody.
    """
    try:
        profile = profiles.lock_one(unit.connection, profile_id)
    except UnknownProfile:
        return False
    if profile.excluded or suppressions.reason_for(unit.connection, profile.email_key) in HARD:
        return False
    if is_too_often(unit, profile_id, MAIL):
        return False
    key = f"{MAIL}:{profile_id}:{unit.now.isoformat()}"
    unit.send([unit.delivery("mail", MAIL, "request", key, profile=profile_id, payload={"form": form.id})])
    return True
