"""Names that nothing has: which one was meant, and which there are."""

from collections.abc import Collection
from difflib import SequenceMatcher, get_close_matches

MOST = 8
"""Names that one sentence holds."""


def not_known(asked: str, known: Collection[str]) -> str:
    """That a name is not known, with the one that was perhaps meant."""
    return f"“{asked}” is not known{meant(asked, known)}"


def meant(asked: str, known: Collection[str]) -> str:
    """“; did you mean …?”, or "" where nothing is near."""
    near = get_close_matches(asked, known, n=1)
    return f"; did you mean “{near[0]}”?" if near else ""


def listed(asked: str, known: Collection[str]) -> str:
    """The names there are, in their order; of many only the nearest, and how many more."""
    if len(known) <= MOST:
        return ", ".join(known)
    alike = sorted(known, key=lambda one: SequenceMatcher(None, asked, one).ratio(), reverse=True)
    return f"{', '.join(alike[: MOST - 1])} … and {len(known) - MOST + 1} more"
