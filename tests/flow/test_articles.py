"""Mails take news from feeds: what is new to a person, by what interests them most."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from bridge.flow.sequences.fetch_feeds import Content, fetch_feeds
from bridge.flow.sequences.pick_articles import Wanted, pick_articles
from bridge.ids import new_id
from bridge.program.feeds import Feed
from bridge.program.model import MailTemplate
from bridge.program.sequences import Sequence
from bridge.store import profiles as people
from bridge.store.articles import ArticleRow, put
from bridge.store.tables import articles, mails, profiles, sent_articles
from connectors.feeds import Entry
from tests.flow.series import pass_days, places, programme, step
from tests.house import ANNA, House
from tests.statements import statements

TEXT = "{% for a in articles %}- [{{ a.title }}]({{ a.url }})\n{% endfor %}\n\n[Fest](https://www.example.com/x)\n"
FEEDS = {
    "sepa": Feed("sepa", "https://blog.example.com/sepa", ("sepa",)),
    "erp": Feed("erp", "https://blog.example.com/erp", ("warenwirtschaft",)),
}


def house_with(engine: Engine, *steps: object, feeds: dict[str, Feed] = FEEDS) -> House:
    """Everybody who confirms gets these steps."""
    series = Sequence("welcome", "welcome", "address.confirmed", steps)  # type: ignore[arg-type]
    news = MailTemplate("news", {"de": "Neues"}, {"de": TEXT})
    plain = MailTemplate("plain", {"de": "Ohne"}, {"de": "Hallo"})
    return House(engine, programme(series, mails={"news": news, "plain": plain}, feeds=feeds))


def publish(house: House, feed: str, *names: str, hours: float = 1, url: str = "") -> None:
    """A feed has articles, the first one the newest."""
    at = house.clock()
    entries = [
        Entry(name, url or f"https://blog.example.com/{name}", name, "", at - timedelta(hours=hours + number))
        for number, name in enumerate(names)
    ]
    for outcome in fetch_feeds(house.unit, house.program.feeds, lambda row: Content(entries), [feed]):
        assert not outcome.failure


def news(house: House) -> list[list[str]]:
    """Titles of the articles of each of Anna's mails."""
    got = [mail.text for mail in house.mails_to(ANNA) if mail.list_unsubscribe_url]
    return [[line[2:].rstrip(":") for line in text.splitlines() if line.startswith("– ")] for text in got]


def test_a_mail_takes_the_newest_articles_by_interest(engine: Engine) -> None:
    house = house_with(engine, step("news", articles=3))
    publish(house, "erp", "e-new", "e-old")
    publish(house, "sepa", "s-new", "s-old", hours=50)
    house.subscriber(form="sepa-checkliste")
    assert news(house) == [["s-new", "s-old", "e-new"]]


def test_nobody_gets_an_article_twice(engine: Engine) -> None:
    house = house_with(engine, *(step("news", after, f"n{after}", articles=2) for after in (0, 7, 7.5)))
    publish(house, "sepa", "a", "b", "c")
    house.subscriber()
    publish(house, "erp", "again", url="https://blog.example.com/a?utm_source=erp")
    pass_days(house, 20)
    assert news(house) == [["a", "b"], ["c"], []]
    assert len(house.rows(sent_articles)) == 3


def test_two_mails_of_one_moment_share_no_article(engine: Engine) -> None:
    house = house_with(engine, step("news", 0, "one", articles=1), step("news", 0, "two", articles=2))
    publish(house, "sepa", "a", "b", "c")
    house.subscriber()
    pass_days(house, 1)
    assert sorted(one for mail in news(house) for one in mail) == ["a", "b", "c"]


def test_a_step_that_needs_news_is_passed_over_without_any(engine: Engine) -> None:
    house = house_with(engine, step("news", articles=3, needs_articles=True), step("plain"))
    house.subscriber()
    assert [mail.subject for mail in house.mails_to(ANNA) if mail.list_unsubscribe_url] == ["Ohne"]
    assert places(house)["welcome"].state == "completed"


def test_a_step_that_can_do_without_goes_out_without(engine: Engine) -> None:
    house = house_with(engine, step("news", articles=3))
    house.subscriber()
    assert news(house) == [[]]


def test_a_click_on_an_article_counts_for_its_topic(engine: Engine) -> None:
    house = house_with(engine, step("news", articles=1))
    publish(house, "erp", "stock")
    letter = house.subscriber(form="globe-next-download")
    before = {one.topic: one.score for one in house.lead().topics}
    house.click(letter, 1)
    house.tick(seconds=150)
    after = {one.topic: one.score for one in house.lead().topics}
    assert after.get("warenwirtschaft", 0) == before.get("warenwirtschaft", 0) + 2


def test_a_corrected_title_is_the_one_that_is_sent(engine: Engine) -> None:
    house = house_with(engine, step("news", 1, articles=1))
    publish(house, "sepa", "a")
    house.subscriber()
    with house.unit() as unit:
        (row,) = house.rows(articles)
        changed = ArticleRow(
            row.id, "sepa", row.url, "Better", "", None, ["sepa"], row.published_at, house.clock()
        )
        put(unit.connection, [changed])
    pass_days(house, 2)
    assert news(house) == [["Better"]]


def test_what_was_sent_is_written_down_with_the_mail_that_carries_it(engine: Engine) -> None:
    house = house_with(engine, step("news", articles=2))
    publish(house, "sepa", "a", "b")
    house.subscriber()
    (mail,) = house.rows(mails)
    assert [(one.mail_id, one.position) for one in house.rows(sent_articles)] == [(mail.id, 0), (mail.id, 1)]
    exported = house.export(ANNA)["sent_articles"]
    assert [(one["title"], one["url"]) for one in exported] == [
        ("a", "https://blog.example.com/a"),
        ("b", "https://blog.example.com/b"),
    ]
    house.erase(ANNA)
    assert house.rows(sent_articles) == []
    assert len(house.rows(articles)) == 2


def test_articles_of_a_feed_that_left_the_programme_are_not_picked(engine: Engine) -> None:
    house = house_with(engine, step("news", articles=3))
    publish(house, "sepa", "a")
    without = house_with(engine, step("news", articles=3), feeds={"erp": FEEDS["erp"]})
    without.clock.now = house.clock()
    without.subscriber()
    assert news(without) == [[]]


@pytest.mark.parametrize("number", [1, 8])
def test_as_many_statements_whether_for_one_or_for_many(engine: Engine, number: int) -> None:
    house = house_with(engine, step("news", articles=2))
    publish(house, "sepa", "a", "b")
    for one in range(number):
        house.submit(email=f"p{one}@beispiel.example")
    with house.unit() as unit:
        readers = people.of_ids(unit.connection, [row.id for row in house.rows(profiles)])
        wanted = [Wanted(new_id(), one, step("news", articles=2)) for one in readers.values()]
        with statements(engine) as asked:
            picked = pick_articles(unit, wanted)
    assert len(asked) == 3
    assert len(picked) == number
    assert all(len(found) == 2 for found in picked.values())
