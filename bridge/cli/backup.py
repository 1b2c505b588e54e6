"""`leadbridge backup` and `leadbridge restore`: everything that counts, copied while all goes on.

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
from sqlalchemy import Connection, Engine, inspect, text

from bridge.cli.dumps import dump, load
from bridge.cli.environment import data_folder, join_running_system
from bridge.clock import utc_now
from bridge.errors import LeadbridgeError
from bridge.journal import copy_journal, private_folder
from bridge.settings import database_url
from bridge.store.database import make_engine
from bridge.store.schema import current, migrate
from bridge.store.tables import metadata

DATABASE, JOURNAL, KEYS, CONTENTS = "database.dump", "journal", "keys", "backup.json"
KEPT = ("secret_keys", "intake_secrets", "dkim")
"""What of the data folder signs and verifies."""
VERSION = "alembic_version"
MADE_BY_ITSELF = {VERSION, "installation", "mail_domains"}
"""Tables in which a bridge has rows before anybody used it."""


@dataclass
class FolderNotEmpty(LeadbridgeError):
    """A backup is written into a folder of its own."""

    folder: Path

    def __str__(self) -> str:
        return f"{self.folder} is not empty; name a folder that is new or empty"


@dataclass
class NoBackup(LeadbridgeError):
    """There is no whole backup in that folder."""

    folder: Path

    def __str__(self) -> str:
        return f"{self.folder} holds no whole backup: {CONTENTS} is written last and is missing or unreadable"


@dataclass
class DatabaseNotEmpty(LeadbridgeError):
    """A backup is restored into an empty database, so that nothing is lost by mistake. tables: what it holds."""

    tables: list[str]

    def __str__(self) -> str:
        return f"the database is in use already ({', '.join(self.tables)}); restore into an empty one"


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


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
def restore(folder: Path) -> None:
    """Put the backup in FOLDER into an empty database and this data folder. Nothing else may run meanwhile."""
    join_running_system()
    os.umask(0o077)
    contents = _read(folder)
    data = data_folder()
    if contents.dumped_by is not None:
        schema = _load(folder / DATABASE, contents.dumped_by)
        click.echo(f"database  restored as of {contents.at}, schema brought to {schema}")
    for name in _put_back_keys(folder / KEYS, data):
        click.echo(f"keys      {name}")
    _put_back_journal(folder / JOURNAL, data / "journal")
    click.echo(f"journal   {contents.records} records; ingest takes them over when it runs, each once")
    click.echo("done      start everything, and erase again whoever was erased after the backup")


def _claim(folder: Path) -> None:
    private_folder(folder)
    if any(folder.iterdir()):
        raise FolderNotEmpty(folder)


def _dump(file: Path) -> tuple[str | None, int]:
    """Write the database; its schema's version, and the major version of the program that did it."""
    url = database_url(os.environ)
    engine = make_engine(url)
    with engine.connect() as connection:
        schema, server = current(connection), _major(connection)
    engine.dispose()
    dumped_by = dump(url, server, file)
    click.echo(f"database  {file.stat().st_size // 1024} kB, schema {schema}, by pg_dump {dumped_by}")
    return schema, dumped_by


def _copy_keys(data: Path, target: Path) -> Iterator[str]:
    private_folder(target)
    for name in KEPT:
        if (data / name).exists():
            _copy(data / name, target / name)
            yield name


def _copy(source: Path, target: Path) -> None:
    """Copy a file, or a folder of files, for the owner's eyes only."""
    if source.is_dir():
        private_folder(target)
        for path in source.iterdir():
            _copy(path, target / path.name)
    else:
        shutil.copyfile(source, target)


def _read(folder: Path) -> Contents:
    try:
        return Contents(**json.loads((folder / CONTENTS).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise NoBackup(folder) from error


def _load(file: Path, dumped_by: int) -> str:
    """Fill an empty database; the version of its schema afterwards. Raises DatabaseNotEmpty."""
    url = database_url(os.environ)
    engine = make_engine(url)
    with engine.begin() as connection:
        server = _major(connection)
        _clear(connection)
    load(url, max(server, dumped_by), file)
    return _migrated(engine)


def _clear(connection: Connection) -> None:
    """Remove the empty tables that `leadbridge up` or `migrate` made. Raises DatabaseNotEmpty for any other."""
    found = set(inspect(connection).get_table_names())
    ours = {table.name for table in metadata.sorted_tables} | {VERSION}
    full = {name for name in found & ours - MADE_BY_ITSELF if _has_rows(connection, name)}
    if used := sorted(full | found - ours):
        raise DatabaseNotEmpty(used)
    metadata.drop_all(connection)
    connection.execute(text(f"drop table if exists {VERSION}"))


def _has_rows(connection: Connection, table: str) -> bool:
    return bool(connection.scalar(text(f'select exists (select from "{table}")')))  # noqa: S608 - a name of ours


def _migrated(engine: Engine) -> str:
    try:
        return migrate(engine)
    finally:
        engine.dispose()


def _put_back_keys(source: Path, data: Path) -> Iterator[str]:
    """Put keys where there are none; says of each what became of it."""
    data.mkdir(parents=True, exist_ok=True)
    for path in sorted(source.iterdir()):
        target = data / path.name
        if target.exists():
            yield f"{path.name} is there already and stays; the other is in {path}"
        else:
            _copy(path, target)
            yield f"{path.name} restored"


def _put_back_journal(source: Path, journal: Path) -> None:
    """Lay journal files beside those of living processes, under names that no process takes."""
    private_folder(journal)
    for path in sorted(source.glob("*.sqlite")):
        shutil.copyfile(path, journal / f"restored-{source.parent.name}-{path.name}")


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) // 1024


def _major(connection: Connection) -> int:
    """The server's major version."""
    return int(connection.scalar(text("show server_version_num")) or 0) // 10_000
