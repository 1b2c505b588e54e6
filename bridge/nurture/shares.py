"""Who gets which wording of a step: a pure function of series, step and person, the same on every machine."""

import hashlib
from uuid import UUID

from bridge.program.sequences import FIRST, Step, Variant

_SEPARATOR = b"\x1f"


def variants_of(step: Step) -> tuple[Variant, ...]:
    """Every wording of a step, its own first."""
    return (Variant(FIRST, step.mail, None), *step.variants)


def variant_of(sequence: str, step: Step, person: UUID, decided: str | None = None) -> Variant | None:
    """Which variant a person gets; None for a step that has only its own.

    decided: the wording that won, if a comparison has ended; what the marketer chose in the programme goes before it.
    A wording that the programme does not have any more decides nothing.
    """
    if not step.variants:
        return None
    wordings = variants_of(step)
    known = {one.id: one for one in wordings}
    chosen = known.get(step.chosen or "") or known.get(decided or "")
    return chosen or _drawn(wordings, _place(sequence, step.id, person))


def _drawn(wordings: tuple[Variant, ...], place: int) -> Variant:
    """The wording in whose share a place lies."""
    left = place % sum(one.share for one in wordings)
    for one in wordings:
        if left < one.share:
            return one
        left -= one.share
    return wordings[-1]


def _place(sequence: str, step: str, person: UUID) -> int:
    """A number that nobody can tell from a drawn one, and that a person keeps in this step of this series."""
    words = _SEPARATOR.join((sequence.encode(), step.encode(), person.bytes))
    return int.from_bytes(hashlib.sha256(words).digest()[:8], "big")
