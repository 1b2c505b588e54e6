"""How commands print: facts as JSON for programs, as aligned lines for people."""

import dataclasses
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Any
from uuid import UUID

import click

_FORMS = ("as_json", "as_csv")


def one_form(ctx: click.Context, param: click.Parameter, value: bool) -> bool:
    """Whether a form was asked for. Raises UsageError when another one was as well."""
    if value and any(ctx.params.get(name) for name in _FORMS if name != param.name):
        raise click.UsageError("--json and --csv are two forms of the same: choose one of them")
    return value


as_json = click.option("--json", "as_json", is_flag=True, callback=one_form, help="For programs.")


class Day(click.DateTime):
    """A day, as options name it."""

    name = "day"

    def __init__(self) -> None:
        super().__init__(["%Y-%m-%d"])

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The day's first moment. Fails with an example."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"{value!r} is no day; expected one such as 2026-10-01", param, ctx)


def begun(since: datetime | None, today: date) -> date | None:
    """The day that --since names, if it does. Raises BadParameter for one that is still to come."""
    if since and since.date() > today:
        raise click.BadParameter(f"{since.date()} is still to come, today is {today}", param_hint="'--since'")
    return since.date() if since else None


def print_json(value: Any) -> None:
    """Print a value as JSON."""
    click.echo(json.dumps(value, default=plain, ensure_ascii=False, indent=2))


def plain(value: Any) -> Any:
    """What JSON can hold instead of a value of ours."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, set | frozenset | tuple):
        return list(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def print_table(headings: Sequence[str], rows: Iterable[Sequence[object]], empty: str) -> None:
    """Print rows in columns; `empty` when there are none."""
    lines = [[str(cell) for cell in row] for row in rows]
    if not lines:
        click.echo(empty)
        return
    widths = [max(len(line[i]) for line in [list(headings), *lines]) for i in range(len(headings))]
    for line in [list(headings), *lines]:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def short(moment: datetime | None, zone: tzinfo) -> str:
    """A moment for people, with the name of the time zone: “2026-11-22 08:59:51 CET”; “–” for none."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S %Z}" if moment else "–"
