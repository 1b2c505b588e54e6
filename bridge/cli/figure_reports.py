"""`leadbridge report funnel` and `report sources`: what came of what, by the figures of days."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, astuple, fields
from datetime import date, datetime

import click
from sqlalchemy import Connection

from bridge.cli.environment import services
from bridge.cli.printing import Day, as_json, begun, print_json, print_table
from bridge.cli.sheets import as_csv, print_csv
from bridge.flow.results.report_figures import Source, Step, report_funnel, report_sources
from bridge.program.figure_titles import TURNOVER
from bridge.program.figures import SOURCES, Dimension
from bridge.program.standing import Elsewhere
from bridge.store import day_figures, stale_days
from bridge.store.turnover import elsewhere
from bridge.wiring import Services

_NOTHING = "nothing is counted yet"
_since = click.option("--since", type=Day(), help="Only from that day on.")
_by = click.option("--by", type=click.Choice(list(SOURCES)), default="channel", show_default=True)


@click.command()
@_since
@as_json
@as_csv
def funnel(since: datetime | None, as_json: bool, as_csv: bool) -> None:
    """From visitors to deals: how many there were of each, as a share of the step before."""
    bridge = services()
    with bridge.engine.connect() as connection:
        first, last = _days(bridge, connection, since)
        found = report_funnel(connection, first, last)
        others = elsewhere(connection, first, last)
    if as_json:
        print_json(
            {"since": first, "until": last, "funnel": [asdict(one) for one in found], **_others(others)}
        )
    elif as_csv:
        rows = [
            *map(astuple, found),
            *((f"{TURNOVER}_{one.currency}", one.deals, None, one.amount) for one in others),
        ]
        print_csv([field.name for field in fields(Step)], rows)
    else:
        click.echo(f"{first} to {last}")
        print_table(("", "count", "of those before", "turnover"), map(_step, found), _NOTHING)
        _tell(others)


def _step(one: Step) -> tuple[object, ...]:
    share = "" if one.of_before is None else f"{one.of_before:.1%}"
    return one.figure.replace("_", " "), one.count, share, one.turnover or ""


@click.command()
@_by
@_since
@as_json
@as_csv
def sources(by: Dimension, since: datetime | None, as_json: bool, as_csv: bool) -> None:
    """The same by where people came from, by the mail that led to sales, or by who got the leads."""
    bridge = services()
    with bridge.engine.connect() as connection:
        first, last = _days(bridge, connection, since)
        found = report_sources(connection, first, last, by)
        others = elsewhere(connection, first, last) if _has_turnover(by) else []
    columns = [*SOURCES[by], *([TURNOVER] if _has_turnover(by) else [])]
    if as_json:
        lines = [_facts(one, columns) for one in found]
        print_json({"since": first, "until": last, "by": by, "sources": lines, **_others(others)})
    elif as_csv:
        print_csv([by, *columns], (list(_cells(one, columns)) for one in found))
    else:
        click.echo(f"{first} to {last}")
        headings = (by, *(name.replace("_", " ") for name in columns))
        print_table(headings, (list(_cells(one, columns, "–")) for one in found), _NOTHING)
        _tell(others)


def _has_turnover(by: Dimension) -> bool:
    """Whether deals are told apart by it: reasons have none."""
    return "won" in SOURCES[by]


def _others(others: Sequence[Elsewhere]) -> dict[str, object]:
    return {"elsewhere": [asdict(one) for one in others]}


def _tell(others: Sequence[Elsewhere]) -> None:
    """Deals in other currencies, which are not in the turnover."""
    for one in others:
        click.echo(f"turnover is in euros; beside it: {one.amount} {one.currency}, deals: {one.deals}")


def _facts(one: Source, columns: Sequence[str]) -> dict[str, object]:
    return {name: value for name, value in asdict(one).items() if name != TURNOVER or name in columns}


def _cells(one: Source, columns: Sequence[str], unknown: str = "") -> Iterator[object]:
    yield one.key or unknown
    yield from one.counts.values()
    if TURNOVER in columns:
        yield one.turnover


def _days(bridge: Services, connection: Connection, since: datetime | None) -> tuple[date, date]:
    """From when to when. Says so when some of it is about to be counted anew."""
    zone = bridge.program.timezone
    last = bridge.clock().astimezone(zone).date()
    first = begun(since, last) or day_figures.first_day(connection, zone) or last
    waiting = [day for day in stale_days.marked(connection, zone) if first <= day <= last]
    if waiting:
        days = "one day has" if len(waiting) == 1 else f"{len(waiting)} days have"
        click.echo(
            f"{days} changed since they were counted; `leadbridge cron` counts them within ten minutes",
            err=True,
        )
    return first, last
