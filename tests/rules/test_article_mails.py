"""Articles of strangers in mails: read as they are called, counted by their topics, and nothing but words."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from html.parser import HTMLParser
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.delivery.articles import address_of, as_variables, sample_articles
from bridge.delivery.letters import Recipient
from bridge.delivery.links import Links, read_click
from bridge.delivery.markdown import write as write_markdown
from bridge.delivery.nurture_mails import NurtureMail, nurture
from bridge.delivery.nurture_moulds import mould_of
from bridge.delivery.proofreading import proofread
from bridge.delivery.tokens import Tokens
from bridge.i18n import format_day
from bridge.ids import derived_id
from bridge.nurture.articles import Article
from bridge.program.model import MailTemplate
from bridge.program.sequences import Sequence as Series
from bridge.program.sequences import Step
from connectors.feeds.plain import plain
from tests import make
from tests.attack.hostile import values
from tests.rules.test_moulds import NOBODY_SEES_IT, PEOPLE

LINKS = Links("https://leads.example.com", Tokens(["a-key-that-only-tests-know"]))
PROGRAM = make.demo_program()
TEXT = """{{ salutation }}

Neues für Sie:

{% for article in articles %}
- [{{ article.title }}]({{ article.url }}), {{ article.published }}: {{ article.summary }}
{% endfor %}
"""
LIST = """{{ salutation }}

{% for article in articles %}
**{{ article.title }}**

{{ article.summary }} _{{ article.title }}_

[Weiterlesen]({{ article.url }} "topics={{ article.topics | join(',') }}")

> {{ article.summary }} <{{ article.url }}>
{% endfor %}
"""


def article(title: str = "SEPA 2027", url: str = "https://blog.example.com/sepa", **facts: object) -> Article:
    made = Article(derived_id(url), url, title, "Kurz gesagt.", ("sepa",), "de", make.NOON)
    return replace(made, **facts)  # type: ignore[arg-type]


def written(
    *articles: Article,
    text: str = TEXT,
    subject: str = "Neues",
    tracked: bool = True,
    fields: dict[str, str] | None = None,
) -> NurtureMail:
    to = Recipient(derived_id("anna"), "anna@example.com", fields or {}, "de", tracked=tracked)
    template = MailTemplate("news", {"de": subject}, {"de": text})
    return nurture(PROGRAM, LINKS, to, template, [], derived_id("m"), "<m@example.com>", articles=articles)


class Tags(HTMLParser):
    """The tags of a page with their attributes' names, and its words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, tuple[str, ...]]] = []
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, tuple(name for name, _ in attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data


def test_an_article_is_a_title_a_link_a_date_and_a_few_words() -> None:
    letter = written(article()).letter
    assert "SEPA 2027 (https://leads.example.com/t/c/" in letter.text
    assert f"), {format_day(make.NOON.date(), 'de')}: Kurz gesagt." in letter.text
    assert ">SEPA 2027</a>" in letter.html


def test_its_link_counts_for_the_topics_of_its_feed() -> None:
    mail = written(article(), article("Zwei", "https://blog.example.com/2", topics=()))
    assert [(one["url"], one["label"], one["topics"]) for one in mail.links] == [
        ("https://blog.example.com/sepa", "SEPA 2027", ["sepa"]),
        ("https://blog.example.com/2", "Zwei", []),
    ]


def test_what_a_marketer_says_of_its_topics_comes_first() -> None:
    text = '{% for a in articles %}[{{ a.title }}]({{ a.url }} "topics=finanzbuchhaltung"){% endfor %}'
    assert written(article(), text=text).links[0]["topics"] == ["finanzbuchhaltung"]


def test_without_consent_to_tracking_its_link_leads_there_directly() -> None:
    mail = written(article(), tracked=False)
    assert "(https://blog.example.com/sepa)" in mail.letter.text
    assert mail.links == ()


def test_on_our_own_address_only_the_demos_website_is_content() -> None:
    for path, counts in (("demo/articles/sepa", True), ("preferences/x", False), ("demonstration", False)):
        mail = written(article(url=f"https://leads.example.com/{path}"))
        assert bool(mail.links) == counts, path


@pytest.mark.parametrize("name", ["unsubscribe", "preferences", "first_name", "x"])
def test_no_article_leads_to_an_address_of_the_readers_own(name: str) -> None:
    """What stands in for such an address until it is put in is one that a feed may write as well."""
    url = f"https://leads.example.com/stands/for/{name}"
    letter = written(article(url=url)).letter
    assert f"({url})" in letter.text
    assert f'href="{url}"' in letter.html


def test_a_subject_may_name_it_in_plain_words() -> None:
    mail = written(article("*A* & <b>: 2 > 1\r\nBcc: x"), subject="Neu: {{ articles[0].title }}")
    assert mail.letter.subject == "Neu: *A* & <b>: 2 > 1 Bcc: x"


def test_no_article_is_no_list() -> None:
    assert "Neues für Sie:" in written().letter.text
    assert "Neues" not in written(text="{% if articles %}Neues{% endif %}Hallo").letter.text


@pytest.mark.promise("S7", "hostile feeds put nothing but words into mails")
@pytest.mark.parametrize("text", [TEXT, LIST], ids=["list", "paragraphs"])
def test_hostile_words_are_words(text: str, saw: Callable[..., None]) -> None:
    shape = Tags(written(article(), text=text).letter.html).found
    hostile = values(200)
    saw(articles=len(hostile))
    for value in hostile:
        title = plain(value, "text/plain", 160)
        if not title:
            continue
        letter = written(article(title, summary=title), text=text).letter
        page = Tags(letter.html)
        assert page.found == shape, value
        assert " ".join(title.split()) in " ".join(page.words.split()), value
        assert title in letter.text.replace("\n", " "), value


def test_a_hostile_address_ends_no_link_and_is_followed_as_it_is() -> None:
    for end in (
        '"onclick="x',
        "')(x",
        "<b>",
        "a b",
        ") [x](javascript:x",
        "\\)",
        "&lt;",
        "&#106;",
        "%zz",
        "ä",
    ):
        url = f"https://blog.example.com/?q={end}"
        mail = written(article(url=url))
        (link,) = mail.links
        assert link["topics"] == ["sepa"], end
        token = mail.letter.text.partition("/t/c/")[2].partition(")")[0]
        assert read_click(LINKS.tokens, token).url == link["url"]
        assert link["url"].startswith("https://blog.example.com/?q=")
        shape = Tags(written(article(), tracked=False).letter.html).found
        assert Tags(written(article(url=url), tracked=False).letter.html).found == shape


@given(st.text(st.characters(min_codepoint=33, exclude_categories=["Cs"]), max_size=40))
def test_markdown_reads_every_address_as_it_is_written(end: str) -> None:
    address = address_of(article(url=f"https://blog.example.com/{end}"))
    (link,) = write_markdown(f"[x]({address})").links
    assert link.url == address
    assert all(sign not in address for sign in " <>()[]\"'`*\\{}|^")


WORDS = (
    "Eins",
    "„Zwei“ – 2.",
    "*Drei*",
    "4711",
    "<b>5</b> & 6;",
    "\ue000company\ue001",
    "# 7",
    "👩\u200d💻 8 …",
)


@pytest.mark.parametrize("fields", PEOPLE[:6], ids=range(6))
@pytest.mark.parametrize("tracked", [True, False])
def test_what_many_get_reads_as_if_it_had_been_written_for_one_alone(
    fields: dict[str, str], tracked: bool
) -> None:
    random = Random(7)
    for text in (TEXT, LIST):
        for _ in range(6):
            news = [
                article(
                    random.choice(WORDS),
                    f"https://blog.example.com/{n}?a=1&b={n}",
                    summary=random.choice(WORDS),
                )
                for n in range(random.randrange(4))
            ]
            made = written(*news, text=text, fields=fields, tracked=tracked)
            alone = written(*news, text=text + NOBODY_SEES_IT, fields=fields, tracked=tracked)
            assert made == alone


def test_who_gets_the_same_articles_shares_a_mould() -> None:
    mould_of.cache_clear()
    news = [article(), article("Zwei", "https://blog.example.com/2")]
    for name in ("Anna", "Jürgen", "Zoë"):
        assert name in written(*news, fields={"first_name": name}).letter.text
    assert mould_of.cache_info().misses == 1


def test_variables_are_plain_values() -> None:
    (one,) = as_variables([article()], "de", PROGRAM.timezone)
    assert set(one) == {"title", "url", "summary", "topics", "published"}
    assert one["published"] == format_day(make.NOON.date(), "de")


@pytest.mark.parametrize("language", ["de", "en"])
def test_samples_are_written_in_the_language(language: str) -> None:
    assert len({one.url for one in sample_articles(PROGRAM, language)}) == 3


# Checking


def said(text: str, *steps: Step) -> list[str]:
    template = MailTemplate("news", {"de": "Neues"}, {"de": text}, {"de": "news.md"})
    series: Sequence[Series] = [Series("s", "follow-up", "address.confirmed", steps)] if steps else []
    program = replace(make.program(), mails={"news": template}, sequences={one.id: one for one in series})
    return [str(one) for one in proofread(program)]


def test_a_step_that_picks_articles_has_a_mail_that_shows_them() -> None:
    assert said(TEXT, Step("news", "news", articles=3)) == []
    (mistake,) = said("Hallo", Step("news", "news", articles=3))
    assert "the step “news” picks articles, and the text shows none" in mistake
    (mistake,) = said(TEXT, Step("news", "news"))
    assert "it shows articles, and no step picks any" in mistake
    assert said(TEXT) == [], "who knows what will send it"


def test_a_mail_must_do_without_articles_unless_its_step_needs_some() -> None:
    text = "{{ articles[0].title }}"
    assert said(text, Step("news", "news", articles=3, needs_articles=True)) == []
    (mistake,) = said(text, Step("news", "news", articles=3))
    assert "cannot be filled in" in mistake
