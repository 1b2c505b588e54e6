"""Feeds are asked in their time, and what they say is kept as long as it is of use."""

import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta

import pytest

from bridge.flow.sequences.fetch_feeds import Content, NotFetched, Outcome, fetch_feeds, pause_after
from bridge.ids import new_id
from bridge.program.feeds import Feed
from bridge.store import articles as article_rows
from bridge.store.articles import Sent
from bridge.store.feeds import FeedRow
from bridge.store.tables import articles, feeds, profiles
from connectors.feeds import Entry
from tests.house import House
from tests.make import NOON

NEWS = Feed("news", "https://blog.example.com/feed", ("sepa",), "de")
OTHER = Feed("other", "https://other.example.com/feed")
Say = Callable[[FeedRow], Content | None]


def entry(name: str, hours: float | None = 1, **facts: object) -> Entry:
    """An article of so many hours before noon."""
    published = None if hours is None else NOON - timedelta(hours=hours)
    told = Entry(name, f"https://blog.example.com/{name}", f"About {name}", "In short.", published)
    return replace(told, **facts)  # type: ignore[arg-type]


def says(*entries: Entry, etag: str | None = None) -> Say:
    return lambda row: Content(entries, etag)


def fails(failure: NotFetched) -> Say:
    def say(row: FeedRow) -> Content | None:
        raise failure

    return say


def fetch(house: House, say: Say, *known: Feed, only: Iterable[str] | None = None) -> list[Outcome]:
    """What cron does every fifteen minutes."""
    named = {feed.id: feed for feed in known or (NEWS,)}
    return list(fetch_feeds(house.unit, named, say, set(only) if only is not None else None))


def row(house: House) -> FeedRow:
    (one,) = house.rows(feeds)
    return FeedRow(**one._mapping)


def titles(house: House) -> list[str]:
    return sorted(one.title for one in house.rows(articles))


def test_what_a_feed_says_is_kept_once(house: House) -> None:
    assert fetch(house, says(entry("a"), entry("b"), etag='"1"')) == [Outcome("news", 2)]
    house.clock.move(minutes=15)
    assert fetch(house, says(entry("b"), entry("c"))) == [Outcome("news", 1)]
    assert titles(house) == ["About a", "About b", "About c"]
    one = next(one for one in house.rows(articles) if one.title == "About a")
    assert (one.feed, one.topics, one.language) == ("news", ["sepa"], "de")
    assert one.published_at == NOON - timedelta(hours=1)


def test_a_feed_is_asked_with_what_its_server_called_it(house: House) -> None:
    fetch(house, says(entry("a"), etag='"1"'))
    house.clock.move(minutes=15)
    asked = []

    def unchanged(known: FeedRow) -> None:
        asked.append(known.etag)

    assert fetch(house, unchanged) == [Outcome("news")]
    house.clock.move(minutes=15)
    fetch(house, unchanged)
    assert asked == ['"1"', '"1"']
    assert titles(house) == ["About a"]


def test_at_a_new_address_a_feed_is_asked_as_if_for_the_first_time(house: House) -> None:
    fetch(house, says(entry("a"), etag='"1"'))
    asked = []

    def hear(known: FeedRow) -> None:
        asked.append((known.url, known.etag))

    fetch(house, hear, replace(NEWS, url="https://new.example.com/feed"))
    assert asked == [("https://new.example.com/feed", None)]


def test_what_a_feed_told_at_its_former_address_goes_unless_it_tells_it_again(house: House) -> None:
    fetch(house, says(entry("a"), entry("b")))
    house.submit()
    send(house, "About b")
    house.clock.move(minutes=1)
    moved = replace(NEWS, url="https://new.example.com/feed")
    assert fetch(house, says(entry("a"), entry("c")), moved) == [Outcome("news", 1)]
    with house.unit() as unit:
        kept = article_rows.published_since(unit.connection, ["news"], NOON - timedelta(days=9))
    assert sorted(one.title for one in kept) == ["About a", "About c"], (
        "what was sent is kept, for nobody else"
    )
    assert titles(house) == ["About a", "About b", "About c"]


def test_a_changed_title_is_taken_over(house: House) -> None:
    fetch(house, says(entry("a")))
    house.clock.move(minutes=15)
    assert fetch(house, says(entry("a", title="Better", url="https://blog.example.com/b"))) == [
        Outcome("news")
    ]
    (one,) = house.rows(articles)
    assert (one.title, one.url) == ("Better", "https://blog.example.com/b")


@pytest.mark.parametrize("hours", [None, -48])
def test_an_article_without_a_date_or_of_tomorrow_is_as_old_as_we_know_it(
    house: House, hours: float | None
) -> None:
    fetch(house, says(entry("a", hours)))
    house.clock.move(hours=1)
    fetch(house, says(entry("a", hours, title="Changed")))
    (one,) = house.rows(articles)
    assert (one.published_at, one.title) == (NOON, "Changed")


def test_a_feed_is_not_asked_before_its_time(house: House) -> None:
    fetch(house, says())
    house.clock.move(minutes=13)
    assert fetch(house, says()) == []
    house.clock.move(minutes=1)
    assert fetch(house, says()) == [Outcome("news")]


def test_whoever_asks_by_hand_asks_at_once_and_one_alone(house: House) -> None:
    fetch(house, says(), NEWS, OTHER)
    assert fetch(house, says(), NEWS, OTHER, only=["other"]) == [Outcome("other")]


def test_a_feed_that_fails_is_asked_less_and_less_up_to_once_a_day(house: House) -> None:
    pauses = []
    for _ in range(9):
        assert fetch(house, fails(NotFetched("away"))) == [Outcome("news", failure="away")]
        known = row(house)
        assert known.next_at
        pauses.append((known.next_at - house.clock()).total_seconds() / 60)
        house.clock.now = known.next_at
    assert pauses == [14, 28, 56, 112, 224, 448, 896, 1440, 1440]
    assert (row(house).failures, row(house).failing_since, row(house).error) == (9, NOON, "away")
    fetch(house, says(entry("a")))
    assert (row(house).failures, row(house).failing_since, row(house).error) == (0, None, None)


def test_what_a_feed_had_stays_while_it_fails(house: House) -> None:
    fetch(house, says(entry("a"), etag='"1"'))
    house.clock.move(hours=1)
    fetch(house, fails(NotFetched("away")))
    assert titles(house) == ["About a"]
    assert row(house).etag == '"1"'


@pytest.mark.parametrize(
    ("failure", "pause"),
    [
        (NotFetched("busy", timedelta(hours=6)), timedelta(hours=6)),
        (NotFetched("busy", timedelta(seconds=1)), timedelta(minutes=14)),
        (NotFetched("busy", timedelta(days=4000)), timedelta(days=7)),
        (NotFetched("gone", gone=True), timedelta(days=30)),
    ],
)
def test_a_server_that_asks_for_a_pause_gets_it(failure: NotFetched, pause: timedelta) -> None:
    assert pause_after(1, failure) == pause


def test_a_dead_feed_delays_no_other(house: House) -> None:
    dead, alive = threading.Event(), [replace(NEWS, id=f"feed-{number}") for number in range(8)]

    def say(known: FeedRow) -> Content | None:
        if known.id == "feed-0":
            assert dead.wait(10)
            raise NotFetched("did not answer within 10 seconds")
        return Content([entry(known.id)])

    asking = fetch_feeds(house.unit, {feed.id: feed for feed in alive}, say)
    first = [next(asking) for _ in range(7)]
    assert [one.failure for one in first] == [""] * 7
    dead.set()
    assert [one.feed for one in asking] == ["feed-0"]


def test_at_most_four_are_asked_at_a_time(house: House) -> None:
    lock, now, most = threading.Lock(), [0], [0]
    together = threading.Barrier(4, timeout=5)

    def say(known: FeedRow) -> None:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        together.wait()
        with lock:
            now[0] -= 1

    fetch(house, say, *(replace(NEWS, id=f"feed-{number}") for number in range(8)))
    assert most == [4]


def test_a_feed_that_breaks_us_is_a_feed_that_fails(house: House) -> None:
    def breaks(known: FeedRow) -> Content | None:
        raise ZeroDivisionError

    assert [one.failure for one in fetch(house, breaks)] == ["it broke us: ZeroDivisionError"]


def test_articles_older_than_half_a_year_go_unless_somebody_was_sent_them(house: House) -> None:
    house.subscriber()
    fetch(house, says(entry("old", 24 * 100), entry("sent", 24 * 100), entry("older", 24 * 181)))
    assert titles(house) == ["About old", "About sent"]
    send(house, "About sent")
    house.clock.move(days=81)
    fetch(house, says())
    assert titles(house) == ["About sent"]


def test_a_feed_that_left_the_programme_is_forgotten_but_not_what_somebody_was_sent(house: House) -> None:
    house.subscriber()
    fetch(house, says(entry("a"), entry("sent")), OTHER)
    send(house, "About sent")
    house.clock.move(minutes=15)
    fetch(house, says(), NEWS)
    assert [one.id for one in house.rows(feeds)] == ["news"]
    assert titles(house) == ["About sent"]


def test_topics_and_language_are_those_that_the_programme_names_now(house: House) -> None:
    fetch(house, says(entry("a")))
    house.clock.move(minutes=1)
    fetch(house, says(), replace(NEWS, topics=("finance", "sepa"), language=None))
    (one,) = house.rows(articles)
    assert (one.topics, one.language) == (["finance", "sepa"], None)


def test_a_round_that_was_killed_is_done_again(house: House) -> None:
    asking = fetch_feeds(house.unit, {one.id: one for one in (NEWS, OTHER)}, says(entry("a")))
    next(asking)
    del asking
    assert len(house.rows(feeds)) == 1
    assert len(fetch(house, says(entry("a")), NEWS, OTHER)) == 1


def send(house: House, title: str) -> None:
    """Anna was sent an article."""
    with house.unit() as unit:
        (person,) = house.rows(profiles)
        article = next(one.id for one in house.rows(articles) if one.title == title)
        article_rows.note_sent(unit.connection, [Sent(person.id, article, new_id(), 0)])
