"""Which follow-up fits the interests that somebody chose or showed: pure functions."""

from collections.abc import Collection, Iterable, Mapping

from bridge.program.sequences import Sequence

BEFORE_OTHERS = frozenset({"welcome", "follow-up"})
"""Kinds of series during which no follow-up is chosen."""


def starts_by_interest(sequence: Sequence) -> bool:
    """Whether nothing but interest starts it."""
    return sequence.kind == "follow-up" and sequence.starts is None


def is_wanted(sequence: Sequence, interests: Collection[str]) -> bool:
    """Whether somebody may get it: whoever chose topics gets follow-ups about these alone."""
    is_about_something = sequence.kind == "follow-up" and sequence.topic is not None
    return not interests or not is_about_something or sequence.topic in interests


def by_interest(
    sequences: Iterable[Sequence], scores: Mapping[str, int], interests: Collection[str]
) -> list[Sequence]:
    """The follow-ups in whose topic somebody is interested: the one that fits best comes first.

    interests: topics that were chosen; they say it. Of those who chose none what they do says it: enough points.
    First comes the one of the highest score, among equals the first in the programme.
    """
    wanted = [
        one
        for one in sequences
        if starts_by_interest(one)
        and is_wanted(one, interests)
        and (interests or scores.get(_topic(one), 0) >= one.interest)
    ]
    return sorted(wanted, key=lambda one: -scores.get(_topic(one), 0))


def _topic(sequence: Sequence) -> str:
    return sequence.topic or ""
