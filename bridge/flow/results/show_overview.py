"""The figures of a period beside those of the one before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from bridge.program.figure_titles import TITLES, TURNOVER
from bridge.program.figures import FUNNEL
from bridge.program.model import Program
from bridge.program.periods import Span, Stretch
from bridge.program.standing import Amount, Elsewhere, Line
from bridge.store import stale_days, turnover
from bridge.store.day_figures import totals_between
from bridge.store.stale_days import Waiting


@dataclass(frozen=True, slots=True)
class Overview:
    """A period. span: its days so far; compared: the days that it is held against, if any. lines: by figure.

    elsewhere, elsewhere_before: deals in other currencies than euros, in the one and in the other.
    """

    period: Stretch
    span: Span
    compared: Span | None
    lines: Mapping[str, Line]
    elsewhere: Sequence[Elsewhere] = ()
    elsewhere_before: Sequence[Elsewhere] = ()

    @property
    def funnel(self) -> tuple[Line, ...]:
        """From a visit to a deal."""
        return tuple(self.lines[figure] for figure in FUNNEL)

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is known of it."""
        return not any(line.count or line.before for line in self.lines.values())


def overview(connection: Connection, wanted: Stretch, day: date) -> Overview:
    """A period as far as it has come by that day, beside the same days of the one before; four statements.

    All time stands alone: that takes two.
    """
    span, compared = wanted.until(day), wanted.compared(day)
    counts, before = _totals(connection, span), _totals(connection, compared) if compared else {}
    above: dict[str, str] = dict(zip(FUNNEL[1:], FUNNEL, strict=False))
    lines = {
        figure: Line(
            figure,
            counts.get(figure, 0),
            before.get(figure, 0),
            _rate(counts, figure, above.get(figure)),
        )
        for figure in TITLES
    }
    others = (turnover.elsewhere(connection, one.first, one.last) for one in (span, compared) if one)
    return Overview(wanted, span, compared, lines, *others)


def waiting(connection: Connection, program: Program, today: date) -> Waiting:
    """Which days wait to be counted: figures of theirs are missing everywhere, or not those of now."""
    return stale_days.waiting(connection, today, program.timezone)


def _totals(connection: Connection, span: Span) -> dict[str, Amount]:
    found: dict[str, Amount] = {}
    for one in totals_between(connection, span.first, span.last):
        found[one.figure] = one.count
        if one.figure == "won":
            found[TURNOVER] = one.amount
    return found


def _rate(counts: Mapping[str, Amount], figure: str, above: str | None) -> float | None:
    whole = counts.get(above, 0) if above else 0
    return float(counts.get(figure, 0) / whole) if whole else None
