"""What is asked a few questions at a time, and what the answers say: `[profiling]` and `[[fit]]`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from bridge.program.expressions import Expression


@dataclass(frozen=True, slots=True)
class Profiling:
    """questions: ids of fields, in the order of asking. at_once: how many at a time."""

    questions: tuple[str, ...] = ()
    at_once: int = 2


@dataclass(frozen=True, slots=True)
class FitRule:
    """Points for how well person and company match, apart from behaviour; also negative."""

    id: str
    when: Expression
    points: int
    reason: Mapping[str, str] = field(default_factory=dict)


def version_of(rules: Sequence[FitRule], fields: Iterable[str]) -> str:
    """What changes whenever these rules may judge somebody otherwise than before; empty without rules."""
    if not rules:
        return ""
    words = [*(f"{rule.points}\0{rule.when.source}" for rule in rules), *sorted(fields)]
    return sha256("\0".join(words).encode()).hexdigest()[:16]
