"""`leadbridge check`: is a programme in order?"""

import os
from pathlib import Path

import click

from bridge.cli.printing import as_json, print_json
from bridge.delivery.proofreading import proofread
from bridge.errors import InvalidProgram
from bridge.program.loading import DEMO, load_program

ONE_OF = {
    "forms": "form",
    "topics": "topic",
    "rules": "rule",
    "mails": "mail",
    "sequences": "sequence",
    "people": "person",
}
"""Parts of a programme that are counted, and what a single one is called."""


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
    parts = {many: len(getattr(program, many)) for many in ONE_OF}
    if as_json:
        print_json({"valid": True, "name": program.name, "version": program.version, **parts})
        return
    counts = ", ".join(f"{n} {ONE_OF[many] if n == 1 else many}" for many, n in parts.items())
    click.echo(f"{path}: “{program.name}” is in order: {counts}")
