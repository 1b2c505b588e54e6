"""Tables that tell figures apart: by form, channel, team, reason …, and what stands out in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from bridge import i18n
from bridge.flow.results.row_titles import title
from bridge.program.figure_titles import TURNOVER
from bridge.program.figures import SOURCES, Dimension, Figure
from bridge.program.model import Program
from bridge.program.periods import Span
from bridge.program.standing import Amount, Elsewhere
from bridge.store import turnover
from bridge.store.day_figures import Total, most_between, totals_between


@dataclass(frozen=True, slots=True)
class Row:
    """What is known of one form, channel, team …; its figures, and the turnover among them."""

    key: str
    title: str
    figures: Mapping[str, Amount] = field(default_factory=dict)

    def of(self, figure: str) -> Amount:
        """A figure; 0 when there is none."""
        return self.figures.get(figure, 0)


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A table: rows by the figure that matters, the largest first. elsewhere: deals in other currencies."""

    dimension: Dimension
    columns: tuple[str, ...]
    sorted_by: str
    rows: tuple[Row, ...]
    elsewhere: Sequence[Elsewhere] = ()

    @property
    def best(self) -> Row | None:
        """The first row, if it has anything of what is sorted by."""
        return self.rows[0] if self.rows and self.rows[0].of(self.sorted_by) else None

    @property
    def alike(self) -> int:
        """How many rows have as much of it as the first, with that one: of several none is the best."""
        return sum(row.of(self.sorted_by) == self.rows[0].of(self.sorted_by) for row in self.rows)


@dataclass(frozen=True, slots=True)
class Best:
    """The first line of a table: how much of the figure that matters it has, and what it is called.

    Where several have as much, none of them is named: the title says how many there are and how much each has, and
    the count is None.
    """

    dimension: Dimension
    title: str
    count: int | None


STANDS_OUT: Mapping[Dimension, Figure] = {"form": "won", "channel": "won", "reason": "rejected"}
"""What the first lines of some tables are the first of."""

_FIRST_OF_ALL = {"mail": "mails_clicked", "sequence": "mails_clicked", "reason": "rejected"}


def breakdown(
    connection: Connection,
    program: Program,
    dimension: Dimension,
    span: Span,
    language: str,
    by: str | None = None,
) -> Breakdown:
    """The table of a dimension; two statements at most. by: one of its columns that it is sorted by."""
    columns = _columns(dimension)
    sorted_by = by if by in columns else _FIRST_OF_ALL.get(dimension, "won")
    found: dict[str, dict[str, Amount]] = {}
    for one in totals_between(connection, span.first, span.last, SOURCES[dimension], dimension):
        figures = found.setdefault(one.key, {})
        figures[one.figure] = one.count
        if one.figure == "won":
            figures[TURNOVER] = one.amount
    order = (sorted_by, *reversed(columns))
    rows = [Row(key, title(program, dimension, key, language), figures) for key, figures in found.items()]
    rows.sort(key=lambda row: ([-row.of(column) for column in order], row.title))
    others = turnover.elsewhere(connection, span.first, span.last) if TURNOVER in columns else ()
    return Breakdown(dimension, columns, sorted_by, tuple(rows), others)


def what_stands_out(connection: Connection, program: Program, span: Span, language: str) -> list[Best]:
    """The first lines of some tables, those left out that have none; a statement for each."""
    found = (
        (dimension, most_between(connection, span.first, span.last, figure, dimension))
        for dimension, figure in STANDS_OUT.items()
    )
    return [_best(program, dimension, *most, language) for dimension, most in found if most]


def _best(program: Program, dimension: Dimension, first: Total, alike: int, language: str) -> Best:
    if alike == 1:
        return Best(dimension, title(program, dimension, first.key, language), first.count)
    say = i18n.translations(language).gettext
    told = {
        "form": say("%(alike)s forms alike, %(count)s each"),
        "channel": say("%(alike)s channels alike, %(count)s each"),
        "reason": say("%(alike)s reasons equally often, once each")
        if first.count == 1
        else say("%(alike)s reasons equally often, %(count)s times each"),
    }[dimension]
    numbers = {"alike": alike, "count": i18n.format_number(first.count, language)}
    return Best(dimension, told % numbers, None)


def _columns(dimension: Dimension) -> tuple[str, ...]:
    """What its table shows: its figures, and the turnover beside deals."""
    figures = SOURCES[dimension]
    return (*figures, TURNOVER) if "won" in figures and "mails_sent" not in figures else figures
