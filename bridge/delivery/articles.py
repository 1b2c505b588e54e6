"""Articles of strangers in mails: words that can be nothing else, and addresses that cannot end a link."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from urllib.parse import quote

from markdown_it.common.normalize_url import normalizeLink

from bridge import i18n
from bridge.delivery.jinja import Trusted
from bridge.ids import derived_id
from bridge.nurture.articles import Article
from bridge.program.model import Program

_OF_ADDRESSES = "%/:?#@!$&+,;=~-._"
_ENTITY = re.compile(r"(&#?\w+);")

_SAMPLES = {
    "de": (
        ("{topic}: was sich im neuen Jahr ändert", "Die wichtigsten Fristen, und was bis dahin zu tun ist."),
        (
            "So gelingt der Umstieg: ein Erfahrungsbericht",
            "Ein Mittelständler erzählt von seinen ersten Monaten.",
        ),
        ("Fünf Fragen zu „{topic}“", "Was Kunden uns am häufigsten fragen, kurz beantwortet."),
    ),
    "en": (
        ("{topic}: what changes next year", "The dates that matter, and what to do before them."),
        ("How to switch: a story from practice", "A medium-sized company tells of its first months."),
        ("Five questions about “{topic}”", "What customers ask us most, with short answers."),
    ),
}


def as_variables(articles: Iterable[Article], language: str, zone: tzinfo) -> list[dict[str, object]]:
    """What a marketer's text knows of articles. Words are escaped where they are put in."""
    return [
        {
            "title": one.title,
            "url": Trusted(address_of(one)),
            "summary": one.summary,
            "topics": list(one.topics),
            "published": i18n.format_day(one.published_at.astimezone(zone).date(), language),
        }
        for one in articles
    ]


def address_of(article: Article) -> str:
    """Its address as Markdown has it after reading it, so that none of its signs means anything there."""
    return _encoded(article.url)


@lru_cache(maxsize=2048)
def _encoded(url: str) -> str:
    return _ENTITY.sub(r"\1%3B", normalizeLink(quote(url, safe=_OF_ADDRESSES)))


def sample_articles(
    program: Program, language: str, now: datetime | None = None, topics: Sequence[str] | None = None
) -> Sequence[Article]:
    """Invented articles for previews and checks. now: None for any moment.

    topics: what they are about, the first of them; without any, of nothing in particular. None: any topic.
    """
    at = now or datetime(2026, 1, 15, 9, tzinfo=UTC)
    topic = next(iter(program.topics if topics is None else topics), None)
    known = program.topics.get(topic or "")
    title = i18n.pick(known.title, language) if known else program.name
    words = _SAMPLES.get(language, _SAMPLES["en"])
    return [
        Article(
            derived_id("sample", number),
            f"https://www.example.com/news/{number}",
            headline.format(topic=title),
            summary,
            (topic,) if topic else (),
            language,
            at - timedelta(days=number),
        )
        for number, (headline, summary) in enumerate(words, start=1)
    ]
