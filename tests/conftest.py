"""Real servers for tests: one PostgreSQL and one Valkey for each test process, emptied before each test."""

import os
import signal
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import rmtree

import pytest
from redis import Redis
from sqlalchemy import Engine, text

from bridge.store.database import make_engine
from bridge.store.schema import migrate
from bridge.store.tables import metadata
from bridge.up.child import Server, running
from bridge.up.leftovers import end_leftovers
from bridge.up.postgres import prepare_postgres
from bridge.up.valkey import embedded_valkey
from connectors.contract import Deferred, Receipt, Refused
from tests.house import House
from tests.promise import saw
from tests.promise_table import pytest_addoption, pytest_collection_modifyitems, pytest_configure

__all__ = ["pytest_addoption", "pytest_collection_modifyitems", "pytest_configure", "saw"]


@dataclass(frozen=True)
class Servers:
    """Where the test process's own servers are."""

    database_url: str
    redis_url: str


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("LEADBRIDGE_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """PostgreSQL with the newest schema, and Valkey."""
    folder = Path(tempfile.mkdtemp(prefix="leadbridge-test-", dir="/tmp"))
    folder.chmod(0o711)
    try:
        postgres = _without_durability(prepare_postgres(folder / "var"))
        with running(postgres) as database_url, embedded_valkey(folder / "var") as redis_url:
            engine = make_engine(database_url)
            migrate(engine)
            engine.dispose()
            yield Servers(database_url, redis_url)
    finally:
        for program, name in (("postgres", "postgres"), ("valkey-server", "valkey")):
            end_leftovers(folder / "var" / name / "data", program, signal.SIGKILL, lambda _: None)
        rmtree(folder, ignore_errors=True)


def _without_durability(postgres: Server) -> Server:
    """It waits for no disk; that it does otherwise, `up` and `faults` show by servers of their own."""
    argv = [*postgres.child.argv, "-c", "fsync=off", "-c", "full_page_writes=off"]
    return replace(postgres, child=replace(postgres.child, argv=argv))


@pytest.fixture(scope="session")
def one_engine(servers: Servers) -> Iterator[Engine]:
    """Connections to the database, kept over the tests of this process."""
    engine = make_engine(servers.database_url, pool_size=10)
    yield engine
    engine.dispose()


@pytest.fixture
def engine(one_engine: Engine) -> Engine:
    """An empty database."""
    empty(one_engine)
    return one_engine


def empty(engine: Engine) -> None:
    """Leave only the installation's own row, and no room between rows: new ones lie in the order of their arrival.

    It takes a third of the time that `truncate` takes for so many tables.
    """
    filled = [table for table in reversed(metadata.sorted_tables) if table.name != "installation"]
    deletes = "; ".join(str(table.delete()) for table in filled)
    names = ", ".join(table.name for table in filled)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        forgets = "perform set_config('leadbridge.retention', 'on', true)"  # the audit log lets nobody else
        connection.execute(text(f"do $$ begin {forgets}; {deletes}; end $$"))
        connection.execute(text(f"vacuum (process_toast false, index_cleanup on) {names}"))


@pytest.fixture
def redis(servers: Servers) -> Iterator[Redis]:
    """An empty queue server."""
    client = Redis.from_url(servers.redis_url)
    client.flushall()
    yield client
    client.close()


@pytest.fixture
def house(engine: Engine) -> House:
    """The whole house in this process, with the demo programme."""
    return House(engine)


@pytest.fixture
def troubled(house: House) -> House:
    """One mail was refused for what we are, one was put off by its server, one has left."""
    house.reply = Refused("554 rejected for policy reasons")
    house.submit(email="dora@beispiel.example", form="webinar", allows=())
    house.reply = Deferred("451 try again later")
    house.submit(email="emil@beispiel.example", form="webinar", allows=())
    house.reply = Receipt("250 ok")
    house.submit(email="frida@beispiel.example", form="webinar", allows=())
    return house
