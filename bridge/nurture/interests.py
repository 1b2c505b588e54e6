"""Which follow-up fits the interests that somebody showed: a pure function."""

from collections.abc import Collection, Iterable, Mapping

from bridge.program.sequences import Sequence

BEFORE_OTHERS = frozenset({"welcome", "follow-up"})
"""Kinds of series during which no follow-up is chosen."""


def starts_by_interest(sequence: Sequence) -> bool:
    """Whether nothing but interest starts it."""
    return sequence.kind == "follow-up" and sequence.starts is None


def by_interest(
    sequences: Iterable[Sequence], scores: Mapping[str, int], interests: Collection[str]
) -> list[Sequence]:
    """The follow-ups in whose topic somebody shows enough interest, or chose it: the one that fits best comes first.

    That is the one of the highest score; among equals one that was chosen, then the first in the programme.
    """
    wanted = [
        one
        for one in sequences
        if starts_by_interest(one) and (scores.get(_topic(one), 0) >= one.interest or one.topic in interests)
    ]
    return sorted(wanted, key=lambda one: (-scores.get(_topic(one), 0), one.topic not in interests))


def _topic(sequence: Sequence) -> str:
    return sequence.topic or ""
