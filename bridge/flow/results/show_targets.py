"""How far the targets of a programme are."""

from datetime import date

from sqlalchemy import Connection

from bridge.program.figure_titles import TURNOVER
from bridge.program.figures import FIGURES
from bridge.program.model import Program
from bridge.program.periods import Period, period
from bridge.program.standing import Aim, Amount
from bridge.store.day_figures import DayFigure, figures_between


def aims(connection: Connection, program: Program, day: date) -> list[Aim]:
    """The targets, each in its own period that holds that day, up to it; one statement."""
    wanted = [(one, period(one.per, day)) for one in program.results.targets]
    if not wanted:
        return []
    first = min(within.first for _, within in wanted)
    figures = {_source(one.figure) for one, _ in wanted}
    found = figures_between(connection, first, day, [figure for figure in FIGURES if figure in figures])
    return [
        Aim(
            one.figure,
            within,
            sum(_measure(one.figure, known) for known in found if _counts(one.figure, within, known)),
            one.at_least,
        )
        for one, within in wanted
    ]


def _source(figure: str) -> str:
    """The figure in which it is found."""
    return "won" if figure == TURNOVER else figure


def _counts(figure: str, within: Period, known: DayFigure) -> bool:
    return known.figure == _source(figure) and known.day >= within.first


def _measure(figure: str, known: DayFigure) -> Amount:
    return known.amount if figure == TURNOVER else known.count
