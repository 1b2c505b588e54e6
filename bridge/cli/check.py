"""`leadbridge check`: is a programme in order?"""

import os
from collections.abc import Iterator
from pathlib import Path

import click

from bridge.cli.endpoints import INNER, misaddressed, out_of_reach
from bridge.cli.environment import take_over_running_system
from bridge.cli.printing import as_json, print_json
from bridge.delivery.proofreading import proofread
from bridge.errors import InvalidProgram
from bridge.program.loading import load_program, program_file
from bridge.program.model import Program
from bridge.settings import private_targets, program_path
from connectors.web import NotPublic

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
    """Validate a programme: every mistake with its place and what was expected.

    FILE: the programme's file, or its folder.

    What is allowed, but perhaps not meant, is said and is no failure.
    """
    take_over_running_system()
    path = program_file(file or program_path(os.environ))
    try:
        program = load_program(path)
        if mistakes := [*proofread(program), *misaddressed(program)]:
            raise InvalidProgram(str(path), mistakes)
    except InvalidProgram as error:
        if as_json:
            print_json({"valid": False, "mistakes": list(error.mistakes)})
        else:
            click.echo(str(error), err=True)
        raise SystemExit(1) from error
    parts, remarks = {many: len(getattr(program, many)) for many in ONE_OF}, list(_remarks(program))
    if as_json:
        facts = {"valid": True, "name": program.name, "version": program.version, **parts}
        print_json(facts | {"remarks": remarks})
        return
    counts = ", ".join(f"{n} {ONE_OF[many] if n == 1 else many}" for many, n in parts.items())
    click.echo(f"{path}: “{program.name}” is in order: {counts}")
    for remark in remarks:
        click.echo(f"  {remark}")


def _remarks(program: Program) -> Iterator[str]:
    if idle := program.idle_mails:
        yield f"mails that nothing sends, for no sequence names them: {', '.join(idle)}"
    for hook, error in out_of_reach(program, private_targets(os.environ), by_name=False):
        if isinstance(error, NotPublic):
            yield f"webhook {hook.id} reaches nobody: {error}; {INNER}"
