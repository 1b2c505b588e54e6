"""What stands in the way of mails to a person."""

from collections.abc import Iterable

from sqlalchemy import Connection

from bridge.profiles.consent import Answer, standing
from bridge.store import consents, suppressions
from bridge.store.profiles import ProfileRow


def obstacle(connection: Connection, profile: ProfileRow, ground: str) -> str | None:
    """Why no mail on that ground, "consent" or "request", leaves for a person; None when nothing is in its way."""
    reason = suppressions.reason_for(connection, profile.email_key)
    return obstacle_among(profile, ground, reason, consents.of_profile(connection, profile.id))


def obstacle_among(
    profile: ProfileRow, ground: str, reason: str | None, answers: Iterable[Answer]
) -> str | None:
    """The same from what is known. reason: why the address is suppressed, or None; answers: to all purposes."""
    if reason and (reason in suppressions.HARD or ground == "consent"):
        return because_suppressed(reason)
    if profile.excluded:
        return "the profile is excluded"
    if profile.objected and ground == "consent":
        return "the person objected"
    if ground == "consent" and standing(answers).get("email") != "given":
        return "no consent to advertising mail"
    return None


def because_suppressed(reason: str) -> str:
    """The same for an address that is suppressed."""
    return f"the address is suppressed: {reason}"
