"""One bridge for all faults: each part a process, over servers of its own. Whatever a test broke is mended."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.faults.servers import OwnServers, Stoppable, own_servers
from tests.faults.traffic import Traffic
from tests.promises.processes import Processes, running


@dataclass(frozen=True)
class Bridge:
    """The bridge under test, and what it depends on."""

    processes: Processes
    own: OwnServers

    @property
    def postgres(self) -> Stoppable:
        """Its database."""
        return self.own.postgres

    @property
    def valkey(self) -> Stoppable:
        """Its queue."""
        return self.own.valkey

    def traffic(self, name: str) -> Traffic:
        """Traffic that begins with the `with` block; name: of letters only, and of one test."""
        return Traffic(self.processes.url, name)


@pytest.fixture(scope="session")
def _bridge() -> Iterator[Bridge]:
    with (
        own_servers() as own,
        running(own.servers, own.engine, SETTLE="300ms,600ms", MAIL_PACE="1000/second") as parts,
    ):
        yield Bridge(parts, own)


@pytest.fixture
def bridge(_bridge: Bridge) -> Bridge:
    """The bridge, whole."""
    _bridge.own.mend()
    _bridge.processes.mend()
    return _bridge
