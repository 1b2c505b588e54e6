"""How a figure stands: beside the time before, and beside what is aimed at."""

from dataclasses import dataclass
from decimal import Decimal

from bridge.program.figure_titles import TITLES
from bridge.program.periods import Period

Amount = int | Decimal
"""How many, or how much money."""


@dataclass(frozen=True, slots=True)
class Line:
    """One figure. before: in the time that it is compared with. rate: as a share of the step before it in the
    funnel, if that is known and not zero."""

    figure: str
    count: Amount
    before: Amount
    rate: float | None = None

    @property
    def title(self) -> str:
        """What it is called, in English."""
        return TITLES[self.figure]


@dataclass(frozen=True, slots=True)
class Aim:
    """A target of the programme, in the period that is looked at, and how far it is."""

    figure: str
    period: Period
    count: Amount
    at_least: int

    @property
    def title(self) -> str:
        """What it is called, in English."""
        return TITLES[self.figure]

    @property
    def share(self) -> float:
        """How much of it is reached; 1 and more when it is."""
        return float(self.count) / self.at_least


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Deals in another currency than euros, and what they came to in it: no part of the turnover."""

    currency: str
    deals: int
    amount: Decimal
