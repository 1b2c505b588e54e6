"""`leadbridge check`: is a programme in order?"""

import os
from pathlib import Path

import click

from bridge.cli.printing import as_json, print_json
from bridge.delivery.proofreading import proofread
from bridge.errors import InvalidProgram
from bridge.program.loading import DEMO, load_program


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@as_json
def check(file: Path | None, as_json: bool) -> None:
    """Validate a programme: every mistake with its place and what was expected."""
    path = file or Path(os.environ.get("LEADBRIDGE_PROGRAM") or DEMO)
    try:
        program = load_program(path)
        if mistakes := proofread(program):
            raise InvalidProgram(str(path), mistakes)
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
