"""What a marketer sees of the results: a period beside the one before, and tables that tell figures apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy import Connection

from bridge import i18n
from bridge.program.desk import Per
from bridge.program.figure_titles import TITLES, TURNOVER
from bridge.program.figures import DIRECT, FIGURES, FUNNEL, OTHERS, SOURCES, Dimension, Figure
from bridge.program.model import Program
from bridge.program.periods import Everything, Period, Span, Stretch, last_periods, period, periods_over
from bridge.program.standing import Aim, Amount, Elsewhere, Line
from bridge.store import cohorts, handover_times, stale_days, turnover
from bridge.store.cohorts import WITHIN, Cohort
from bridge.store.day_figures import (
    DayFigure,
    counts_by,
    figures_between,
    first_rolled,
    is_known,
    most_between,
    totals_between,
)
from bridge.store.handover_times import Pace

TRENDS: tuple[Figure, ...] = ("leads", "marketing_qualified", "handed_over", "won")
SHOWN: Mapping[Per, int] = {"week": 12, "month": 12, "quarter": 8, "year": 5}
"""How many periods a trend shows."""
MOST_SHOWN = 12
"""How many periods a trend over all time shows at most."""
MONTHS = 12
"""How many cohorts are shown."""
JUST_BEGUN = timedelta(days=14)
"""A quarter of fewer days says little."""
REFERENCE = 0.4
"""What the case study reached: 40 % handed over within four months."""


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


@dataclass(frozen=True, slots=True)
class Trend:
    """A figure, period by period, the oldest first; the last one may be under way."""

    figure: str
    counts: tuple[tuple[Period, int], ...]

    @property
    def title(self) -> str:
        """What it is called, in English."""
        return TITLES[self.figure]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(count for _period, count in self.counts)


@dataclass(frozen=True, slots=True)
class Month:
    """A cohort. is_over: whether its last member has had the whole time."""

    cohort: Cohort
    is_over: bool

    @property
    def period(self) -> Period:
        """Which month it is."""
        return Period("month", self.cohort.month)

    @property
    def share(self) -> float:
        """How many of them sales got in time, 0 to 1."""
        return self.cohort.in_time / self.cohort.people if self.cohort.people else 0.0


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

    Where several have as much, none of them is named: the title says how many there are.
    """

    dimension: Dimension
    title: str
    count: int


STANDS_OUT: Mapping[Dimension, Figure] = {"form": "won", "channel": "won", "reason": "rejected"}
"""What the first lines of some tables are the first of."""

_FIRST_OF_ALL = {"mail": "mails_clicked", "sequence": "mails_clicked", "reason": "rejected"}


def today(program: Program, now: datetime) -> date:
    """The day that it is in the programme's zone."""
    return now.astimezone(program.timezone).date()


def usual_period(connection: Connection, day: date) -> Period:
    """The present quarter: long enough that a lead of its beginning may have become a deal.

    While it has just begun it is the last one, unless nothing is known of that.
    """
    present = period("quarter", day)
    last = present.before
    if day - present.first >= JUST_BEGUN or not is_known(connection, last.first, last.whole.last):
        return present
    return last


def all_time(connection: Connection, day: date) -> Everything:
    """From the first day that has figures, else from that day on; one statement."""
    return Everything(min(first_rolled(connection) or day, day))


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


def uncounted(connection: Connection, program: Program, day: date) -> int:
    """How many days before that one wait to be counted for the first time: their figures are missing everywhere."""
    return stale_days.never_counted(connection, day, program.timezone)


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


def trends(connection: Connection, wanted: Stretch, day: date) -> list[Trend]:
    """The figures that matter most, over the periods up to one, or over all time up to that day; one statement."""
    periods = (
        periods_over(wanted.until(day), MOST_SHOWN)
        if isinstance(wanted, Everything)
        else last_periods(wanted, SHOWN[wanted.per])
    )
    newest = periods[-1]
    counts = counts_by(connection, newest.per, periods[0].first, newest.whole.last, TRENDS)
    return [
        Trend(figure, tuple((one, counts.get((figure, one.first), 0)) for one in periods))
        for figure in TRENDS
    ]


def cohort_months(connection: Connection, program: Program, now: datetime) -> list[Month]:
    """The last twelve months, those without anybody as well, the oldest first; two statements."""
    day = today(program, now)
    months = last_periods(period("month", day), MONTHS)
    found = cohorts.cohorts(connection, months[0].first, day)
    known = {one.month: one for one in found}
    return [
        Month(known.get(one.first, Cohort(one.first, 0, 0)), one.whole.last + WITHIN < day) for one in months
    ]


def paces(connection: Connection, program: Program, span: Span) -> list[Pace]:
    """How long it took, of what was handed over on these days; of all first, then by team; two statements."""
    after = span.last + timedelta(days=1)
    return handover_times.paces(connection, _begin(span.first, program), _begin(after, program))


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
    return [
        Best(dimension, _title_of_best(program, dimension, most[0].key, most[1], language), most[0].count)
        for dimension, most in found
        if most
    ]


def _title_of_best(program: Program, dimension: Dimension, key: str, alike: int, language: str) -> str:
    if alike > 1:
        return i18n.translations(language).gettext("several alike (%(count)s)") % {"count": alike}
    return title(program, dimension, key, language)


def _columns(dimension: Dimension) -> tuple[str, ...]:
    """What its table shows: its figures, and the turnover beside deals."""
    figures = SOURCES[dimension]
    return (*figures, TURNOVER) if "won" in figures and "mails_sent" not in figures else figures


def title(program: Program, dimension: Dimension, key: str, language: str) -> str:
    """What a form, a mail, a team … is called; its key when the programme does not know it (any more)."""
    say = i18n.translations(language).gettext
    if known := {"": "none, or unknown", OTHERS: "all others"}.get(key):
        return say(known)
    if dimension == "channel" and key == DIRECT:
        return say("directly, or unknown")
    if dimension == "person":
        return program.person_name(key)
    return i18n.pick(_names(program, dimension, key), language) or key


def _names(program: Program, dimension: Dimension, key: str) -> Mapping[str, str]:
    match dimension:
        case "form":
            return program.forms[key].title if key in program.forms else {}
        case "mail":
            return program.mails[key].subject if key in program.mails else {}
        case "sequence":
            return program.sequences[key].title if key in program.sequences else {}
        case "team":
            return program.desk.teams[key].title if key in program.desk.teams else {}
        case "reason":
            return program.reasons[key].label if key in program.reasons else {}
    return {}


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


def _begin(day: date, program: Program) -> datetime:
    return datetime.combine(day, time(), tzinfo=program.timezone)
