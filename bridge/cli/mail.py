"""`leadbridge mail …`: every mail as somebody would get it, before anybody does."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from bridge.cli.environment import public_address
from bridge.cli.groups import CommandGroup
from bridge.cli.mail_pages import MailPages, Shown, write_files
from bridge.cli.printing import as_json, print_json, print_table
from bridge.delivery.letters import Letter
from bridge.delivery.previews import (
    Preview,
    find_preview,
    preview_line,
    preview_links,
    previews,
    similar_names,
)
from bridge.errors import LeadbridgeError
from bridge.i18n import LANGUAGES
from bridge.program.loading import load_program
from bridge.program.model import Program
from bridge.settings import program_path, sender_and_return_path

language_option = click.option("--language", type=click.Choice(LANGUAGES), help="By default the programme's.")


@click.group(cls=CommandGroup)
def mail() -> None:
    """Mails before they are sent: written to invented people, in either language."""


@mail.command("list")
@language_option
@as_json
def list_mails(language: str | None, as_json: bool) -> None:
    """The names of all mails, with their subjects."""
    desk = _Desk(language)
    written = [(preview, desk.write(preview)) for preview in previews(desk.program)]
    if as_json:
        print_json([_facts(preview, letter) for preview, letter in written])
        return
    rows = [
        (preview.name, letter.subject, "nothing sends it yet" if preview.idle else "")
        for preview, letter in written
    ]
    print_table(("name", "subject", ""), rows, "no mails")


@mail.command()
@click.argument("name")
@language_option
@click.option("--html", is_flag=True, help="The HTML alone.")
@click.option("--text", is_flag=True, help="The plain text alone.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write it to this file.")
def preview(name: str, language: str | None, html: bool, text: bool, out: Path | None) -> None:
    """Write one mail to somebody who was invented: subject, preview line and text, or one part alone.

    NAME is one of “leadbridge mail list”; its own links open nothing. A file whose name ends in .html gets the HTML.
    """
    if html and text:
        raise click.UsageError(
            "--html and --text exclude each other: without either, there is the whole mail"
        )
    desk = _Desk(language)
    found = find_preview(desk.program, name)
    if found is None:
        raise UnknownMail(name, similar_names(desk.program, name))
    html = html or (not text and out is not None and out.suffix in (".html", ".htm"))
    letter = desk.write(found)
    content = letter.html if html else letter.text if text else _whole(letter)
    if out is None:
        click.echo(content.rstrip("\n"))
    else:
        _write(out, content)


@mail.command("previews")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="The folder; it is made."
)
@click.argument("file", type=click.Path(path_type=Path), required=False)
@language_option
def write_previews(out: Path, file: Path | None, language: str | None) -> None:
    """Write every mail into a folder, as pages that show it on a telephone and on a computer, in both languages.

    FILE: another programme's file, or its folder.

    Open its index.html. The pages need no server. Links of the mails open nothing, but those
    that every mail has to imprint and privacy.
    """
    desk = _Desk(language, file)
    found = [
        (preview, [Shown.of(one, desk.write(preview, one)) for one in LANGUAGES])
        for preview in previews(desk.program)
    ]
    try:
        count = write_files(out, desk.pages().files(found))
    except OSError as error:
        raise click.ClickException(f"{out} cannot be written: {error.strerror}") from error
    click.echo(f"wrote {len(found)} mails, {count} files: open {out / 'index.html'}")


@dataclass
class UnknownMail(LeadbridgeError):
    """There is no mail of that name, but perhaps similar ones."""

    name: str
    similar: list[str]

    def __str__(self) -> str:
        meant = f" did you mean {' or '.join(self.similar)}?" if self.similar else ""
        return f"there is no mail “{self.name}”;{meant} “leadbridge mail list” names them all"


class _Desk:
    """What previews are written with."""

    def __init__(self, language: str | None, file: Path | None = None) -> None:
        self.program: Program = load_program(file or program_path(os.environ))
        self._language = language or self.program.language
        self._links = preview_links(public_address())
        self._sender = sender_and_return_path({"LEADBRIDGE_DEMO": "1"} | dict(os.environ))[0]

    def write(self, preview: Preview, language: str | None = None) -> Letter:
        """One mail. language: None for the one that was asked for."""
        wanted = language or self._language
        return preview.letter(self.program, self._links, self._sender, wanted, datetime.now(UTC))

    def pages(self) -> MailPages:
        """Pages about mails."""
        return MailPages(self.program, self._language, self._sender, datetime.now(UTC))


def _whole(letter: Letter) -> str:
    head = (f"To: {letter.recipient}", f"Subject: {letter.subject}", f"Preview: {preview_line(letter.html)}")
    return "\n".join((*head, "", letter.text))


def _write(out: Path, content: str) -> None:
    try:
        out.write_text(content, encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"{out} cannot be written: {error.strerror}") from error
    click.echo(f"wrote {out}")


def _facts(preview: Preview, letter: Letter) -> dict[str, object]:
    return {
        "name": preview.name,
        "idle": preview.idle,
        "subject": letter.subject,
        "preview": preview_line(letter.html),
        "to": letter.recipient,
        "bytes": len(letter.html.encode()),
    }
