"""`leadbridge feeds …`, as people run it, against a real server."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from bridge.clock import utc_now
from bridge.observe.metrics import StateOfWork
from bridge.program.loading import DEMO
from bridge.settings import Settings
from bridge.store.tables import articles
from bridge.wiring import Services
from bridge.worker.cron import DUTIES
from tests.conftest import Servers
from tests.edge.site import environment
from tests.feeds import item, rss
from tests.presentation.conftest import Run, Say
from tests.publisher import Publisher

OWN_FEED = re.compile(r"^\[\[feeds\]\]\n(?:\w+ = .*\n)+", re.MULTILINE)
"""A feed of the demo's own, with all of its keys."""


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    """A web server with a feed."""
    made = Publisher()
    made.says("/feed", rss(item("SEPA-now", now=utc_now()), item("Old", hours=2, now=utc_now())))
    yield made
    made.close()


@pytest.fixture
def settings(publisher: Publisher, tmp_path: Path, servers: Servers, engine: Engine) -> dict[str, str]:
    """Settings whose programme has that feed and one that is not there, but none else, and may reach them."""
    folder = tmp_path / "programme"
    folder.mkdir()
    for part in ("mails", "files"):
        (folder / part).symlink_to(DEMO.parent / part)
    tables = "".join(
        f'[[feeds]]\nid = "{name}"\nurl = "{publisher.address}/{path}"\ntopics = ["sepa"]\n'
        for name, path in (("our-news", "feed"), ("not-there", "away"))
    )
    toml = OWN_FEED.sub("", DEMO.read_text(encoding="utf-8")) + "\n" + tables
    (folder / "program.toml").write_text(toml, encoding="utf-8")
    return {
        "PROGRAM": str(folder / "program.toml"),
        "DATABASE_URL": servers.database_url,
        "PRIVATE_TARGETS": "127.0.0.1",
    }


def services(tmp_path: Path, settings: dict[str, str]) -> Services:
    return Services(Settings.from_env(environment(tmp_path, **settings)))


def test_a_feed_is_fetched_and_listed(say: Say, run: Run, settings: dict[str, str]) -> None:
    assert say("feeds", "fetch", "our-news", **settings) == "our-news: 2 new article(s)\n"
    done = run("feeds", "fetch", **settings)
    assert done.returncode == 1
    assert "not-there: 127.0.0.1 answered 404" in done.stdout
    said = say("feeds", "list", **settings)
    assert "works, asked" in said
    assert "fails since" in said
    facts = {one["id"]: one for one in json.loads(say("feeds", "list", "--json", **settings))}
    assert (facts["our-news"]["articles"], facts["our-news"]["failing_since"]) == (2, None)
    assert facts["not-there"]["error"] == "127.0.0.1 answered 404"
    assert facts["not-there"]["failures"] == 1


def test_at_a_new_address_nothing_of_the_former_one_is_listed(say: Say, settings: dict[str, str]) -> None:
    say("feeds", "fetch", "our-news", **settings)
    path = Path(settings["PROGRAM"])
    path.write_text(path.read_text(encoding="utf-8").replace("/feed", "/elsewhere"), encoding="utf-8")
    facts = json.loads(say("feeds", "list", "--json", **settings))[0]
    assert facts["url"].endswith("/elsewhere")
    assert (facts["articles"], facts["fetched_at"]) == (0, None)


def test_the_demos_feeds_are_listed_where_it_listens(say: Say, servers: Servers, engine: Engine) -> None:
    demo = {"DEMO": "1", "BIND": "127.0.0.1:18999", "DATABASE_URL": servers.database_url}
    said = say("feeds", "list", **demo)
    assert "http://127.0.0.1:18999/demo/feeds/sepa.xml" in said
    assert ":8000" not in said


def test_a_feed_that_is_not_in_the_programme_is_named(fail: Say, settings: dict[str, str]) -> None:
    said = fail("feeds", "fetch", "nobody", **settings)
    assert said == "the programme has no feed nobody; it has our-news, not-there\n"


def test_doctor_names_a_feed_that_fails(run: Run, settings: dict[str, str]) -> None:
    run("feeds", "fetch", **settings)
    said = run("doctor", **settings).stdout
    assert "?     feed not-there: fails since" in said
    assert "leadbridge feeds fetch not-there" in said


def test_cron_fetches_feeds_and_the_metrics_say_which_fail(
    tmp_path: Path, settings: dict[str, str], engine: Engine
) -> None:
    bridge = services(tmp_path, settings)
    (duty,) = [one for one in DUTIES if one.name == "fetch feeds"]
    assert duty.apart
    outcomes = duty.do(bridge)
    assert outcomes is not None
    assert len(list(outcomes)) == 2
    with engine.connect() as connection:
        titles = set(connection.scalars(select(articles.c.title)))
    assert titles == {"SEPA-now", "Old"}
    metrics = {one.name: one for one in StateOfWork(bridge.figures, utc_now).collect()}
    values = {one.labels["feed"]: one.value for one in metrics["leadbridge_feed_failing"].samples}
    assert values == {"our-news": 0, "not-there": 1}
    bridge.engine.dispose()
    bridge.page_engine.dispose()


def test_without_a_setting_a_feed_inside_is_not_asked(
    run: Run, publisher: Publisher, settings: dict[str, str]
) -> None:
    done = run("feeds", "fetch", "our-news", **settings | {"PRIVATE_TARGETS": ""})
    assert done.returncode == 1
    assert "127.0.0.1 is not public" in done.stdout
    assert publisher.asked == []


def test_check_names_a_feed_that_nobody_can_be_asked_for(run: Run, settings: dict[str, str]) -> None:
    path = Path(settings["PROGRAM"])
    toml = path.read_text(encoding="utf-8").replace("http://127", "http://a:b@127")
    path.write_text(toml, encoding="utf-8")
    done = run("check", str(path))
    assert done.returncode == 1
    assert "feeds[our-news].url: name and password do not belong into an address" in done.stderr


def test_the_demo_reads_its_own_feeds_wherever_it_listens(tmp_path: Path, publisher: Publisher) -> None:
    publisher.says("/demo/feeds/sepa.xml", b"<rss/>")
    port = publisher.address.rpartition(":")[2]
    made = environment(tmp_path, DEMO="1", BIND=f"0.0.0.0:{port}")
    demo = Services(Settings.from_env(made)).feeds.reach
    guard, address = demo.way_to("http://127.0.0.1:8000/demo/feeds/sepa.xml")
    assert address == f"{publisher.address}/demo/feeds/sepa.xml"
    assert guard.addresses("127.0.0.1", int(port), 1) == ["127.0.0.1"]
    for other in ("http://127.0.0.1:8000/feed", "http://10.0.0.1/demo/feed"):
        assert demo.way_to(other) == (demo.guard, other)
    in_production = Services(replace(Settings.from_env(made), demo=False)).feeds.reach
    own = "http://127.0.0.1:8000/demo/feeds/sepa.xml"
    assert in_production.way_to(own) == (in_production.guard, own)
