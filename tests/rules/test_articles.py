"""Who gets which articles: new to them, by what interests them most, the newest first."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.ids import derived_id
from bridge.nurture.articles import OLDEST, Article, Shelf, Taste, page_of
from tests.make import NOON


def article(
    name: str, *topics: str, days: float = 1, language: str | None = None, url: str | None = None
) -> Article:
    """An article of so many days ago."""
    where = url or f"https://blog.example.com/{name}"
    return Article(derived_id(name), where, name, "", topics, language, NOON - timedelta(days=days))


def picked(
    *articles: Article, taste: Taste | None = None, known: tuple[str, ...] = (), most: int = 10
) -> list[str]:
    """Titles of what somebody gets."""
    shelf = Shelf(articles, NOON)
    return [one.title for one in shelf.pick(taste or Taste("de"), [page_of(url) for url in known], most)]


def test_the_newest_come_first() -> None:
    assert picked(article("old", days=9), article("new", days=1), article("middle", days=5)) == [
        "new",
        "middle",
        "old",
    ]


def test_the_strongest_interest_comes_first_then_the_rest_and_last_what_has_no_topic() -> None:
    found = picked(
        article("no topic", days=1),
        article("no interest", "it", days=2),
        article("some points", "erp", days=4),
        article("most points", "sepa", days=5),
        article("most points, older", "sepa", "erp", days=6),
        taste=Taste("de", {"sepa": 5, "erp": 2, "it": -3}),
    )
    assert found == ["most points", "most points, older", "some points", "no interest", "no topic"]


def test_whoever_chose_topics_gets_articles_about_these_alone() -> None:
    found = picked(
        article("most points", "sepa", days=1),
        article("no topic", days=1),
        article("chosen", "crm", days=3),
        article("chosen, with points", "crm", "sepa", days=4),
        article("chosen, too", "erp", days=2),
        taste=Taste("de", {"sepa": 5}, ["crm", "erp"]),
    )
    assert found == ["chosen, with points", "chosen, too", "chosen"]


def test_topics_of_equal_interest_are_mixed_by_date() -> None:
    taste = Taste("de", {"sepa": 2, "erp": 2})
    found = picked(
        article("s1", "sepa", days=1),
        article("e2", "erp", days=2),
        article("s3", "sepa", days=3),
        article("e4", "erp", days=4),
        taste=taste,
    )
    assert found == ["s1", "e2", "s3", "e4"]


def test_no_more_than_were_asked_for() -> None:
    many = [article(str(number), days=number) for number in range(1, 9)]
    assert picked(*many, most=3) == ["1", "2", "3"]
    assert picked(*many, most=0) == []


def test_nobody_gets_what_they_were_sent() -> None:
    assert picked(article("a"), article("b", days=2), known=("https://blog.example.com/a",)) == ["b"]


@pytest.mark.parametrize(
    "same",
    [
        "http://blog.example.com/a",
        "https://BLOG.example.com/a/",
        "https://blog.example.com/a?utm_source=feed&utm_medium=rss",
        "https://blog.example.com/a#comments",
    ],
)
def test_the_same_page_in_two_feeds_counts_once(same: str) -> None:
    assert picked(article("a", days=1), article("a again", days=2, url=same)) == ["a"]
    assert picked(article("a"), known=(same,)) == []


@pytest.mark.parametrize(
    "other", ["https://blog.example.com/A", "https://blog.example.com/a?id=2", "https://example.com/a"]
)
def test_another_page_is_another(other: str) -> None:
    assert picked(article("a", days=1), article("b", days=2, url=other)) == ["a", "b"]


def test_the_language_fits_or_is_anybodys() -> None:
    found = picked(article("de", language="de"), article("en", language="en", days=2), article("any", days=3))
    assert found == ["de", "any"]


def test_what_is_older_than_sixty_days_or_of_tomorrow_is_no_news() -> None:
    assert picked(article("fresh", days=60), article("stale", days=60.01), article("soon", days=-1)) == [
        "fresh"
    ]


ARTICLES = st.builds(
    lambda number, topics, days, language: article(
        f"a{number}", *topics, days=days, language=language, url=f"https://blog.example.com/{number % 20}"
    ),
    st.integers(0, 40),
    st.sets(st.sampled_from(["sepa", "erp", "it"])).map(sorted),
    st.integers(0, 70),
    st.sampled_from([None, "de", "en"]),
)
TASTES = st.builds(
    Taste,
    st.just("de"),
    st.dictionaries(st.sampled_from(["sepa", "erp", "it"]), st.integers(-2, 3)),
    st.sets(st.sampled_from(["sepa", "erp", "it"])),
)


@given(st.lists(ARTICLES, max_size=30, unique_by=lambda one: one.id), TASTES, st.integers(0, 6), st.data())
def test_it_is_what_sorting_everything_would_give(
    articles: list[Article], taste: Taste, most: int, data: st.DataObject
) -> None:
    known = data.draw(
        st.sets(st.sampled_from([f"https://blog.example.com/{n}" for n in range(20)]), max_size=5)
    )
    pages = {page_of(url) for url in known}

    def wanted(one: Article) -> tuple[int, bool, float, UUID]:
        points = max([0, *(taste.scores.get(topic, 0) for topic in one.topics)])
        return -points, not one.topics, -one.published_at.timestamp(), one.id

    fitting = [one for one in articles if one.language != "en" and one.published_at >= NOON - OLDEST]
    if taste.interests:
        fitting = [one for one in fitting if set(one.topics) & set(taste.interests)]
    expected: dict[str, Article] = {}
    for one in sorted(fitting, key=wanted):
        if one.page not in pages:
            expected.setdefault(one.page, one)
    assert Shelf(articles, NOON).pick(taste, pages, most) == list(expected.values())[:most]
