"""What stands in the way of mails to a person."""

from sqlalchemy import Connection

from bridge.profiles.consent import standing
from bridge.store import consents, suppressions
from bridge.store.profiles import ProfileRow


def obstacle(connection: Connection, profile: ProfileRow, ground: str) -> str | None:
    """Why no mail on that ground, "consent" or "request", leaves for a person; None when nothing is in its way."""
    reason = suppressions.reason_for(connection, profile.email_key)
    if reason and (reason in suppressions.HARD or ground == "consent"):
        return because_suppressed(reason)
    if profile.excluded:
        return "the profile is excluded"
    if profile.objected and ground == "consent":
        return "the person objected"
    states = standing(consents.of_profile(connection, profile.id))
    if ground == "consent" and states.get("email") != "given":
        return "no consent to advertising mail"
    return None


def because_suppressed(reason: str) -> str:
    """The same for an address that is suppressed."""
    return f"the address is suppressed: {reason}"
