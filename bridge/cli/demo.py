"""`leadbridge demo …`: something to look at."""

import click

from bridge.cli.environment import services
from bridge.cli.seeding import seed_profiles


@click.group()
def demo() -> None:
    """Invented data."""


@demo.command()
def seed() -> None:
    """Sixty invented profiles with histories, through the normal use cases."""
    bridge = services()
    with click.progressbar(seed_profiles(bridge), length=60, label="inventing profiles") as people:
        count = sum(1 for _ in people)
    click.echo(f"{count} profiles are there")
