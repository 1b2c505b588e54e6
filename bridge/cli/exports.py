"""`leadbridge export …`: people, events and hand-overs for other programs."""

import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from types import FrameType

import click

from bridge.cli.environment import services
from bridge.cli.printing import Day, begun
from bridge.flow.export_rows import Piece, export_rows
from bridge.flow.sheet_forms import FORMATS, Format
from bridge.ids import new_id
from bridge.observe.sheets import sheet
from bridge.store import audit, exports
from bridge.store.audit import AuditRow
from bridge.store.exports import WHATS, Wanted, What

SAID_EVERY, SHOWN_EVERY = 10.0, 0.2
"""Seconds after which a log, or a terminal, is told how far it is."""
PATIENCE = timedelta(hours=1)
"""What reads our output may rest for so long: somebody pages through it, or loads it elsewhere."""
Write = Callable[[str], object]


@click.command()
@click.argument("what", type=click.Choice(WHATS))
@click.option("--since", type=Day(), help="Only from this day on, such as 2026-10-01.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="csv", show_default=True)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="A file, instead of standard output."
)
def export(what: What, since: datetime | None, form: Format, out: Path | None) -> None:
    """Write all people, events or hand-overs out, the oldest first.

    That many people leave the database is noted in the audit log.
    """
    bridge = services()
    zone = bridge.program.timezone
    first = begun(since, bridge.clock().astimezone(zone).date())
    wanted = Wanted(since.replace(tzinfo=zone) if since else None)
    with _terminated(), _place(out) as write:
        with bridge.unit() as unit:
            details = {"format": form, "since": first.isoformat() if first else None}
            noted = AuditRow(new_id(), unit.now, "leadbridge export", f"{what}.exported", details=details)
            audit.note(unit.connection, noted)
        with exports.reading(bridge.engine, PATIENCE) as connection:
            total = exports.count(connection, what, wanted)
            pieces = export_rows(connection, bridge.program, what, form, sheet, wanted)
            for piece in _told(pieces, total, what):
                write(piece.text)
    if out:
        click.echo(f"{total:,} {what} in {out}", err=True)


def _told(pieces: Iterator[Piece], total: int, what: str) -> Iterator[Piece]:
    """Say on standard error how far it is: in a line that is written over, or in a log a line now and then."""
    written, shows, began = 0, sys.stderr.isatty(), time.monotonic()
    said = began
    for piece in pieces:
        yield piece
        written += piece.rows
        now = time.monotonic()
        if now - said >= (SHOWN_EVERY if shows else SAID_EVERY):
            _say(written, total, what, now - began, shows)
            said = now
    if shows:
        _say(written, total, what, time.monotonic() - began, shows)
        click.echo(err=True)


def _say(written: int, total: int, what: str, seconds: float, shows: bool) -> None:
    words = f"{written:,} of {total:,} {what}, {written / max(seconds, 0.001):,.0f} a second"
    if shows:  # as bytes: of text, what moves the cursor is made visible
        sys.stderr.buffer.write(f"\r{words}\033[K".encode())
        sys.stderr.buffer.flush()
    else:
        click.echo(words, err=True)


@contextmanager
def _place(out: Path | None) -> Iterator[Write]:
    """Where it goes: a file that has another name until it is complete, or standard output.

    Whoever is interrupted leaves no file.
    """
    if out is None:
        yield _show if sys.stdout.isatty() else _pass_on
        sys.stdout.buffer.flush()
        return
    try:
        number, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
    except OSError as error:
        raise click.ClickException(f"{out.parent}: {error.strerror}") from error
    try:
        with os.fdopen(number, "w", encoding="utf-8", newline="") as file:
            yield file.write
        Path(name).replace(out)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _show(text: str) -> None:
    """For people, to whose terminal it does nothing."""
    sys.stdout.write(text.replace("\r\n", "\n"))


def _pass_on(text: str) -> None:
    """For programs, octet by octet: the line ends of a sheet are controls, too."""
    sys.stdout.buffer.write(text.encode())


@contextmanager
def _terminated() -> Iterator[None]:
    """Whoever is told to end does so as by Ctrl-C, and clears up."""

    def end(number: int, _: FrameType | None) -> None:
        sys.exit(128 + number)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
