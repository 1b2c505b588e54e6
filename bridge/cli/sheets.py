"""How commands print tables for spreadsheets."""

import csv
import sys
from collections.abc import Iterable, Sequence

import click

from bridge.observe.visible import cell

as_csv = click.option("--csv", "as_csv", is_flag=True, help="For spreadsheets.")


def print_csv(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows as RFC 4180 has them, without anything that a spreadsheet would take for a formula."""
    writer = csv.writer(sys.stdout, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    writer.writerow(headings)
    writer.writerows([cell(value) for value in row] for row in rows)
