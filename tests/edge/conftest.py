"""Sites under test: one without any server behind it, one over the real ones."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from tests.conftest import Servers
from tests.edge.site import Site, open_site
from tests.house import House

Open = Callable[..., Site]


@pytest.fixture
def open_one(tmp_path: Path) -> Iterator[Open]:
    """Opens sites with settings of one's own; all share a data folder and are closed in the end."""
    sites: list[Site] = []

    def opened(**more: Any) -> Site:
        sites.append(open_site(tmp_path, **more))
        return sites[-1]

    yield opened
    for site in sites:
        site.close()


@pytest.fixture
def edge(open_one: Open) -> Site:
    """A site with neither database nor Redis: all that the edge is promised to need."""
    return open_one()


@pytest.fixture
def site(open_one: Open, servers: Servers, house: House, redis: Redis) -> Site:
    """A site over the database of `house`, by the same clock."""
    del redis  # it is empty now, and that is all
    return open_one(clock=house.clock, DATABASE_URL=servers.database_url, REDIS_URL=servers.redis_url)
