"""What the pictures of the results show, in words and measures; drawn by `pictures`."""

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from bridge import i18n
from bridge.edge.console.asked import Asked
from bridge.flow.results.show_overview import Overview
from bridge.flow.results.show_trends import REFERENCE, Month, Trend
from bridge.program.standing import Line


def bars(found: Overview, language: str) -> list[tuple[Line, Markup | None]]:
    """The lines of the funnel with their bars: shares of the new leads. Visitors have none, they are too many."""
    from bridge.edge.console.pictures import bar  # here, so that a process without pictures needs no library

    say, number = i18n.translations(language).gettext, i18n.format_number
    leads, before = found.lines["leads"].count, found.lines["leads"].before
    drawn: list[tuple[Line, Markup | None]] = []
    for line in found.funnel:
        if line.figure == "visitors" or not max(leads, before):
            drawn.append((line, None))
            continue
        words, whole = number(line.count, language), float(max(leads, before))
        if found.compared:
            beside = {"count": words, "before": number(line.before, language)}
            words = say("%(count)s, %(before)s the time before") % beside
        mark = float(line.before) / whole if found.compared else None
        drawn.append((line, bar(say(line.title), words, float(line.count) / whole, mark)))
    return drawn


def columns_of_trends(trend: Trend, asked: Asked, language: str) -> Markup:
    """A figure over the last periods, each with its number."""
    from bridge.edge.console.pictures import Column, columns

    say, number = i18n.translations(language).gettext, i18n.format_number
    drawn = [
        Column(
            i18n.format_period_briefly(one.per, one.first, language),
            count,
            number(count, language),
            pending=one.whole.last >= asked.today,
        )
        for one, count in trend.counts
    ]
    return columns(say(trend.title), _listed(drawn), drawn)


def columns_of_cohorts(months: Sequence[Month], language: str) -> Markup:
    """The share that was handed over, month by month, against the figure of the case study."""
    from bridge.edge.console.pictures import Column, Level, columns

    say = i18n.translations(language).gettext
    drawn = [
        Column(
            i18n.format_period_briefly("month", one.cohort.month, language),
            one.share,
            i18n.format_number(i18n.percents(one.share), language) if one.cohort.people else "–",
            pending=not one.is_over,
        )
        for one in months
    ]
    level = Level(REFERENCE, i18n.format_share(REFERENCE, language))
    words = (f"{one.label} {_share(month, language)}" for one, month in zip(drawn, months, strict=True))
    return columns(say("Handed over within 120 days"), ", ".join(words), drawn, level)


def _share(month: Month, language: str) -> str:
    return i18n.format_rate(month.share, language) if month.cohort.people else "–"


def _listed(drawn: Iterable[object]) -> str:
    return ", ".join(f"{one.label} {one.shown}" for one in drawn)  # type: ignore[attr-defined]
