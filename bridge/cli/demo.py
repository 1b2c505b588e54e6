"""`leadbridge demo …`: something to look at."""

import logging
import sys
from collections.abc import Iterable, Iterator

import click

from bridge.cli.demo_accounts import open_demo_accounts
from bridge.cli.environment import services
from bridge.cli.groups import CommandGroup
from bridge.cli.seeding import count_days, seed_profiles
from bridge.errors import LeadbridgeError
from bridge.observe.logs import set_up_logging

ALL, LABEL = 80, "inventing profiles"
COUNTING = "counting the figures of each day"


@click.group(cls=CommandGroup)
def demo() -> None:
    """Invented data."""


@demo.command()
@click.option("--anyway", is_flag=True, help="Also in a system that was not started with --demo.")
def seed(anyway: bool) -> None:
    """Eighty invented profiles with histories, through the normal use cases."""
    bridge = services()
    if not bridge.settings.demo and not anyway:
        raise LeadbridgeError(
            "this system was not started with --demo; to write invented people into it: --anyway"
        )
    set_up_logging(plain=True, level=logging.CRITICAL)  # what goes wrong in these lives is meant to
    open_demo_accounts(bridge)
    if sys.stdout.isatty():
        with click.progressbar(seed_profiles(bridge), length=ALL, label=LABEL) as people:
            count = sum(1 for _ in people)
    else:
        count = sum(1 for _ in _told(seed_profiles(bridge)))
    click.echo(COUNTING)
    for _ in count_days(bridge):
        pass
    click.echo(f"{count} profiles are there")


def _told(people: Iterable[str]) -> Iterator[str]:
    """The same, with a line now and then for whoever reads a log."""
    click.echo(f"{LABEL}: {ALL}, which takes a minute or so")
    for number, person in enumerate(people, start=1):
        yield person
        if number % 10 == 0 and number < ALL:
            click.echo(f"{LABEL}: {number} of {ALL}")
