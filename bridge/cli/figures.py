"""`leadbridge figures …`: numbers by day, which are derived from what happened."""

from datetime import datetime

import click

from bridge.cli.environment import services
from bridge.cli.groups import CommandGroup
from bridge.cli.printing import Day, begun
from bridge.flow.results import roll_up
from bridge.store import dead_letters


@click.group(cls=CommandGroup)
def figures() -> None:
    """Numbers by day: visitors, leads, hand-overs, deals."""


@figures.command()
@click.option("--since", type=Day(), help="Only days from that one on.")
def rebuild(since: datetime | None) -> None:
    """Count all days anew from what happened. It may be interrupted, and nothing waits for it."""
    bridge = services()
    first = begun(since, bridge.clock().astimezone(bridge.program.timezone).date())
    count = 0
    for day in roll_up.rebuild(bridge.unit, first):
        count += 1
        if count % 30 == 0:
            click.echo(f"{count} days, up to {day}", err=True)
    click.echo(f"{count} {'day was' if count == 1 else 'days were'} counted anew")
    with bridge.engine.connect() as connection:
        failed = dead_letters.count_of(connection, roll_up.SOURCE)
    if failed:
        days = "one day" if failed == 1 else f"{failed} days"
        raise click.ClickException(f"{days} could not be counted: `leadbridge dead list` says why")
