"""Which wording of a step somebody gets."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from bridge.program.sequences import Step


@dataclass(frozen=True, slots=True)
class Wording:
    """A mail, and what the wording is called; None where a step has one only."""

    mail: str
    variant: str | None = None


def wording_of(sequence: str, step: Step, person: UUID, chosen: Mapping[tuple[str, str], str]) -> Wording:
    """The wording of a step for somebody. chosen: (series, step) → the wording that everybody gets from now on."""
    return Wording(step.mail or "")
