"""`leadbridge restore`: a backup, put into an empty database and this data folder."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import Connection, inspect, text

from bridge.cli.backup import (
    CONTENTS,
    DATABASE,
    JOURNAL,
    KEYS,
    Contents,
    copy_private,
    major_version,
)
from bridge.cli.dumps import load
from bridge.cli.environment import data_folder
from bridge.cli.printing import short
from bridge.errors import LeadbridgeError
from bridge.journal import private_folder
from bridge.settings import database_url
from bridge.store import leases, partitions
from bridge.store.database import make_engine
from bridge.store.schema import migrate
from bridge.store.tables import metadata
from bridge.up.postgres import embedded_postgres
from bridge.up.state import only_one_up

URL = "LEADBRIDGE_DATABASE_URL"
VERSION = "alembic_version"
MADE_BY_ITSELF = {VERSION, "installation", "mail_domains"}
"""Tables in which a bridge has rows before anybody used it."""
FUNCTIONS = ("audit_log_only_added", "mark_days_of_handover", "mark_day_of_stage")
"""Functions of triggers: they stay when the tables go, and a backup brings its own."""


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


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
def restore(folder: Path) -> None:
    """Put the backup in FOLDER into an empty database and this data folder. Nothing else may run meanwhile."""
    contents, data = _read(folder), data_folder()
    data.mkdir(mode=0o755, parents=True, exist_ok=True)  # the embedded server's account passes through it
    os.umask(0o077)
    with only_one_up(data), ExitStack() as closing:
        if contents.dumped_by is not None:
            if not os.environ.get(URL):
                os.environ[URL] = closing.enter_context(embedded_postgres(data))
            schema = _load(folder / DATABASE, contents.dumped_by)
            at = short(datetime.fromisoformat(contents.at), UTC)
            click.echo(f"database  restored as of {at}, schema brought to {schema}")
        for name in _put_back_keys(folder / KEYS, data):
            click.echo(f"keys      {name}")
        _put_back_journal(folder / JOURNAL, data / "journal")
    click.echo(f"journal   {contents.records} records; ingest takes them over when it runs, each once")
    click.echo("done      start everything, and erase again whoever was erased after the backup")


def _read(folder: Path) -> Contents:
    try:
        return Contents(**json.loads((folder / CONTENTS).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise NoBackup(folder) from error


def _load(file: Path, dumped_by: int) -> str:
    """Fill an empty database; the version of its schema afterwards. Raises DatabaseNotEmpty."""
    url = database_url(os.environ)
    engine = make_engine(url)
    try:
        with engine.begin() as connection:
            server = major_version(connection)
            _clear(connection)
        load(url, max(server, dumped_by), file)
        schema = migrate(engine)
        with engine.begin() as connection:
            leases.let_go_all(connection)
        return schema
    finally:
        engine.dispose()


def _clear(connection: Connection) -> None:
    """Remove the empty tables that `leadbridge up` or `migrate` made. Raises DatabaseNotEmpty for any other."""
    found = set(inspect(connection).get_table_names()) - partitions.names(connection)
    ours = {table.name for table in metadata.sorted_tables} | {VERSION}
    full = {name for name in found & ours - MADE_BY_ITSELF if _has_rows(connection, name)}
    if used := sorted(full | found - ours):
        raise DatabaseNotEmpty(used)
    metadata.drop_all(connection)
    connection.execute(text(f"drop table if exists {VERSION}"))
    for name in FUNCTIONS:
        connection.execute(text(f"drop function if exists {name}()"))


def _has_rows(connection: Connection, table: str) -> bool:
    return bool(connection.scalar(text(f'select exists (select from "{table}")')))  # noqa: S608 - a name of ours


def _put_back_keys(source: Path, data: Path) -> Iterator[str]:
    """Put the backup's keys in front of any that are there, so that links of before and of now lead on."""
    data.mkdir(parents=True, exist_ok=True)
    for path in sorted(source.iterdir()):
        target = data / path.name
        if path.is_dir():
            yield from (f"{path.name}/{name}" for name in _put_back_files(path, target))
        elif target.exists():
            _put_in_front(path, target)
            yield f"{path.name} restored, in front of what was there"
        else:
            copy_private(path, target)
            yield f"{path.name} restored"


def _put_in_front(path: Path, target: Path) -> None:
    """Both files hold keys between commas, newest first."""
    both = (path.read_text(encoding="ascii") + "," + target.read_text(encoding="ascii")).split(",")
    target.write_text(",".join(dict.fromkeys(key.strip() for key in both if key.strip())), encoding="ascii")


def _put_back_files(source: Path, target: Path) -> Iterator[str]:
    """Files that are there already stay, and are named."""
    private_folder(target)
    for path in sorted(source.iterdir()):
        if (target / path.name).exists():
            yield f"{path.name} is there already and stays; the other is {path}"
        else:
            copy_private(path, target / path.name)
            yield f"{path.name} restored"


def _put_back_journal(source: Path, journal: Path) -> None:
    """Lay journal files beside those of living processes, under names that no process takes."""
    private_folder(journal)
    for path in sorted(source.glob("*.sqlite")):
        shutil.copyfile(path, journal / f"restored-{source.parent.name}-{path.name}")
