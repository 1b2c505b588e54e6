"""Operations: alive, ready, metrics; and the one stylesheet."""

import re
from dataclasses import replace

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bridge.delivery.jinja import stylesheet, stylesheet_url
from bridge.journal import progress
from bridge.journal.progress import Progress
from tests import make
from tests.conftest import Servers
from tests.edge.conftest import Open
from tests.edge.site import Outline, Site, silent_server
from tests.edge.test_forms import ANNA, DOWNLOAD
from tests.house import House

OF_THE_NODE = {
    "leadbridge_journal_depth",
    "leadbridge_ingest_lag_seconds",
    "leadbridge_database_up",
    "leadbridge_hook_events",
}
OF_THE_DATABASE = {
    "leadbridge_feed_failing",
    "leadbridge_outbox",
    "leadbridge_outbox_oldest_due_seconds",
    "leadbridge_scoring_lag_seconds",
    "leadbridge_profiles",
    "leadbridge_handovers",
    "leadbridge_dead_letters",
    "leadbridge_held_submissions",
    "leadbridge_notices",
    "leadbridge_suppressions",
    "leadbridge_webhook_endpoints",
}


def metrics(site: Site) -> dict[str, dict[str, float]]:
    """Metric → label (or "") → value."""
    response = site.get("/metrics")
    assert response.status_code == 200
    assert response.mimetype == "text/plain"
    return {
        family.name: {next(iter(sample.labels.values()), ""): sample.value for sample in family.samples}
        for family in text_string_to_metric_families(response.text)
    }


def test_a_process_that_answers_is_alive(edge: Site) -> None:
    edge.break_journal()
    response = edge.get("/healthz")
    assert (response.status_code, response.json) == (200, {"status": "ok"})


def test_ready_means_that_the_database_answers(site: Site, open_one: Open, servers: Servers) -> None:
    assert site.get("/readyz").json == {"status": "ready", "database": "up", "redis": "up"}
    without_redis = open_one(DATABASE_URL=servers.database_url).get("/readyz")
    assert without_redis.status_code == 200, "everything is accepted, only later"
    assert without_redis.json == {"status": "ready", "database": "up", "redis": "down"}
    without_database = open_one(REDIS_URL=servers.redis_url).get("/readyz")
    assert without_database.status_code == 503
    assert int(without_database.headers["Retry-After"]) > 0
    assert without_database.json == {"status": "not ready", "database": "down", "redis": "up"}


def test_redis_that_says_nothing_is_down(open_one: Open, servers: Servers) -> None:
    with silent_server() as port:
        site = open_one(DATABASE_URL=servers.database_url, REDIS_URL=f"redis://127.0.0.1:{port}")
        assert site.get("/readyz").json == {"status": "ready", "database": "up", "redis": "down"}


def test_metrics_tell_what_waits_and_what_happened(site: Site, house: House) -> None:
    house.submit()
    house.submit(form="rueckruf", email="ben@muster.example", phone="+49 30 23125 010", allows=())
    site.post(DOWNLOAD, ANNA)
    house.clock.move(seconds=30)
    found = metrics(site)
    assert set(found) == OF_THE_NODE | OF_THE_DATABASE
    assert found["leadbridge_journal_depth"] == {"": 1}
    assert found["leadbridge_ingest_lag_seconds"] == {"": 30}
    assert found["leadbridge_database_up"] == {"": 1}
    assert found["leadbridge_profiles"] == {"prospect": 1, "sales_qualified": 1}
    assert found["leadbridge_handovers"] == {"open": 1}
    assert found["leadbridge_outbox"]["sent"] == len(house.sent)
    assert found["leadbridge_dead_letters"] == {"": 0}
    assert found["leadbridge_webhook_endpoints"] == {"works": 0, "fails": 0, "off": 0}


def test_metrics_tell_of_which_forms_some_are_held(site: Site, house: House) -> None:
    assert metrics(site)["leadbridge_held_submissions"] == {}
    house.submit(replace(make.submission(at=house.clock()), suspicion="too fast"))
    assert metrics(site)["leadbridge_held_submissions"] == {"globe-next-download": 1}


def test_metrics_tell_how_taking_over_goes(edge: Site) -> None:
    progress.note(edge.services.settings.journal, Progress(taken=12, batch=1000))
    found = metrics(edge)
    assert found["leadbridge_ingest_records"] == {"": 12}
    assert found["leadbridge_ingest_batch"] == {"": 1000}


def test_metrics_are_there_with_the_database_away(edge: Site) -> None:
    edge.post(DOWNLOAD, ANNA)
    found = metrics(edge)
    assert set(found) == OF_THE_NODE
    assert found["leadbridge_database_up"] == {"": 0}
    assert found["leadbridge_journal_depth"] == {"": 1}


def test_metrics_name_nobody(site: Site, house: House) -> None:
    house.submit()
    assert not re.search("anna|beispiel", site.get("/metrics").text, re.IGNORECASE)


def test_the_stylesheet_is_kept_for_ever_under_the_address_of_its_content(edge: Site) -> None:
    page = edge.get(DOWNLOAD).text
    assert f'href="{stylesheet_url()}"' in page
    response = edge.get(stylesheet_url())
    assert response.status_code == 200
    assert response.mimetype == "text/css"
    assert response.text == stylesheet()
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert len(response.data) < 20_000


def test_every_page_names_an_icon_so_that_no_browser_asks_for_one_in_vain(edge: Site) -> None:
    page = edge.get("/thanks")
    [address] = [one["href"] for one in Outline(page.text).all("link") if one["rel"] == "icon"]
    icon = edge.get(address)
    assert (icon.status_code, icon.mimetype) == (200, "image/svg+xml")
    assert icon.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "img-src 'self'" in page.headers["Content-Security-Policy"], "icons are images to it"
    assert "<script" not in icon.text


@pytest.mark.parametrize("path", ["/static/", "/static/../program.toml", "/static/other.css", "/favicon.ico"])
def test_nothing_else_is_handed_out(edge: Site, path: str) -> None:
    assert edge.get(path).status_code == 404
