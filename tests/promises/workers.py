"""One part of the bridge as a process of its own, over the test's servers; the rest happens in the test."""

import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bridge.clock import utc_now
from bridge.flow.accept_submission import accept_submission
from bridge.settings import Settings
from bridge.store.outbox import STATES, Delivery, listing
from bridge.wiring import Services
from tests import make
from tests.commands import inherited
from tests.conftest import Servers
from tests.edge.site import environment


def settings_for(folder: Path, servers: Servers, **settings: str) -> dict[str, str]:
    """The environment of every part."""
    return environment(folder, DATABASE_URL=servers.database_url, REDIS_URL=servers.redis_url, **settings)


@contextmanager
def part(environ: Mapping[str, str], *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """`leadbridge …` until the block ends; then it is killed, unless it ended before."""
    command = [sys.executable, "-m", "bridge.cli", *words]
    with Path(environ["LEADBRIDGE_DATA"]).with_suffix(".log").open("ab") as log:
        process = subprocess.Popen(command, env={**inherited(), **environ}, stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def listens(process: subprocess.Popen[bytes]) -> bool:
    """Whether a part is so far that it does something of its own when asked to end (Linux tells)."""
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
    caught = next(line for line in status.splitlines() if line.startswith("SigCgt:"))
    return bool(int(caught.split()[1], 16) >> (signal.SIGTERM - 1) & 1)


def stop(process: subprocess.Popen[bytes], patience: float = 10.0) -> int:
    """Ask a part to end, as a service manager does; its exit status. Raises TimeoutExpired when it does not."""
    process.send_signal(signal.SIGTERM)
    return process.wait(patience)


@contextmanager
def services_by_the_wall(environ: Mapping[str, str]) -> Iterator[Services]:
    """The parts of the test's own process, by the clock on the wall."""
    made = Services(Settings.from_env(environ), utc_now)
    try:
        yield made
    finally:
        made.engine.dispose()
        made.redis.close()


def submit(services: Services, email: str, **facts: Any) -> None:
    """A form came in, and whoever has to go on is woken."""
    with services.unit() as unit:
        sent = make.submission(at=services.clock(), email=email, **facts)
        accept_submission(unit, sent, services.clock())


def deliveries(services: Services, states: Iterable[str] = STATES) -> list[Delivery]:
    """What is in the outbox, oldest first."""
    with services.engine.connect() as connection:
        return listing(connection, states, limit=10_000)
