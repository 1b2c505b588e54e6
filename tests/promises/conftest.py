"""Bridges under test, each over empty servers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import Engine

from tests.conftest import Servers
from tests.house import Clock
from tests.promises.travelled import Bridge, travelling


@pytest.fixture
def bridge(tmp_path: Path, servers: Servers, engine: Engine, redis: Redis) -> Iterator[Bridge]:
    """A bridge by a clock that is moved, without rate limits."""
    del engine, redis  # both are empty now
    with travelling(tmp_path, servers, Clock()) as running:
        yield running
