"""What is asked a few questions at a time, and what the answers say: `[profiling]` and `[[fit]]`."""

from collections.abc import Mapping
from dataclasses import dataclass, field

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
