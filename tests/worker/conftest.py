"""What the processes behind the web need: settings for the test's own servers, a journal in a fresh folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import Engine

from bridge.settings import Settings
from bridge.wiring import Services
from tests.conftest import Servers
from tests.house import KEY, PUBLIC, Clock


@pytest.fixture
def environment(servers: Servers, engine: Engine, redis: Redis, tmp_path: Path) -> dict[str, str]:
    """Settings as an operator would write them, with an empty database and an empty queue behind them."""
    return {
        "LEADBRIDGE_DATA": str(tmp_path),
        "LEADBRIDGE_DATABASE_URL": servers.database_url,
        "LEADBRIDGE_REDIS_URL": servers.redis_url,
        "LEADBRIDGE_SECRET_KEYS": KEY,
        "LEADBRIDGE_INTAKE_SECRETS": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "LEADBRIDGE_SMTP_URL": "smtp://127.0.0.1:9",
        "LEADBRIDGE_MAIL_FROM": "Exact <hello@example.com>",
        "LEADBRIDGE_PUBLIC_URL": PUBLIC,
    }


@pytest.fixture
def clock() -> Clock:
    """A clock that stands until it is moved."""
    return Clock()


@pytest.fixture
def services(environment: dict[str, str], clock: Clock) -> Iterator[Services]:
    """The parts of one process."""
    made = Services(Settings.from_env(environment), clock)
    yield made
    made.engine.dispose()
    made.redis.close()
    made.journal.close()
