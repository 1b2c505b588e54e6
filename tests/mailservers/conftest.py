"""Real mail servers, one of each for a test process, and a bridge that uses them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import Engine

from bridge.settings import Settings
from bridge.wiring import Services
from tests.conftest import Servers
from tests.edge.site import environment
from tests.mailservers.dovecot import Dovecot, running_dovecot
from tests.mailservers.postfix import Postfix, running_postfix
from tests.mailservers.required import DOVECOT, POSTFIX, need


@pytest.fixture(scope="session")
def one_postfix() -> Iterator[Postfix]:
    """Postfix, kept over the tests of this process."""
    need(POSTFIX)
    with running_postfix() as postfix:
        yield postfix


@pytest.fixture
def postfix(one_postfix: Postfix) -> Postfix:
    """Postfix with an empty mailbox for bounces."""
    for part in ("new", "cur"):
        for file in (one_postfix.bounces / part).iterdir():
            file.unlink()
    return one_postfix


@pytest.fixture(scope="session")
def one_dovecot() -> Iterator[Dovecot]:
    """Dovecot, kept over the tests of this process."""
    need(DOVECOT)
    with running_dovecot() as dovecot:
        yield dovecot


@pytest.fixture
def dovecot(one_dovecot: Dovecot) -> Dovecot:
    """Dovecot with an empty mailbox."""
    one_dovecot.clear()
    return one_dovecot


@pytest.fixture
def bridge(
    postfix: Postfix, servers: Servers, engine: Engine, redis: Redis, tmp_path: Path
) -> Iterator[Services]:
    """A bridge that hands its mails to Postfix and reads the mailbox that their return paths lead to."""
    settings = environment(
        tmp_path,
        DATABASE_URL=servers.database_url,
        REDIS_URL=servers.redis_url,
        SMTP_URL=postfix.url,
        RETURN_PATH="bounces@example.com",
        BOUNCE_MAILBOX=f"maildir:{postfix.bounces}",
        OPERATOR="anna@kunde.example",
    )
    made = Services(Settings.from_env(settings))
    yield made
    made.mails.mailer.close()
    made.engine.dispose()
    made.redis.close()
