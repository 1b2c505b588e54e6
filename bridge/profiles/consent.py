"""What people allowed: answers are added, never changed; the newest answer to a purpose counts."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

Purpose = Literal["email", "tracking", "phone"]
State = Literal["requested", "given", "withdrawn"]
PURPOSES = ("email", "tracking", "phone")


@dataclass(frozen=True, slots=True)
class Consent:
    """One answer to one purpose, with what is needed to prove it.

    how: the way it was given ("form", "confirmation", "preferences", "unsubscribe page", "one-click", "sales").
    place: the form's or page's address. message_id: of the confirmation mail.
    """

    id: UUID
    profile_id: UUID
    purpose: str
    state: State
    text: str
    language: str
    at: datetime
    how: str
    place: str
    program_version: str
    ip: str | None = None
    user_agent: str | None = None
    submission_id: UUID | None = None
    message_id: str | None = None

    @property
    def text_hash(self) -> str:
        """SHA-256 of the text that the person saw, in hex."""
        return text_hash(self.text)


def text_hash(text: str) -> str:
    """SHA-256 in hex of a consent text as shown (UTF-8)."""
    return hashlib.sha256(text.encode()).hexdigest()


def standing(consents: Iterable[Consent]) -> Mapping[str, State]:
    """Purpose → state. A request does not take back what was given before."""
    states: dict[str, State] = {}
    for consent in sorted(consents, key=lambda c: (c.at, c.id)):
        if consent.state != "requested" or states.get(consent.purpose) != "given":
            states[consent.purpose] = consent.state
    return states


def forbids_visit(answers: Iterable[Consent], at: datetime) -> bool:
    """Whether a person does not want a visit of that moment to be known.

    A later consent does not bring back what happened before the consent was withdrawn.
    """
    tracking = [answer for answer in answers if answer.purpose == "tracking"]
    if any(answer.state == "withdrawn" and answer.at >= at for answer in tracking):
        return True
    return standing(answer for answer in tracking if answer.at <= at).get("tracking") == "withdrawn"


def permitted(states: Mapping[str, State], *, asked_for: bool, phone: bool, blocked: bool) -> dict[str, str]:
    """Channel → ground on which sales may use it: "consent", "request" or "none".

    asked_for: the person asked to be contacted (a sales form). phone: a number is known.
    """
    grounds = {"email": "none", "phone": "none"}
    if blocked:
        return grounds
    for channel in grounds:
        if states.get(channel) == "given":
            grounds[channel] = "consent"
        elif asked_for:
            grounds[channel] = "request"
    if not phone:
        grounds["phone"] = "none"
    return grounds
