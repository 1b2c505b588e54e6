"""Sites to attack: those of tests/edge, and one that answers over a real socket."""

from collections.abc import Iterator

import pytest

from tests.attack.web import Web, serving
from tests.conftest import Servers
from tests.edge.conftest import edge, open_one, site

__all__ = ["edge", "open_one", "site"]


@pytest.fixture(scope="session")
def web(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """A web process over the real servers; tests that use it belong to the group "web", so that one is enough."""
    folder = tmp_path_factory.mktemp("web")
    with serving(folder, DATABASE_URL=servers.database_url, REDIS_URL=servers.redis_url) as started:
        yield started
