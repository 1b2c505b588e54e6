"""What people allowed: answers are added, never changed; the newest answer to a purpose counts."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, Protocol
from uuid import UUID

Purpose = Literal["email", "tracking", "phone"]
State = Literal["requested", "given", "withdrawn"]
PURPOSES = ("email", "tracking", "phone")
SCORING = "scoring"
"""No consent but an objection is kept under this name: "withdrawn" is the objection, "given" takes it back."""

CLOCKS_DIFFER = timedelta(seconds=10)
"""By how much clocks of our machines may differ at most; `leadbridge doctor` complains from two seconds on."""

NEVER_BEFORE = datetime.min.replace(tzinfo=UTC)


class Answer(Protocol):
    """What counts of a consent once it is proven."""

    @property
    def id(self) -> UUID: ...
    @property
    def purpose(self) -> str: ...
    @property
    def state(self) -> State: ...
    @property
    def at(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Consent:
    """One answer to one purpose, with what is needed to prove it.

    how: the way it was given: "form" (a browser posted it), "website" (a website passed it on, signed),
    "confirmation", "preferences", "unsubscribe page", "one-click", "provider", "sales", "own data page" or
    "operator".
    place: the page's address, or the form's id. message_id: of the mail whose button or link was used.
    ip, user_agent, form: from where it came; they are kept with the proof and not read back with the answer.
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
    form: str | None = None
    submission_id: UUID | None = None
    message_id: str | None = None

    @property
    def text_hash(self) -> str:
        """SHA-256 of the text that the person saw, in hex."""
        return text_hash(self.text)


def text_hash(text: str) -> str:
    """SHA-256 in hex of a consent text as shown (UTF-8)."""
    return hashlib.sha256(text.encode()).hexdigest()


def standing(consents: Iterable[Answer]) -> Mapping[str, State]:
    """Purpose → state. A request does not take back what was given before."""
    states: dict[str, State] = {}
    for consent in sorted(consents, key=lambda c: (c.at, c.id)):
        if consent.state != "requested" or states.get(consent.purpose) != "given":
            states[consent.purpose] = consent.state
    return states


def moment_of(state: State, purpose: str, answers: Iterable[Consent], now: datetime) -> datetime:
    """When a new answer counts from: now, but never before the answer that it changes.

    answers: those that are known already. Clocks of two machines differ: without this, a withdrawal could seem older
    than the consent that it withdraws, and would not count.
    """
    changed = [
        answer.at
        for answer in answers
        if answer.purpose == purpose and (state == "withdrawn" or answer.state == "withdrawn")
    ]
    return max([now, *(at + timedelta(microseconds=1) for at in changed)])


def allows_watching(answers: Iterable[Answer], at: datetime) -> bool:
    """Whether an open or a click of that moment may be known; see `watched_since`."""
    since = watched_since(answers)
    return since is not None and at >= since


def watched_since(answers: Iterable[Answer]) -> datetime | None:
    """From when on opens and clicks may be known: the begin of the span of consent that still lasts, or None.

    A withdrawal or an objection also reaches what happened before it and is still on its way, and a later consent
    brings nothing of that back. Whether the mail could be watched at all is the mail's affair, so the first span
    needs no beginning; any other begins a little later, since clocks differ.
    """
    given, objected, ended = False, False, False
    begins: datetime | None = None
    for answer in sorted(answers, key=lambda one: (one.at, one.id)):
        if answer.purpose == "tracking" and answer.state != "requested":
            given = answer.state == "given"
        elif answer.purpose == SCORING:
            objected = answer.state == "withdrawn"
        ended = ended or (answer.state == "withdrawn" and answer.purpose in {"tracking", SCORING})
        if not given or objected:
            begins = None
        elif begins is None:
            begins = answer.at + CLOCKS_DIFFER if ended else NEVER_BEFORE
    return begins


def forbids_visit(answers: Iterable[Answer], at: datetime) -> bool:
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
