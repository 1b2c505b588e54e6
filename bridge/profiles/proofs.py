"""What proves a consent: the words, when, where and how they were answered, from where."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Proof:
    """One answer to one purpose, as it is kept apart from the person: it says everything by itself.

    ip, user_agent: of whoever answered. message_id: of the mail whose button or link was used. keep_until: None
    while the consent stands.
    """

    id: UUID
    purpose: str
    state: str
    text: str
    text_hash: str
    language: str
    at: datetime
    how: str
    place: str
    form: str | None
    program_version: str
    ip: str | None
    user_agent: str | None
    submission_id: UUID | None
    message_id: str | None
    keep_until: datetime | None


@dataclass(frozen=True, slots=True)
class Record:
    """The story of one consent: asked for, given, withdrawn. steps: in that order; the first holds the words."""

    steps: tuple[Proof, ...]

    @property
    def first(self) -> Proof:
        """What was answered to begin with."""
        return self.steps[0]

    @property
    def state(self) -> str:
        """What became of it: "requested", "given" or "withdrawn"."""
        return self.steps[-1].state

    @property
    def kept_until(self) -> datetime | None:
        """When the last of it is removed; None while the consent stands."""
        ends = [step.keep_until for step in self.steps]
        return max((end for end in ends if end), default=None) if all(ends) else None


def records(proofs: Iterable[Proof]) -> tuple[Record, ...]:
    """The stories that a person's proofs tell, newest first.

    An answer and its confirmation belong to the same form; a withdrawal ends everything of its purpose that stands.
    """
    in_order = sorted(proofs, key=lambda proof: (proof.at, proof.id))
    stories: dict[tuple[str, UUID], list[Proof]] = {}
    for proof in in_order:
        if proof.state != "withdrawn":
            stories.setdefault((proof.purpose, proof.submission_id or proof.id), []).append(proof)
    for proof in in_order:
        if proof.state == "withdrawn":
            ended = [story for (purpose, _), story in stories.items() if _ends(proof, purpose, story)]
            for story in ended or [stories.setdefault((proof.purpose, proof.id), [])]:
                story.append(proof)
    told = [Record(tuple(sorted(story, key=_turn))) for story in stories.values()]
    return tuple(sorted(told, key=lambda record: (record.first.at, record.first.purpose), reverse=True))


def _ends(withdrawal: Proof, purpose: str, story: list[Proof]) -> bool:
    before = [step for step in sorted(story, key=_turn) if step.at <= withdrawal.at]
    return purpose == withdrawal.purpose and bool(before) and before[-1].state != "withdrawn"


def _turn(proof: Proof) -> tuple[bool, datetime, UUID]:
    """A request comes first, whatever the clock of its website says."""
    return proof.state != "requested", proof.at, proof.id
