"""`leadbridge report …`: numbers for the marketer."""

from dataclasses import astuple, fields
from datetime import datetime, time, timedelta

import click

from bridge.cli.environment import services
from bridge.cli.figure_reports import funnel, sources
from bridge.cli.groups import CommandGroup
from bridge.cli.printing import Day, as_json, begun, print_json, print_table
from bridge.cli.sequence_report import print_sequences
from bridge.cli.sheets import as_csv, print_csv
from bridge.flow.results.report_sequences import report_sequences
from bridge.flow.results.tell_sequences import HEADINGS, facts, sheet_rows
from bridge.store.mail_report import MailLine, by_template


@click.group(cls=CommandGroup)
def report() -> None:
    """What became of what was sent."""


report.add_command(funnel)
report.add_command(sources)


@report.command()
@click.option("--days", default=30, type=click.IntRange(1, 3650), show_default=True, help="Today included.")
@as_json
@as_csv
def mails(days: int, as_json: bool, as_csv: bool) -> None:
    """Each mail, of the last 30 days or as many as asked for.

    Sent, opened and clicked by people, clicks by machines, and what is counted without persons.
    """
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
    if lines:
        click.echo(f"since {first_day} ({days} {'day' if days == 1 else 'days'}, today included):")
    headings = ("mail", "sent", "opened", "clicked", "clicks by machines", "without persons")
    print_table(headings, map(_row, lines), f"no mail was sent or read since {first_day}")


@report.command()
@click.option("--since", type=Day(), help="Only of people who entered from that day on.")
@click.option("--link", is_flag=True, help="Print a link to the same as a page; it works for seven days.")
@as_json
@as_csv
def sequences(since: datetime | None, link: bool, as_json: bool, as_csv: bool) -> None:
    """Each series, step and wording: who entered, what became of the mails, where people leave or rest."""
    if link and (since or as_json or as_csv):
        raise click.UsageError(
            "--link prints an address and nothing else: leave --since, --json and --csv out"
        )
    bridge = services()
    if link:
        click.echo(bridge.world.links.reports(bridge.clock()))
        return
    zone = bridge.program.timezone
    day = begun(since, bridge.clock().astimezone(zone).date())
    first = datetime.combine(day, time(), zone) if day else None
    with bridge.engine.connect() as connection:
        found = report_sequences(connection, bridge.program, first)
    if as_json:
        print_json({"since": day, "sequences": facts(found)})
    elif as_csv:
        print_csv(HEADINGS, sheet_rows(found))
    else:
        print_sequences(found, "en", zone)


def _row(line: MailLine) -> tuple[object, ...]:
    unnamed = f"{line.unnamed_opens} opens, {line.unnamed_clicks} clicks"
    return line.mail, line.sent, line.opened, line.clicked, line.machine_clicks, unnamed
