"""How commands print tables for spreadsheets."""

from collections.abc import Iterable, Sequence

import click

from bridge.cli.printing import one_form
from bridge.observe.sheets import sheet

as_csv = click.option("--csv", "as_csv", is_flag=True, callback=one_form, help="For spreadsheets.")


def print_csv(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows, and a line of headings above them."""
    click.echo(sheet([headings, *rows], ends="\n"), nl=False)
