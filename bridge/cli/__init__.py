"""The command line: `leadbridge …`. A command's modules are loaded when it is called, not before."""

import importlib
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click

from bridge.cli.environment import load_environment
from bridge.cli.groups import CommandGroup
from bridge.errors import LeadbridgeError
from bridge.observe.visible import keep_output_visible

UNAVAILABLE = 75
"""EX_TEMPFAIL of sysexits.h: try again later."""

COLOURFUL = {"up"}
"""Commands that colour what they print. The lines of its children are harmless when they reach it."""

COMMANDS = {
    "up": "bridge.cli.up:up",
    "web": "bridge.cli.web:web",
    "ingest": "bridge.cli.run:ingest",
    "worker": "bridge.cli.run:worker",
    "cron": "bridge.cli.run:cron",
    "migrate": "bridge.cli.operate:migrate",
    "check": "bridge.cli.check:check",
    "doctor": "bridge.cli.operate:doctor",
    "lead": "bridge.cli.leads:lead",
    "route": "bridge.cli.route:route",
    "devices": "bridge.cli.devices:devices",
    "account": "bridge.cli.accounts:account",
    "consent": "bridge.cli.consents:consent",
    "report": "bridge.cli.reports:report",
    "figures": "bridge.cli.figures:figures",
    "export": "bridge.cli.exports:export",
    "retention": "bridge.cli.retention:retention",
    "outbox": "bridge.cli.outbox:outbox",
    "suppression": "bridge.cli.suppressions:suppression",
    "bounces": "bridge.cli.bounces:bounces",
    "dead": "bridge.cli.waiting:dead",
    "held": "bridge.cli.waiting:held",
    "webhook": "bridge.cli.webhooks:webhook",
    "feeds": "bridge.cli.feeds:feeds",
    "judge": "bridge.cli.judge:judge",
    "intake": "bridge.cli.intake:intake",
    "hooks": "bridge.cli.hooks:hooks",
    "joomla": "bridge.cli.joomla:joomla",
    "dkim": "bridge.cli.dkim:dkim",
    "mail": "bridge.cli.mail:mail",
    "networks": "bridge.cli.networks:networks",
    "backup": "bridge.cli.backup:backup",
    "restore": "bridge.cli.restore:restore",
    "demo": "bridge.cli.demo:demo",
}


class Group(CommandGroup):
    """Knows commands by the place of their code, and says our errors in one line on standard error."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands, in the order of their use."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run a command."""
        with errors_in_a_line():
            return super().invoke(ctx)


@contextmanager
def errors_in_a_line() -> Iterator[None]:
    """Say what went wrong in a line on standard error, and end with its exit status."""
    try:
        yield
    except LeadbridgeError as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    except Exception as error:
        if not _database_is_away(error):
            raise
        click.echo(f"the database does not answer: {_first_line(error)}", err=True)
        sys.exit(UNAVAILABLE)


def _database_is_away(error: Exception) -> bool:
    from bridge.store.database import is_unavailable  # only a command that failed pays for this

    return is_unavailable(error)


def _first_line(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error).strip().splitlines()[0]


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="leadbridge")
@click.pass_context
def cli(context: click.Context) -> None:
    """Leadbridge: from a website's form to a sales-qualified lead."""
    if context.invoked_subcommand not in COLOURFUL:
        keep_output_visible()
    load_environment()  # after that: the log keeps the stream that it finds


def main(words: Sequence[str] | None = None) -> None:
    """The entry point of the `leadbridge` command. words: its arguments; None takes those of this process."""
    sys.exit(cli.main(words, prog_name="leadbridge"))
