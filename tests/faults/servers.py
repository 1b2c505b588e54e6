"""PostgreSQL and Valkey of a test's own, which can be stopped, killed, frozen and started again in place."""

import os
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from shutil import rmtree

from sqlalchemy import Engine

from bridge.store.database import make_engine
from bridge.store.schema import migrate
from bridge.up.child import Process, Server, end, silent, wait_until_ready
from bridge.up.leftovers import end_leftovers, working_in
from bridge.up.postgres import prepare_postgres
from bridge.up.valkey import prepare_valkey
from tests.conftest import Servers


@dataclass
class Stoppable:
    """One server. program: as which its processes are known in `folder`."""

    server: Server
    folder: Path
    program: str
    _process: Process | None = field(default=None)

    @property
    def url(self) -> str:
        """Where it is reached, also after it was started again."""
        return self.server.url

    def start(self) -> None:
        """Start it, unless it runs, and wait until it answers."""
        self.thaw()
        if self._process is None or self._process.ended():
            self._process = Process(self.server.child, silent)
            wait_until_ready(self._process)

    def stop(self) -> None:
        """Stop it as an operator does."""
        if self._process is not None:
            end(self._process)

    def kill(self) -> None:
        """End it at once: `kill -9`."""
        assert self._process is not None
        self._process.kill()
        self._process.finish()

    def freeze(self) -> None:
        """Let it stand still: it takes connections, and says nothing."""
        self._tell(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self._tell(signal.SIGCONT)

    def clean_up(self) -> None:
        """Leave nothing of it alive."""
        self.thaw()
        self.stop()
        end_leftovers(self.folder, self.program, signal.SIGKILL, silent)

    def _tell(self, number: signal.Signals) -> None:
        for pid in working_in(self.folder, self.program):
            with suppress(ProcessLookupError):
                os.kill(pid, number)


@dataclass(frozen=True)
class OwnServers:
    """Servers that only one test process knows."""

    postgres: Stoppable
    valkey: Stoppable
    engine: Engine

    @property
    def servers(self) -> Servers:
        """Where they are."""
        return Servers(self.postgres.url, self.valkey.url)

    def mend(self) -> None:
        """Start what does not run."""
        self.postgres.start()
        self.valkey.start()


@contextmanager
def own_servers() -> Iterator[OwnServers]:
    """Both servers, running, with the newest schema, until the block ends."""
    with fresh_folder() as folder:
        postgres = _stoppable(folder, "postgres", "postgres", prepare_postgres)
        valkey = _stoppable(folder, "valkey", "valkey-server", prepare_valkey)
        engine = make_engine(postgres.url, pool_size=10)
        try:
            postgres.start()
            valkey.start()
            migrate(engine)
            yield OwnServers(postgres, valkey, engine)
        finally:
            engine.dispose()
            postgres.clean_up()
            valkey.clean_up()


def listening_at(own: OwnServers, address: str) -> Servers:
    """Have both listen at one more address of this machine, and let its neighbours in; where they are there."""
    neighbours = f"host leadbridge leadbridge {address}/24 scram-sha-256\n"
    for server, name, before, after in (
        (own.postgres, "pg_hba.conf", "", neighbours),
        (own.postgres, "postgresql.conf", "'127.0.0.1'", f"'127.0.0.1,{address}'"),
        (own.valkey, "valkey.conf", "bind 127.0.0.1", f"bind 127.0.0.1 {address}"),
    ):
        file = server.folder.parent / name
        words = file.read_text()
        file.write_text(words.replace(before, after) if before else words + after)
    for server in (own.postgres, own.valkey):
        server.stop()
        server.start()
    return Servers(*(server.url.replace("127.0.0.1", address) for server in (own.postgres, own.valkey)))


@contextmanager
def fresh_folder() -> Iterator[Path]:
    """A folder that every account can reach, removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="leadbridge-faults-", dir="/tmp"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        rmtree(folder, ignore_errors=True)


def _stoppable(folder: Path, name: str, program: str, prepare: Callable[[Path], Server]) -> Stoppable:
    return Stoppable(prepare(folder), folder / name / "data", program)
