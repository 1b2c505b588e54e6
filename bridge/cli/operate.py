"""For operators and marketers: migrate, check, doctor."""

import os
from pathlib import Path

import click

from bridge.cli.diagnosis import diagnose
from bridge.cli.environment import join_running_system
from bridge.cli.leads import as_json
from bridge.cli.printing import print_json
from bridge.errors import InvalidProgram
from bridge.program.loading import DEMO, load_program
from bridge.settings import Settings, database_url
from bridge.store.database import make_engine
from bridge.store.schema import migrate as bring_up_to_date
from bridge.wiring import Services


@click.command()
def migrate() -> None:
    """Bring the database's schema to the newest version."""
    join_running_system()
    engine = make_engine(database_url(os.environ))
    click.echo(f"the schema is at version {bring_up_to_date(engine)}")


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@as_json
def check(file: Path | None, as_json: bool) -> None:
    """Validate a programme: every mistake with its place and what was expected."""
    path = file or Path(os.environ.get("LEADBRIDGE_PROGRAM") or DEMO)
    try:
        program = load_program(path)
    except InvalidProgram as error:
        if as_json:
            print_json({"valid": False, "mistakes": list(error.mistakes)})
        else:
            click.echo(str(error), err=True)
        raise SystemExit(1) from error
    parts = {
        "forms": len(program.forms),
        "topics": len(program.topics),
        "rules": len(program.rules),
        "mails": len(program.mails),
        "sequences": len(program.sequences),
        "people": len(program.people),
    }
    if as_json:
        print_json({"valid": True, "name": program.name, "version": program.version, **parts})
        return
    click.echo(
        f"{path}: “{program.name}” is in order: " + ", ".join(f"{n} {what}" for what, n in parts.items())
    )


@click.command()
@as_json
def doctor(as_json: bool) -> None:
    """Check database, queue, journal, mail server, programme and permissions; say what to do."""
    join_running_system()
    findings = diagnose(Services(Settings.from_env(os.environ)))
    if as_json:
        print_json(findings)
    else:
        for finding in findings:
            mark = "ok  " if finding.ok else "FAIL"
            click.echo(f"{mark}  {finding.part}: {finding.found}")
            if finding.advice:
                click.echo(f"      → {finding.advice}")
    if not all(finding.ok for finding in findings):
        raise SystemExit(1)
