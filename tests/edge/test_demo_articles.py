"""What the sample website has to tell, and the feeds that tell of it."""

from datetime import timedelta
from itertools import islice

import feedparser
import pytest

from bridge.edge.demo_articles import EVERY, published
from tests.edge.conftest import Open
from tests.edge.site import Site, is_locked_down, words
from tests.house import PUBLIC, Clock
from tests.make import NOON, whole_demo_program

FEEDS = [f"{topic}{language}" for topic in whole_demo_program().topics for language in ("", "-en")]


@pytest.fixture
def clock() -> Clock:
    """A clock that stands until it is moved."""
    return Clock(NOON)


@pytest.fixture
def demo(open_one: Open, clock: Clock) -> Site:
    """A site that was started with --demo."""
    return open_one(DEMO="1", clock=clock)


@pytest.mark.parametrize("name", FEEDS)
def test_every_topic_has_a_feed_in_each_language(demo: Site, name: str) -> None:
    answer = demo.get(f"/demo/feeds/{name}.xml")
    read = feedparser.parse(answer.data)
    assert not read.bozo
    assert read.version == ("atom10" if name.startswith("auswertungen") else "rss20")
    assert len(read.entries) == 8
    dates = [entry.published_parsed[:3] for entry in read.entries]
    assert dates == sorted(dates, reverse=True)
    for entry in read.entries:
        assert entry.link.startswith(f"{PUBLIC}/demo/articles/")
        shown = demo.get(
            entry.link.removeprefix(PUBLIC), headers={"Accept-Language": "en" if "-en" in name else "de"}
        )
        assert is_locked_down(shown)
        assert entry.title in words(shown.text)


def test_articles_appear_as_time_goes_by_and_stay_where_they_are(demo: Site, clock: Clock) -> None:
    before = list(islice(published("sepa", clock()), 4))
    mark = demo.get("/demo/feeds/sepa.xml").headers["ETag"]
    assert demo.get("/demo/feeds/sepa.xml", headers={"If-None-Match": mark}).status_code == 304
    coming = before[0].at + EVERY
    clock.now = coming - timedelta(minutes=1)
    assert next(published("sepa", clock())) == before[0]
    clock.move(minutes=1)
    new = next(published("sepa", clock()))
    assert new.at == coming
    assert new.written not in [one.written for one in before[:3]]
    assert list(islice(published("sepa", clock()), 1, 5)) == before
    assert demo.get("/demo/feeds/sepa.xml", headers={"If-None-Match": mark}).status_code == 200
    assert demo.get(before[3].path).status_code == 200


def test_what_comes_tomorrow_cannot_be_read_today(demo: Site, clock: Clock) -> None:
    newest = next(published("sepa", clock()))
    tomorrow = newest.path.replace(f"{newest.at:%Y-%m-%d}", f"{newest.at + EVERY:%Y-%m-%d}")
    for path in (tomorrow, "/demo/articles/nonsense", "/demo/feeds/nonsense.xml", "/demo/feeds/sepa-fr.xml"):
        assert demo.get(path).status_code == 404


def test_only_the_demo_has_them(edge: Site) -> None:
    assert edge.get("/demo/feeds/sepa.xml").status_code == 404
