"""`leadbridge backup`: everything that counts, copied while all goes on.

The journal is copied first and the database afterwards. Whatever was answered with success before lies in the one
or has been committed to the other; what lies in both is recognised by its id when the journal is taken over.
"""

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

import click
from sqlalchemy import Connection, text

from bridge.cli.dumps import dump
from bridge.cli.environment import data_folder, join_running_system
from bridge.clock import utc_now
from bridge.errors import LeadbridgeError
from bridge.journal import copy_journal, private_folder
from bridge.settings import database_url
from bridge.store.database import make_engine
from bridge.store.schema import current

DATABASE, JOURNAL, KEYS, CONTENTS = "database.dump", "journal", "keys", "backup.json"
KEPT = ("secret_keys", "intake_secrets", "dkim")
"""What of the data folder signs and verifies."""


@dataclass
class FolderNotEmpty(LeadbridgeError):
    """A backup is written into a folder of its own."""

    folder: Path

    def __str__(self) -> str:
        return f"{self.folder} is not empty; name a folder that is new or empty"


@dataclass(frozen=True)
class Contents:
    """What a backup holds. schema, dumped_by: None without a database; dumped_by: pg_dump's major version."""

    at: str
    leadbridge: str
    records: int
    keys: list[str]
    schema: str | None = None
    dumped_by: int | None = None


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--node", is_flag=True, help="Journal and keys of this node only, not the database.")
def backup(folder: Path, node: bool) -> None:
    """Copy journal, database and keys into FOLDER, which is new or empty, while everything goes on."""
    join_running_system()
    os.umask(0o077)
    _claim(folder)
    data = data_folder()
    records = copy_journal(data / "journal", folder / JOURNAL)
    click.echo(f"journal   {records} records that were not taken over yet")
    schema, dumped_by = (None, None) if node else _dump(folder / DATABASE)
    keys = list(_copy_keys(data, folder / KEYS))
    click.echo(
        f"keys      {', '.join(keys) or 'none in the data folder: keep your settings with this backup'}"
    )
    contents = Contents(utc_now().isoformat(), version("leadbridge"), records, keys, schema, dumped_by)
    (folder / CONTENTS).write_text(json.dumps(asdict(contents), indent=2), encoding="utf-8")
    click.echo(f"done      {folder}, {_size(folder)} kB; it holds secrets and people's data")


def _claim(folder: Path) -> None:
    private_folder(folder)
    if any(folder.iterdir()):
        raise FolderNotEmpty(folder)


def _dump(file: Path) -> tuple[str | None, int]:
    """Write the database; its schema's version, and the major version of the program that did it."""
    url = database_url(os.environ)
    engine = make_engine(url)
    with engine.connect() as connection:
        schema, server = current(connection), major_version(connection)
    engine.dispose()
    dumped_by = dump(url, server, file)
    click.echo(f"database  {file.stat().st_size // 1024} kB, schema {schema}, by pg_dump {dumped_by}")
    return schema, dumped_by


def _copy_keys(data: Path, target: Path) -> Iterator[str]:
    private_folder(target)
    for name in KEPT:
        if (data / name).exists():
            copy_private(data / name, target / name)
            yield name


def copy_private(source: Path, target: Path) -> None:
    """Copy a file, or a folder of files, for the owner's eyes only."""
    if source.is_dir():
        private_folder(target)
        for path in source.iterdir():
            copy_private(path, target / path.name)
    else:
        shutil.copyfile(source, target)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) // 1024


def major_version(connection: Connection) -> int:
    """The server's major version."""
    return int(connection.scalar(text("show server_version_num")) or 0) // 10_000
