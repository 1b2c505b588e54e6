"""`leadbridge dkim …`: keys that sign mails, and what the DNS has to say about them."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from bridge.cli.dns_records import TxtRecord, dkim_records, suggested_records
from bridge.cli.environment import data_folder, take_over_running_system
from bridge.cli.groups import CommandGroup
from bridge.cli.made_keys import FOLDER, files_in_use, key_files, made_keys
from bridge.cli.printing import as_json, print_json
from bridge.cli.sending import Sending
from bridge.errors import LeadbridgeError
from bridge.settings import dkim_keys, sender_and_return_path, smtp_server
from connectors.smtp.dkim_keys import Algorithm, DkimKey, checked_selector

BESIDE = "-ed"
"""What the selector of an Ed25519 key has behind that of the RSA key."""

NOTHING_SIGNS = "nothing signs: LEADBRIDGE_DKIM_KEYS names no key; “leadbridge dkim generate” makes one"


@click.group(cls=CommandGroup)
def dkim() -> None:
    """Keys that sign mails (DKIM)."""


@dkim.command()
@click.option("--selector", help="The key's name in the DNS; by default lb and the month.")
@click.option(
    "--ed25519",
    is_flag=True,
    help="An Ed25519 key, shorter and known to fewer, beside the RSA key that has none yet, or beside a new one.",
)
@as_json
def generate(selector: str | None, ed25519: bool, as_json: bool) -> None:
    """Make a key, keep it in the data folder, and print what the DNS and the settings need.

    An existing key is never touched. Mails are signed once LEADBRIDGE_DKIM_KEYS names the key: put the records
    into the DNS first, and wait until “leadbridge doctor” finds them.
    """
    sending = _sending()  # first: a key whose records cannot be printed is of no use
    beside = _alone(selector) if ed25519 else []
    name = beside[0].stem if beside else selector or f"lb{datetime.now(UTC):%Y%m}"
    keys = _new_keys(name, ("ed25519",) if beside else ("rsa", "ed25519") if ed25519 else ("rsa",))
    files = _keep(keys)
    setting = f"LEADBRIDGE_DKIM_KEYS={','.join(map(str, _together(beside, files)))}"
    if as_json:
        print_json({"files": [str(file) for file in files], "setting": setting, **_facts(keys, sending)})
        return
    for file in beside:
        click.echo(f"{file} stays as it is")
    for file in files:
        click.echo(f"wrote {file}, for us alone")
    click.echo()
    _print_records(keys, sending)
    click.echo(f"3. Then set, and restart every process:\n\n{setting}")


@dkim.command()
@as_json
def show(as_json: bool) -> None:
    """What the DNS has to say about the keys that are in use, or that were made and sign nothing yet."""
    take_over_running_system()
    keys = dkim_keys(os.environ) or made_keys(data_folder())
    if not keys:
        raise LeadbridgeError(NOTHING_SIGNS)
    if as_json:
        print_json(_facts(keys, _sending()))
    else:
        _print_records(keys, _sending())


def _alone(selector: str | None) -> list[Path]:
    """The file of the RSA key, in use or made, that has no Ed25519 key beside it; none when all have one.

    selector: of that key; None for whichever it is, keys in use first.
    """
    keys = [(file, _read(file)) for file in dict.fromkeys([*files_in_use(), *key_files(data_folder())])]
    names = {key.selector for _, key in keys}
    found = [
        file
        for file, key in keys
        if key.algorithm == "rsa"
        and (selector is None or selector.lower() == key.selector)
        and f"{key.selector}{BESIDE}" not in names
    ]
    return found[:1]


def _together(beside: Sequence[Path], new: Sequence[Path]) -> list[Path]:
    """What signs from now on: all that signs by now, when a key joins it."""
    used = files_in_use()
    return list(dict.fromkeys([*(used if set(beside) & set(used) else beside), *new]))


def _read(file: Path) -> DkimKey:
    try:
        return DkimKey.read(file)
    except ValueError as error:
        raise LeadbridgeError(str(error)) from error
    except OSError as error:
        raise LeadbridgeError(f"{file} cannot be read: {error.strerror}") from error


def _new_keys(selector: str, algorithms: Sequence[Algorithm]) -> list[DkimKey]:
    try:
        for name in (selector, f"{selector}{BESIDE}"):
            checked_selector(name)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--selector") from error
    return [DkimKey.generate(selector + (BESIDE if one == "ed25519" else ""), one) for one in algorithms]


def _keep(keys: Sequence[DkimKey]) -> list[Path]:
    folder = data_folder() / FOLDER
    files = [folder / f"{key.selector}.pem" for key in keys]
    taken = [file for file in files if file.exists()]
    if taken:
        raise LeadbridgeError(
            f"{taken[0]} exists, and mails may be signed with it: choose another --selector"
        )
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for key, file in zip(keys, files, strict=True):
            _write(file, key.pem)
    except OSError as error:
        raise click.ClickException(f"{error.filename} cannot be written: {error.strerror}") from error
    return files


def _write(file: Path, content: bytes) -> None:
    """A new file that nobody else can read, not even for a moment."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
        opened.write(content)


def _sending() -> Sending:
    take_over_running_system()
    return Sending.of(*sender_and_return_path(os.environ), smtp_server(os.environ))


def _facts(keys: Sequence[DkimKey], sending: Sending) -> dict[str, object]:
    needed, suggested = dkim_records(keys, sending.domain), suggested_records(sending)
    return {"records": [*map(_record, needed)], "suggestions": [*map(_record, suggested)]}


def _record(record: TxtRecord) -> dict[str, object]:
    return {
        "name": record.name,
        "type": "TXT",
        "value": record.value,
        "strings": record.strings,
        "why": record.why,
    }


def _print_records(keys: Sequence[DkimKey], sending: Sending) -> None:
    click.echo(
        "1. Put into the DNS, as a zone file has it (web forms want what is between the quotes, joined):\n"
    )
    for record in dkim_records(keys, sending.domain):
        click.echo(f"{record}\n")
    click.echo("2. If they are not there yet, also these; adapt them first:\n")
    for record in suggested_records(sending):
        click.echo(f"; {record.why}\n{record}\n")
