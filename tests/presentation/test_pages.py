"""Every page and mail, with sample people, in both languages."""

from dataclasses import fields, is_dataclass, replace
from html.parser import HTMLParser
from typing import Any

import pytest

from bridge.delivery.jinja import render, render_mail, stylesheet
from bridge.i18n import LANGUAGES
from bridge.profiles.overview import FitLine, TimelineLine

from .samples import MAILS, NOW, PAGES, form_page, lead, lead_page, program

HOSTILE = "<script>alert(1)</script>\"'&\r\nBcc: x@example.com{{ 111*7007 }}"


def shown(template: str, language: str = "de", **context: Any) -> str:
    path = "/demo/inbox"
    return render(f"pages/{template}.html", language, program=program(), now=NOW, path=path, **context)


class Outline(HTMLParser):
    """What a page is made of: start tags with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    def values(self, attribute: str) -> list[str | None]:
        return [attributes[attribute] for _, attributes in self.tags if attribute in attributes]


def hostile(value: Any) -> Any:
    """The same value with every text in it replaced by an attack."""
    if isinstance(value, str):
        return HOSTILE
    if isinstance(value, tuple):
        return tuple(hostile(item) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        kept = ("state", "stage", "kind", "verdict", "channel", "form", "currency")
        changes = {f.name: hostile(getattr(value, f.name)) for f in fields(value) if f.name not in kept}
        return replace(value, **changes)
    return value


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole(name: str, language: str) -> None:
    template, context = PAGES[name]
    page = shown(template, language, **context)
    outline = Outline(page)
    ids = outline.values("id")
    assert page.startswith("<!doctype html>")
    assert outline.all("html") == [{"lang": language}]
    assert len(outline.all("h1")) == 1
    assert len(ids) == len(set(ids))
    assert set(outline.values("for")) <= set(ids)
    assert "https://www.example.com/impressum" in outline.values("href")
    assert "https://www.example.com/datenschutz" in outline.values("href")
    scripts = [attributes.get("src") for attributes in outline.all("script")]
    assert scripts == (["/site.js?v=1", "/demo/consent.js"] if context.get("script_url") else [])
    assert not outline.values("style")
    assert not [name for _, attributes in outline.tags for name in attributes if name.startswith("on")]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", MAILS)
def test_a_mail_is_whole(name: str, language: str) -> None:
    template, context = MAILS[name]
    mail = render_mail(template, language, program=program(), **context)
    assert mail.subject
    assert len(mail.subject) <= 60
    assert "https://www.example.com/impressum" in mail.text
    assert "https://www.example.com/datenschutz" in mail.html
    assert "\n\n\n" not in mail.text
    assert "prefers-color-scheme" in mail.html
    assert "<script" not in mail.html
    assert len(mail.html) < 100_000


def test_a_receipt_for_a_form_with_a_long_title_is_named_after_it_alone() -> None:
    template, context = MAILS["receipt-download"]
    title = "Globe Next in der Buchhaltung: der lange Überblick (PDF)"
    mail = render_mail(template, "de", program=program(), **{**context, "form_title": title})
    assert mail.subject == title


@pytest.mark.parametrize("name", PAGES)
def test_what_people_type_stays_text_on_a_page(name: str) -> None:
    template, context = PAGES[name]
    attacked = {
        key: hostile(value) if key in ("lead", "handover") else value for key, value in context.items()
    }
    texts = {
        key: HOSTILE for key in ("message", "email_masked", "stamp") if isinstance(context.get(key), str)
    }
    page = shown(template, **(attacked | texts))
    assert "<script>" not in page
    assert "777777" not in page, "nothing typed is a template"


def test_typed_values_stay_inside_their_fields() -> None:
    values = dict.fromkeys(("email", "first_name", "company"), HOSTILE)
    page = shown("form", **form_page("globe-next-download", values=values, errors={"email": [HOSTILE]}))
    typed = [tag["value"] for tag in Outline(page).all("input") if tag.get("name") == "email"]
    assert typed == [HOSTILE]
    assert "<script" not in page


@pytest.mark.parametrize("name", [name for name in MAILS if name.startswith(("handover", "new", "receipt"))])
def test_what_people_type_stays_text_in_a_mail(name: str) -> None:
    template, context = MAILS[name]
    attacked = {key: hostile(value) for key, value in context.items() if key not in ("threshold", "due_at")}
    if "answers" in context:
        attacked["answers"] = [(HOSTILE, HOSTILE)]
    mail = render_mail(template, "de", program=program(), **(dict(context) | attacked))
    assert not Outline(mail.html).all("script")
    assert "\n" not in mail.subject
    assert "\r" not in mail.subject + mail.text


def test_an_address_cannot_add_recipients_to_the_answer() -> None:
    sly = replace(lead(), email="a?bcc=all@example.com", phone="+49 (0)30 / 90-18")
    links = Outline(shown("lead", **lead_page(lead=sly))).values("href")
    assert "mailto:a%3Fbcc%3Dall@example.com" in links
    assert "tel:+490309018" in links


def test_nothing_is_ticked_beforehand() -> None:
    page = shown("form", **form_page("globe-next-download", values={"consent_email": "1"}))
    boxes = [tag for tag in Outline(page).all("input") if tag.get("type") == "checkbox"]
    assert [box["name"] for box in boxes] == ["consent_email", "consent_tracking"]
    assert not [box for box in boxes if "checked" in box]


def test_a_wrong_form_keeps_what_was_typed_and_says_what_is_wrong() -> None:
    template, context = PAGES["form-wrong"]
    page = shown(template, **context)
    outline = Outline(page)
    inputs = {tag.get("name"): tag for tag in outline.all("input")}
    assert inputs["first_name"]["value"] == "Anna"
    assert inputs["email"]["aria-describedby"] == "email-error"
    assert "checked" in inputs["consent_email"]
    assert "email-error" in outline.values("id")


def answers(name: str) -> set[str | None]:
    template, context = PAGES[name]
    inputs = Outline(shown(template, **context)).all("input")
    return {tag["value"] for tag in inputs if tag.get("name") == "outcome"}


def test_sales_is_offered_the_answers_that_are_possible_now() -> None:
    always = {"not_reached", "come_back", "note", "forwarded", "rejected"}
    assert answers("lead-open") == always | {"accepted"}
    assert answers("lead-accepted") == always | {"won", "lost"}
    assert answers("lead-won") == set()
    assert answers("lead-nobody") == set()


def test_the_confirmation_mail_says_nothing_that_its_sender_typed() -> None:
    template, context = MAILS["confirm"]
    mail = render_mail(template, "de", program=program(), name="Anna Berg", **context)
    assert mail.text.startswith("Guten Tag,\n")
    assert "Anna" not in mail.text + mail.html
    assert "<img" not in mail.html


def test_a_nurture_mail_has_its_pixel_only_when_tracked() -> None:
    template, context = MAILS["nurture"]
    plain = dict(context) | {"pixel_url": None}
    assert "<img" in render_mail(template, "de", program=program(), **context).html
    assert "<img" not in render_mail(template, "de", program=program(), **plain).html


def test_the_subject_names_wish_person_company_and_topic_while_there_is_room() -> None:
    template, context = MAILS["handover-direct"]
    longer = replace(lead(), company="Beispielhafte Unternehmensberatung und Treuhand GmbH & Co. KG")
    long = render_mail(template, "de", program=program(), **(dict(context) | {"lead": longer}))
    short = render_mail(template, "de", program=program(), **context)
    assert short.subject == "Rückruf gewünscht: Anna Berg, Beispiel GmbH (SEPA)"
    assert long.subject == "Rückruf gewünscht: Anna Berg"


def test_machine_hits_are_greyed_with_their_signs_and_fresh_clicks_wait() -> None:
    page = shown("lead", **lead_page())
    assert page.count("line machine") == 2
    assert "Klick wird geprüft" in page
    assert "Links in rascher Folge: 3 in 10s" in page


def test_pages_of_one_title_are_told_apart_by_their_paths() -> None:
    assert "Preise (/preise)" in shown("lead", **lead_page())
    assert TimelineLine(NOW, "page.visited", "/preise", "human", (), False, "/preise").about == "/preise"


def test_the_stylesheet_is_small_and_fetches_nothing() -> None:
    assert len(stylesheet().encode()) < 20_000
    assert "url(" not in stylesheet()
    assert "@import" not in stylesheet()


def test_a_mail_that_came_back_is_not_just_sent() -> None:
    bounced = replace(lead().mails[0], came_back="mail.bounced")
    page = shown("lead", **lead_page(lead=replace(lead(), mails=(bounced,))))
    assert "Mail nicht zustellbar" in page.partition('id="mails"')[2]


def test_what_somebody_does_without_end_makes_no_page_without_end() -> None:
    busy = replace(lead(), ledger=lead().ledger * 100, mails=lead().mails * 100)
    page = shown("lead", **{**lead_page(), "lead": busy})
    assert "Alle Punkte (600 Einträge)" in page
    assert page.count("Hier stehen nur die neuesten 100.") == 2
    assert page.count("Mail „Willkommen“ versendet") == 100 // len(lead().ledger)
    assert "Hier stehen nur" not in shown("lead", **lead_page())


def test_the_fit_is_shown_once_something_has_judged_it() -> None:
    known = lead_page(lead=replace(lead(), fit=40))
    assert "Passung zur Zielkundschaft: 40 von 100" in shown("lead", **known)
    assert "Passung" not in shown("lead", **lead_page(lead=replace(lead(), fit=50)))


def test_the_fit_says_why() -> None:
    reasons = (FitLine("large", 40, "Großes Unternehmen"), FitLine("role", -10, "Ohne Budget"))
    judged = replace(lead(), fit=40, fit_reasons=reasons, misfits=1)
    page = shown("lead", **lead_page(lead=judged))
    for words in ("+40", "Großes Unternehmen", "−10", "1-mal halbiert", "B1"):
        assert words in page
    assert "÷2" in page
    assert "Passung" in shown("lead", **lead_page(lead=replace(judged, fit=50)))


@pytest.mark.parametrize(
    ("fit", "score", "grade"), [(67, 12, "A1"), (66, 11, "B2"), (34, 6, "B2"), (33, 5, "C3"), (100, -4, "A3")]
)
def test_fit_and_interest_make_one_word(fit: int, score: int, grade: str) -> None:
    assert replace(lead(), fit=fit, score=score, threshold=12).grade == grade


def test_the_entries_behind_the_score_are_counted_beside_all_of_them() -> None:
    page = shown("lead", **lead_page())
    one = lead().ledger[0]
    two = (replace(one, topic=None, undone=False), replace(one, topic=None, undone=True))
    assert f"Alle Punkte ({len(lead().ledger)} Einträge)" in page
    assert f"{lead().counting} davon ergeben den Punktestand" in page
    assert lead().counting < len(lead().ledger)
    assert "1 davon ergibt den Punktestand" in shown("lead", **lead_page(lead=replace(lead(), ledger=two)))
    alone = replace(lead(), ledger=(replace(one, topic=None, undone=False),), strongest=())
    assert "den Punktestand" not in shown("lead", **lead_page(lead=alone))


def test_without_any_interest_words_stand_in_the_place_of_bars() -> None:
    without = tuple(replace(topic, score=0) for topic in lead().topics)
    page = shown("lead", **lead_page(lead=replace(lead(), topics=without)))
    assert "Noch an keinem der Themen" in page
    assert "Noch an keinem der Themen" not in shown("lead", **lead_page())
    assert page.count('class="topic"') == 0
