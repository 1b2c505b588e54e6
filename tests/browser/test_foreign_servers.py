"""The same story when database, queue and mail server belong to somebody else."""

import pytest
from playwright.sync_api import Browser
from redis import Redis
from sqlalchemy import Engine

from tests.browser.conftest import running_system
from tests.browser.test_the_story import Visitor, become_a_sales_qualified_lead
from tests.conftest import Servers

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_the_same_story_on_servers_that_somebody_else_started(
    browser: Browser, servers: Servers, engine: Engine, redis: Redis
) -> None:
    with running_system(
        own_mail_server=True,
        LEADBRIDGE_DATABASE_URL=servers.database_url,
        LEADBRIDGE_REDIS_URL=servers.redis_url,
    ) as system:
        assert not (system.data / "postgres").exists() and not (system.data / "valkey").exists()
        context = browser.new_context(locale="de-DE", viewport={"width": 1280, "height": 900})
        become_a_sales_qualified_lead(Visitor(context.new_page(), system))
        context.close()
