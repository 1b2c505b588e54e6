"""In the demo only: the sample website's articles, which appear as time goes by, and the feeds that tell of them."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from itertools import islice
from xml.etree import ElementTree

from flask import Blueprint, Response, abort, request
from werkzeug.wrappers import Response as AnyResponse

from bridge import i18n
from bridge.edge.extension import services, wanted_language
from bridge.edge.presentation import page
from bridge.program.loading import DEMO

demo_articles = Blueprint("demo_articles", __name__)

FIRST_DAY = datetime(2025, 1, 6, 7, 30, tzinfo=UTC)
EVERY = timedelta(weeks=3)
"""Of one topic; the next topic follows five days later."""
BETWEEN_TOPICS = timedelta(days=5)
SHOWN = 8
"""In a feed: half a year of its topic."""
ATOM = frozenset({"auswertungen"})
"""Topics whose feeds are Atom; the others are RSS."""
_ATOM = "{http://www.w3.org/2005/Atom}"


@dataclass(frozen=True, slots=True)
class Written:
    """An article as it stands in the demo's folder, in each language. It is published again and again."""

    topic: str
    slug: str
    title: dict[str, str]
    summary: dict[str, str]
    text: dict[str, str]


@dataclass(frozen=True, slots=True)
class Published:
    """An article of a day."""

    written: Written
    at: datetime

    @property
    def name(self) -> str:
        """What feeds know it by, wherever the demo listens (RFC 8141)."""
        return f"urn:leadbridge:{self.written.slug}-{self.at:%Y-%m-%d}"

    @property
    def path(self) -> str:
        """Where it is on the sample website."""
        return f"/demo/articles/{self.written.slug}-{self.at:%Y-%m-%d}"


@cache
def _written() -> dict[str, list[Written]]:
    """Topic → its articles, in the order of the file."""
    known: dict[str, list[Written]] = {}
    for facts in tomllib.loads(DEMO.with_name("articles.toml").read_text(encoding="utf-8"))["articles"]:
        known.setdefault(facts["topic"], []).append(Written(**facts))
    return known


def published(topic: str, now: datetime) -> Iterator[Published]:
    """What there is of a topic at a moment, the newest first; nothing of a topic that is not known."""
    articles = _written().get(topic, [])
    first = FIRST_DAY + list(_written()).index(topic) * BETWEEN_TOPICS if articles else now
    for number in range((now - first) // EVERY, -1, -1) if articles else ():
        yield Published(articles[number % len(articles)], first + number * EVERY)


@demo_articles.get("/demo/feeds/<name>.xml")
def feed(name: str) -> AnyResponse:
    """The newest articles of a topic: `sepa` in German, `sepa-en` in English."""
    topic, _, language = name.partition("-")
    newest = list(islice(published(topic, services().clock()), SHOWN))
    if not newest or language not in ("", "en"):
        abort(404)
    write, kind = (_atom, "atom") if topic in ATOM else (_rss, "rss")
    document = ElementTree.tostring(
        write(name, language or "de", newest), encoding="utf-8", xml_declaration=True
    )
    response = Response(document, content_type=f"application/{kind}+xml; charset=utf-8")
    response.add_etag()
    return response.make_conditional(request)


@demo_articles.get("/demo/articles/<name>")
def article(name: str) -> Response:
    """One article, once its day has come."""
    bridge = services()
    now = bridge.clock()
    known = (one for topic in _written() for one in published(topic, now))
    found = next((one for one in known if one.path == f"/demo/articles/{name}"), None) or abort(404)
    return page(
        "pages/demo_article.html", program=bridge.program, now=now, language=wanted_language(), article=found
    )


def _rss(name: str, language: str, newest: list[Published]) -> ElementTree.Element:
    root = ElementTree.Element("rss", version="2.0")
    channel = ElementTree.SubElement(root, "channel")
    _with(channel, title=_title(name), link=_address("/demo"), description=_title(name), language=language)
    for one in newest:
        item = ElementTree.SubElement(channel, "item")
        _with(item, title=one.written.title[language], link=_address(one.path), guid=one.name)
        _with(item, description=one.written.summary[language], pubDate=format_datetime(one.at))
    return root


def _atom(name: str, language: str, newest: list[Published]) -> ElementTree.Element:
    ElementTree.register_namespace("", _ATOM[1:-1])
    root = ElementTree.Element(f"{_ATOM}feed", {"{http://www.w3.org/XML/1998/namespace}lang": language})
    _with(
        root,
        _ATOM,
        title=_title(name),
        id=_address(f"/demo/feeds/{name}.xml"),
        updated=newest[0].at.isoformat(),
    )
    for one in newest:
        entry = ElementTree.SubElement(root, f"{_ATOM}entry")
        _with(entry, _ATOM, title=one.written.title[language], id=one.name, updated=one.at.isoformat())
        _with(entry, _ATOM, published=one.at.isoformat(), summary=one.written.summary[language])
        ElementTree.SubElement(entry, f"{_ATOM}link", href=_address(one.path), hreflang=language)
    return root


def _with(parent: ElementTree.Element, prefix: str = "", **texts: str) -> None:
    """Children with these texts."""
    for name, words in texts.items():
        ElementTree.SubElement(parent, prefix + name).text = words


def _title(name: str) -> str:
    topic, _, language = name.partition("-")
    known = services().program.topics.get(topic)
    return f"Nordlicht Software: {i18n.pick(known.title, language or 'de') if known else topic}"


def _address(path: str) -> str:
    return services().settings.public_url + path
