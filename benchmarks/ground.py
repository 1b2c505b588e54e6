"""What the measuring stands on: a fresh folder, servers on free ports, processes that end with it."""

import atexit
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, cached_property
from http.client import HTTPConnection
from pathlib import Path
from shutil import copytree, rmtree
from tempfile import mkdtemp

from bridge.program.loading import DEMO
from bridge.settings import Settings
from bridge.store.database import make_engine
from bridge.store.schema import migrate
from bridge.up.child import running
from bridge.up.ports import free_port
from bridge.up.postgres import prepare_postgres
from bridge.up.valkey import embedded_valkey
from bridge.wiring import Services

READY_WITHIN = 30.0
STOPPED_WITHIN = 15.0


@dataclass(frozen=True)
class Ground:
    """folder: where everything lies; environ: what every process of ours is told."""

    folder: Path
    environ: Mapping[str, str]
    services: Services = field(repr=False)

    @cached_property
    def journal(self) -> Path:
        """The folder that web processes write to."""
        return self.services.settings.journal

    @contextmanager
    def web(self, part: str) -> Iterator[int]:
        """Our web server, one worker, as `leadbridge web` starts it; its port. part: "edge" or "pages"."""
        port = free_port()
        argv = [sys.executable, "-m", "bridge.cli", "web", "--only", part]
        environ = {**self.environ, "LEADBRIDGE_BIND": f"127.0.0.1:{port}"}
        with _process(argv, environ, self.folder / f"{part}.log"):
            wait_for(port, "/healthz", self.folder / f"{part}.log")
            yield port

    @contextmanager
    def worker(self, queue: str) -> Iterator[None]:
        """Our worker for that queue, as `leadbridge worker` starts it. It may take a moment until it begins."""
        with self.process("worker", queue):
            yield

    @contextmanager
    def process(self, *words: str) -> Iterator[None]:
        """`leadbridge` with these words, such as "ingest". It may take a moment until it begins."""
        argv = [sys.executable, "-m", "bridge.cli", *words]
        with _process(argv, self.environ, self.folder / f"{words[-1]}.log"):
            yield

    @contextmanager
    def baseline(self, name: str) -> Iterator[int]:
        """A baseline's web server (see `benchmarks.baselines`), under the same granian; its port."""
        port, log = free_port(), self.folder / f"{name}.log"
        argv = [sys.executable, "-m", "benchmarks.baselines", name, str(port)]
        with _process(argv, self.environ, log):
            wait_for(port, "/", log)
            yield port


@contextmanager
def fresh_ground(**others: str) -> Iterator[Ground]:
    """PostgreSQL with an empty schema, Valkey, and settings of the demo's programme; all gone at the end.

    others: settings that are to be otherwise, such as SMTP_URL.
    """
    folder = Path(mkdtemp(prefix="leadbridge-bench-", dir="/tmp"))
    folder.chmod(0o711)
    try:
        subprocess.run(
            ["cp", "-a", _empty_database(), folder / "var"], check=True
        )  # PostgreSQL wants its owner
        with running(prepare_postgres(folder / "var")) as database, embedded_valkey(folder / "var") as queue:
            programme = {"PROGRAM": str(_without_nights(folder))}
            settings = _settings(folder, database, queue, programme | others)
            services = Services(Settings.from_env(settings))
            kept = {name: value for name, value in os.environ.items() if not name.startswith("LEADBRIDGE_")}
            yield Ground(folder, kept | settings, services)
            services.engine.dispose()
    finally:
        rmtree(folder, ignore_errors=True)


def _without_nights(folder: Path) -> Path:
    """The demo's programme without quiet hours: it is measured at any hour."""
    program = Path(copytree(DEMO.parent, folder / "program")) / DEMO.name
    text = program.read_text(encoding="utf-8")
    program.write_text(text.replace('quiet_hours = "21:00-07:00"\n', ""), encoding="utf-8")
    return program


@cache
def _empty_database() -> Path:
    """A folder with a cluster and an empty schema; to copy it takes a tenth of the time that it takes to make one."""
    folder = Path(mkdtemp(prefix="leadbridge-bench-", dir="/tmp"))
    folder.chmod(0o711)
    atexit.register(rmtree, folder, ignore_errors=True)
    with running(prepare_postgres(folder / "var")) as database:
        engine = make_engine(database)
        migrate(engine)
        engine.dispose()
    return folder / "var"


def _settings(folder: Path, database: str, queue: str, others: Mapping[str, str]) -> dict[str, str]:
    known = {
        "DATA": str(folder / "var"),
        "PUBLIC_URL": "http://127.0.0.1:8000",
        "DATABASE_URL": database,
        "REDIS_URL": queue,
        "SECRET_KEYS": "a-key-that-only-measurements-know",
        "INTAKE_SECRETS": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "SMTP_URL": "smtp://127.0.0.1:1",
        "MAIL_FROM": "Beispiel GmbH <post@example.com>",
        "RATE_LIMITS": "1000000/second",
        "MAIL_PACE": "1000/second",
        "DEMO": "1",
    }
    return {f"LEADBRIDGE_{name}": value for name, value in (known | dict(others)).items()}


@contextmanager
def _process(argv: list[str], environ: Mapping[str, str], log: Path) -> Iterator[None]:
    with log.open("wb") as out:
        process = subprocess.Popen(argv, env=dict(environ), stdout=out, stderr=out)
    try:
        yield
    finally:
        process.terminate()
        process.wait(STOPPED_WITHIN)


def wait_for(port: int, path: str, log: Path) -> None:
    """Until a server answers. log: what it wrote. Raises RuntimeError with its end."""
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until:
        connection = HTTPConnection("127.0.0.1", port, timeout=1)
        try:
            connection.request("GET", path)
            connection.getresponse()
        except OSError:
            time.sleep(0.05)
        else:
            return
        finally:
            connection.close()
    raise RuntimeError(log.read_text(encoding="utf-8", errors="replace")[-3000:])
