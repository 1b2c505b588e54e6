"""`leadbridge export …`: people, events and hand-overs for other programs."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TextIO

import click

from bridge.cli.environment import services
from bridge.flow.export_rows import FORMATS, Format, Piece, export_rows
from bridge.ids import new_id
from bridge.observe.sheets import sheet
from bridge.store import audit, exports
from bridge.store.audit import AuditRow
from bridge.store.exports import WHATS, What

EVERY = 0.1
"""The share after which a log is told how far it is."""


@click.command()
@click.argument("what", type=click.Choice(WHATS))
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only from this day on, such as 2026-10-01.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="csv", show_default=True)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="A file, instead of standard output."
)
def export(what: What, since: datetime | None, form: Format, out: Path | None) -> None:
    """Write all people, events or hand-overs out, the oldest first.

    That many people leave the database is noted in the audit log.
    """
    bridge = services()
    first = since.replace(tzinfo=bridge.program.timezone) if since else None
    with bridge.unit() as unit:
        details = {"format": form, "since": since.date().isoformat() if since else None}
        noted = AuditRow(new_id(), unit.now, "leadbridge export", f"{what}.exported", details=details)
        audit.note(unit.connection, noted)
    with exports.reading(bridge.engine) as connection, _whole_or_nothing(out) as file:
        total = exports.count(connection, what, first)
        pieces = export_rows(connection, bridge.program, what, form, sheet, first)
        for piece in _told(pieces, total, what):
            file.write(piece.text)
    if out:
        click.echo(f"{total:,} {what} in {out}", err=True)


def _told(pieces: Iterator[Piece], total: int, what: str) -> Iterator[Piece]:
    """Say on standard error how far it is: in a line that is written over, or in a log a line now and then."""
    written, said, shows = 0, 0.0, sys.stderr.isatty()
    for piece in pieces:
        yield piece
        written += piece.rows
        share = written / total if total else 1.0
        if shows:
            click.echo(f"\r{written:,} of {total:,} {what}", nl=False, err=True)
        elif share - said >= EVERY and share < 1:
            click.echo(f"{written:,} of {total:,} {what}", err=True)
            said = share
    if shows:
        click.echo(err=True)


@contextmanager
def _whole_or_nothing(out: Path | None) -> Iterator[TextIO]:
    """The file under another name until it is complete; whoever is interrupted leaves none."""
    if out is None:
        yield sys.stdout
        return
    try:
        number, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
    except OSError as error:
        raise click.ClickException(f"{out.parent}: {error.strerror}") from error
    try:
        with os.fdopen(number, "w", encoding="utf-8", newline="") as file:
            yield file
        Path(name).replace(out)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
