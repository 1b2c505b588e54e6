"""Which wording of a step somebody gets, and what it says."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from bridge.nurture.shares import variant_of
from bridge.program.sequences import Sequence, Step


@dataclass(frozen=True, slots=True)
class Wording:
    """A mail, and what the wording is called; None where a step has one only."""

    mail: str
    variant: str | None = None


def wording_of(sequence: str, step: Step, person: UUID, chosen: Mapping[tuple[str, str], str]) -> Wording:
    """The wording of a step for somebody. chosen: (series, step) → the wording that everybody gets from now on."""
    variant = variant_of(sequence, step, person, chosen.get((sequence, step.id)))
    own = step.mail or ""
    return Wording(variant.mail or own, variant.id) if variant else Wording(own)


def subject_of(
    sequence: Sequence | None, step_id: str | None, variant: str | None
) -> Mapping[str, str] | None:
    """The subject that a wording has instead of its mail's; None where it has none, or is gone from the programme."""
    position = sequence.position(step_id) if sequence and step_id and variant else None
    if sequence is None or position is None:
        return None
    return next((one.subject for one in sequence.steps[position].variants if one.id == variant), None)
