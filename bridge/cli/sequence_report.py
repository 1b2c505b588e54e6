"""How the report of series is printed for people."""

from collections.abc import Iterator, Mapping
from datetime import tzinfo

import click

from bridge import i18n
from bridge.cli.printing import print_table
from bridge.flow.results.report_sequences import SequenceReport
from bridge.flow.results.tell_sequences import opinions
from bridge.store.series_figures import Figures

_COLUMNS = (
    "",
    "entered",
    "sent",
    "opened",
    "clicked",
    "unsubscribed",
    "complained",
    "qualified",
    "waits",
    "left",
    "mail",
)


def print_sequences(reports: list[SequenceReport], language: str, zone: tzinfo) -> None:
    """A table for each series, and what is known of its wordings. zone: in which days are told."""
    if not reports:
        click.echo("the programme has no series, and had none")
    click.echo("every number counts people; mails are counted by `leadbridge report sources --by sequence`")
    for one in reports:
        click.echo()
        click.echo(_heading(one, language))
        print_table(_COLUMNS, _rows(one, language), "nobody has come to any step")
        for step in one.steps:
            for line in opinions(step, language, zone):
                click.echo(f"{step.id}: {line}")


def _heading(one: SequenceReport, language: str) -> str:
    at_rest = sum(one.rests.values())
    rest = "rests" if at_rest == 1 else "rest"
    rests = f", of whom {at_rest} {rest}{_reasons(one.rests)}" if one.rests else ""
    left = f"{sum(one.ended.values())} left{_reasons(one.ended)}"
    numbers = (f"{one.entered} entered", f"{one.active} in it{rests}", f"{one.completed} completed", left)
    title = f" “{i18n.pick(one.title, language)}”" if one.title else ""
    return f"{one.id}{title} ({one.kind or 'not in the programme any more'}): {', '.join(numbers)}"


def _reasons(people: Mapping[str, int]) -> str:
    named = ", ".join(f"{why or 'unknown'} {count}" for why, count in people.items())
    return f" ({named})" if people else ""


def _rows(one: SequenceReport, language: str) -> Iterator[tuple[object, ...]]:
    for step in one.steps:
        stands = (step.waits, sum(step.left.values()))
        yield step.id, step.entered, *_numbers(step.figures), *stands, i18n.pick(step.subject, language)
        for wording in step.wordings:
            yield (
                f"  {wording.id}",
                "",
                *_numbers(wording.figures),
                "",
                "",
                i18n.pick(wording.subject, language),
            )


def _numbers(of: Figures) -> tuple[object, ...]:
    """opened, clicked: of how many it is known at all, where not of everybody."""
    known = "" if of.tracked == of.sent else f" of {of.tracked}"
    rest = (of.unsubscribed, of.complained, of.qualified)
    return of.sent, f"{of.opened}{known}", f"{of.clicked}{known}", *rest
