"""For operators: migrate, doctor."""

import os

import click

from bridge.cli.diagnosis import diagnose
from bridge.cli.environment import join_running_system
from bridge.cli.printing import as_json, print_json
from bridge.settings import Settings, database_url
from bridge.store.database import make_engine
from bridge.store.schema import migrate as bring_up_to_date
from bridge.wiring import Services

_MARKS = {True: "ok  ", False: "FAIL", None: "?   "}


@click.command()
def migrate() -> None:
    """Bring the database's schema to the newest version."""
    join_running_system()
    engine = make_engine(database_url(os.environ))
    click.echo(f"the schema is at version {bring_up_to_date(engine)}")


@click.command()
@as_json
def doctor(as_json: bool) -> None:
    """Check database, queue, journal, mail server, DNS, programme and permissions; say what to do.

    What could not be told, because a name server is silent for instance, is marked with "?" and is no failure.
    """
    join_running_system()
    findings = diagnose(Services(Settings.from_env(os.environ), signs=False))
    if as_json:
        print_json(findings)
    else:
        for finding in findings:
            click.echo(f"{_MARKS[finding.ok]}  {finding.part}: {finding.found}")
            if finding.advice:
                click.echo(f"      → {finding.advice}")
    if any(finding.ok is False for finding in findings):
        raise SystemExit(1)
