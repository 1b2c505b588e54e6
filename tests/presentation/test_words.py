"""Words, dates and numbers."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from babel.messages.extract import extract_from_dir

from bridge import i18n
from bridge.delivery.jinja import template_folder

BERLIN = ZoneInfo("Europe/Berlin")
NAME = re.compile(r"%\(\w+\)s")
NOW = datetime(2026, 3, 12, 13, 32, tzinfo=UTC)


def messages_of_templates() -> set[str]:
    methods = [("**.html", "jinja2"), ("**.txt", "jinja2")]
    options: dict[str, dict[str, object]] = {name: {"trimmed": "true"} for name, _ in methods}
    found = extract_from_dir(template_folder(), methods, options)
    return {message if isinstance(message, str) else message[0] for _, _, message, _, _ in found}


def test_everything_a_template_says_can_be_said_in_german() -> None:
    known = i18n.translations("de").words
    messages = messages_of_templates()
    assert len(messages) > 200
    assert [message for message in sorted(messages) if message not in known] == []


def test_a_translation_fills_in_the_same_names() -> None:
    for message, forms in i18n.translations("de").words.items():
        for form in forms:
            assert form
            assert sorted(NAME.findall(form)) == sorted(NAME.findall(message))


@pytest.mark.parametrize(
    ("ago", "german", "english"),
    [
        (timedelta(0), "heute 14:32", "today 14:32"),
        (timedelta(hours=14), "heute 00:32", "today 00:32"),
        (timedelta(hours=15), "gestern 23:32", "yesterday 23:32"),
        (timedelta(days=3), "vor 3 Tagen", "3 days ago"),
        (timedelta(days=8), "4. März 2026", "4 March 2026"),
        (timedelta(days=-1), "morgen 14:32", "tomorrow 14:32"),
        (timedelta(days=-2), "in 2 Tagen", "in 2 days"),
        (timedelta(days=-30), "11. April 2026", "11 April 2026"),
    ],
)
def test_dates_read_as_people_say_them(ago: timedelta, german: str, english: str) -> None:
    assert i18n.format_when(NOW - ago, NOW, "de", BERLIN) == german
    assert i18n.format_when(NOW - ago, NOW, "en", BERLIN) == english


@pytest.mark.parametrize(
    ("ago", "german", "english"),
    [
        (timedelta(hours=1), "seit heute 13:32", "since today 13:32"),
        (timedelta(hours=15), "seit gestern 23:32", "since yesterday 23:32"),
        (timedelta(days=3), "seit 3 Tagen", "for 3 days"),
        (timedelta(days=8), "seit 4. März 2026", "since 4 March 2026"),
    ],
)
def test_since_when_something_is_so_reads_as_people_say_it(ago: timedelta, german: str, english: str) -> None:
    assert i18n.format_since(NOW - ago, NOW, "de", BERLIN) == german
    assert i18n.format_since(NOW - ago, NOW, "en", BERLIN) == english


def test_exact_times_numbers_and_amounts_follow_the_language() -> None:
    assert i18n.format_exact(NOW, "de", BERLIN) == "12. März 2026, 14:32"
    assert i18n.format_weekday(date(2026, 3, 9), date(2026, 3, 12), "de") == "Montag, 9. März 2026"
    assert i18n.format_number(1234567, "de") == "1.234.567"
    assert i18n.format_money(Decimal("1200.5"), "EUR", "de") == "1.200,50\xa0€"
    assert i18n.format_money(Decimal("1200.5"), "EUR", "en") == "€1,200.50"
    assert i18n.format_money(Decimal(12), None, "de") == "12"


@pytest.mark.parametrize(
    ("count", "whole", "said"),
    [
        *((1, 8, "13 %"), (2, 16, "13 %"), (3, 8, "38 %"), (5, 8, "63 %"), (29, 200, "15 %"), (1, 3, "33 %")),
        *((1, 400, "0,3 %"), (3, 1000, "0,3 %"), (0, 7, "0 %"), (7, 7, "100 %")),
    ],
)
def test_half_a_percent_is_rounded_up_as_people_do(count: int, whole: int, said: str) -> None:
    assert i18n.format_rate(count / whole, "de").replace("\xa0", " ") == said


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "de"),
        ("", "de"),
        ("en-US,en;q=0.9,de;q=0.8", "en"),
        ("fr-FR, de;q=0.5, en;q=0.4", "de"),
        ("de;q=0, en;q=0.1", "en"),
        ("fr, *;q=0.1", "de"),
        ("en;q=NaN, ;;;==, \x00", "de"),
    ],
)
def test_the_browser_says_which_language(header: str | None, language: str) -> None:
    assert i18n.negotiate(header, "de") == language


def test_a_text_is_given_in_the_next_best_language() -> None:
    assert i18n.pick({"de": "Ja", "en": "Yes"}, "en") == "Yes"
    assert i18n.pick({"de": "Ja"}, "en") == "Ja"
    assert i18n.pick({"en": "Yes"}, "de") == "Yes"
    assert i18n.pick({}, "de") == ""


def test_an_unknown_language_speaks_english() -> None:
    assert i18n.translations("../de").gettext("Imprint") == "Imprint"
    assert i18n.translations("de").gettext("Imprint") == "Impressum"
