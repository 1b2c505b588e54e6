"""R16: the schema is brought up to date while forms arrive, links are followed and all parts work."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from alembic import command
from sqlalchemy import Connection, text

from bridge.store.schema import config, current, newest
from tests.faults.books import Books
from tests.faults.conftest import Bridge

pytestmark = pytest.mark.xdist_group("faults")

VERSIONS = sorted((Path(__file__).parent / "versions").glob("*.json"))
"""Everything in a database of that version of the schema: table → rows."""


def put_back(connection: Connection, version: str, tables: dict[str, list[dict[str, Any]]]) -> None:
    """Make the database what it was."""
    connection.execute(text("drop schema public cascade"))
    connection.execute(text("create schema public"))
    command.upgrade(config(connection), version)
    connection.execute(text("delete from installation"))
    order = ["profiles", "submissions", "handovers", "mails"]
    for name in sorted(tables, key=lambda name: order.index(name) if name in order else len(order)):
        rows = f"select * from jsonb_populate_recordset(null::{name}, :rows)"  # noqa: S608
        fill = f"insert into {name} overriding system value {rows}"
        connection.execute(text(fill), {"rows": json.dumps(tables[name])})
    connection.execute(text("select setval(pg_get_serial_sequence('ledger', 'seq'), max(seq)) from ledger"))


def missing(
    connection: Connection, tables: dict[str, list[dict[str, Any]]]
) -> list[tuple[str, dict[str, Any]]]:
    """Rows of before that are not there any more, or do not say the same."""
    gone = []
    for name, rows in tables.items():
        now = list(connection.scalars(text(f"select to_jsonb(x) from {name} x")))  # noqa: S608
        gone += [(name, row) for row in rows if not any(row.items() <= one.items() for one in now)]
    return gone


def migrate(bridge: Bridge) -> None:
    """What an operator does."""
    argv = [sys.executable, "-m", "bridge.cli", "migrate"]
    done = subprocess.run(
        argv, env={**os.environ, **bridge.processes.environment}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.promise("R16", "from each earlier version's data, with traffic on and every part at work")
@pytest.mark.parametrize("file", VERSIONS, ids=lambda file: file.stem)
def test_an_upgrade_with_traffic_on_loses_nothing(
    bridge: Bridge, saw: Callable[..., None], file: Path
) -> None:
    tables = json.loads(file.read_text(encoding="utf-8"))
    bridge.processes.stop_all()
    with bridge.own.engine.begin() as connection:
        put_back(connection, file.stem, tables)
    for part in ("web", "ingest", "score", "deliver"):  # cron would begin to forget who is long silent
        bridge.processes.start(part)
    traffic = bridge.traffic("upgraded").submits(pause=0.1).follows(pause=0.05)
    page = traffic.links.preferences(UUID(tables["profiles"][0]["id"])).removeprefix(traffic.url)
    with traffic.opens("page", page, pause=0.1):
        time.sleep(1)
        migrate(bridge)
        ready = time.monotonic()
        time.sleep(1)
    with bridge.own.engine.connect() as connection:
        assert current(connection) == newest()
        assert missing(connection, tables) == []
        assert connection.scalar(text("select count(*) from dead_letters")) == 0
    bridge.processes.mend()
    books = Books(bridge.processes, traffic)
    seconds = books.drained()
    books.settle(saw, rows_of_before=sum(map(len, tables.values())), drained_after=seconds)
    assert set(traffic.statuses("form")) == {202}
    assert set(traffic.statuses("link")) == {302}
    assert set(traffic.statuses("page")) <= {200, 503}
    assert set(traffic.statuses("page", ready)) == {200}
