"""`leadbridge report …`: numbers for the marketer."""

from dataclasses import astuple, fields
from datetime import datetime, time, timedelta

import click

from bridge.cli.environment import services
from bridge.cli.groups import CommandGroup
from bridge.cli.printing import as_json, print_json, print_table
from bridge.cli.sheets import as_csv, print_csv
from bridge.store.mail_report import MailLine, by_template


@click.group(cls=CommandGroup)
def report() -> None:
    """What became of what was sent."""


@report.command()
@click.option("--days", default=30, type=click.IntRange(1, 3650), show_default=True, help="Today included.")
@as_json
@as_csv
def mails(days: int, as_json: bool, as_csv: bool) -> None:
    """Each mail: sent, opened and clicked by people, clicks by machines, and what is counted without persons."""
    bridge = services()
    zone = bridge.program.timezone
    first_day = bridge.clock().astimezone(zone).date() - timedelta(days=days - 1)
    with bridge.engine.connect() as connection:
        lines = by_template(connection, first_day, datetime.combine(first_day, time(), zone))
    if as_json:
        print_json({"since": first_day, "mails": lines})
        return
    if as_csv:
        print_csv([field.name for field in fields(MailLine)], map(astuple, lines))
        return
    headings = ("mail", "sent", "opened", "clicked", "clicks by machines", "without persons")
    print_table(headings, map(_row, lines), f"no mail was sent or read since {first_day}")


def _row(line: MailLine) -> tuple[object, ...]:
    unnamed = f"{line.unnamed_opens} opens, {line.unnamed_clicks} clicks"
    return line.mail, line.sent, line.opened, line.clicked, line.machine_clicks, unnamed
