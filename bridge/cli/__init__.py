"""The command line: `leadbridge …`."""

import sys

import click

from bridge.cli.demo import demo
from bridge.cli.environment import load_environment
from bridge.cli.intake import intake
from bridge.cli.leads import consent, lead
from bridge.cli.operate import check, doctor, migrate
from bridge.cli.run import cron, ingest, web, worker
from bridge.cli.up import up
from bridge.cli.waiting import dead, held, outbox
from bridge.errors import LeadbridgeError
from bridge.store.database import Unavailable

UNAVAILABLE = 75
"""EX_TEMPFAIL of sysexits.h: try again later."""


class Group(click.Group):
    """Says our errors in one line on standard error, with an exit status."""

    def invoke(self, ctx: click.Context) -> object:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except LeadbridgeError as error:
            click.echo(str(error), err=True)
            ctx.exit(1)
        except Unavailable as error:
            click.echo(f"the database does not answer: {_first_line(error)}", err=True)
            ctx.exit(UNAVAILABLE)


def _first_line(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error).strip().splitlines()[0]


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="leadbridge")
def cli() -> None:
    """Leadbridge: from a website's form to a sales-qualified lead."""
    load_environment()


for command in (
    up,
    web,
    ingest,
    worker,
    cron,
    migrate,
    check,
    doctor,
    lead,
    consent,
    outbox,
    dead,
    held,
    intake,
    demo,
):
    cli.add_command(command)


def main() -> None:
    """The entry point of the `leadbridge` command."""
    sys.exit(cli.main(prog_name="leadbridge"))
