"""`leadbridge demo …`: something to look at."""

import click

from bridge.cli.environment import services
from bridge.cli.groups import CommandGroup
from bridge.cli.seeding import seed_profiles
from bridge.errors import LeadbridgeError


@click.group(cls=CommandGroup)
def demo() -> None:
    """Invented data."""


@demo.command()
@click.option("--anyway", is_flag=True, help="Also in a system that was not started with --demo.")
def seed(anyway: bool) -> None:
    """Sixty invented profiles with histories, through the normal use cases."""
    bridge = services()
    if not bridge.settings.demo and not anyway:
        raise LeadbridgeError(
            "this system was not started with --demo; to write invented people into it: --anyway"
        )
    with click.progressbar(seed_profiles(bridge), length=60, label="inventing profiles") as people:
        count = sum(1 for _ in people)
    click.echo(f"{count} profiles are there")
